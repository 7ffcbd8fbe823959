"""A choice of fewer seeds or datasets checks the same data again, and must not end with that.

Fits take the file `data/checked` as ancient. Where the set of its inputs has changed, Snakemake 9 plans the job that
makes it and overlooks every missing file downstream: a run that was interrupted, and goes on with fewer seeds, ended
after that one job as if all were done. Without a record of its inputs the file is made again only where a split is new.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from pathlib import Path


def forget_inputs(folder: Path, file: Path) -> None:
    """Remove what Snakemake has recorded of a file in `folder` (`.snakemake`), as its `--cleanup-metadata` does."""
    (folder / "metadata" / urlsafe_b64encode(str(file).encode()).decode()).unlink(missing_ok=True)
