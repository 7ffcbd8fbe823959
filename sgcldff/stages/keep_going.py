"""`snakemake --keep-going`: a fit or prediction that something stops becomes a failed one, and the tables are made.

Snakemake by itself makes nothing that depends on a failed job: one fit of hundreds would cost the whole report.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

KEEP_GOING = "SGCLDFF_KEEP_GOING"  # environment variable: "1" where Snakemake was asked to


def announce_keep_going(asked: bool) -> None:
    """Let the jobs of this Snakemake know."""
    os.environ[KEEP_GOING] = "1" if asked else ""


def keeps_going() -> bool:
    """Whether the Snakemake that runs this job was asked to keep going."""
    return os.environ.get(KEEP_GOING) == "1"


def forget_failures(results: Path) -> None:
    """Remove the records of failed fits and predictions that another try may mend, so that they are made again.

    results: the folder of a run; what failed by its own numbers stays, for it would fail again.
    """
    for record in (*results.glob("fits/*/*/*/fit.json"), *results.glob("predictions/*/*/*/cost.json")):
        if may_be_mended(record):
            record.unlink()


def may_be_mended(record: Path) -> bool:
    """Whether the record of a fit or prediction is of one that failed, and not by its own numbers."""
    try:
        failed = json.loads(record.read_text(encoding="utf-8")).get("failed")
    except (ValueError, AttributeError):  # what is damaged is refused by the job that reads it
        return False
    return bool(failed and failed["try_again"])
