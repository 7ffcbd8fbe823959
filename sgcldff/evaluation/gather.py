"""Put the scores of several methods into one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.files import whole_file, write_table


def gather(runs: Sequence[Path], scores: Sequence[Path], runs_out: Path, scores_out: Path) -> None:
    """Write the runs of all methods as one CSV, and the scores of their images as one parquet file.

    runs, scores: a file for each method, in the order of the tables.
    Raises InputError naming the file that is missing or damaged.
    """
    write_table(pd.concat([_read(file, pd.read_csv) for file in runs]), runs_out)
    with whole_file(scores_out) as part:
        pd.concat([_read(file, pd.read_parquet) for file in scores]).to_parquet(part, index=False)


def _read(file: Path, reader: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
    try:
        return reader(file)
    except FileNotFoundError as error:
        raise InputError(f"The file {file} does not exist: score its method first.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file {file} holds no scores ({error}): delete it and score its method again.") from error
