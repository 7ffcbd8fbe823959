"""Put the scores of several methods into one table of each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.cells import CELLS, each_image_once
from sgcldff.tables.confusion import CONFUSION
from sgcldff.tables.files import whole_file, write_table
from sgcldff.tables.read import read_table


def gather_runs(files: Sequence[Path], out: Path) -> None:
    """The runs of all methods as one CSV.

    files: one for each method, in the order of the tables. Raises InputError naming the file that is missing or
    damaged.
    """
    write_table(pd.concat([_read(file, pd.read_csv) for file in files]), out)


def gather_scores(files: Sequence[Path], out: Path) -> None:
    """The scores of the images of all methods as one parquet file; files and errors as for `gather_runs`."""
    with whole_file(out) as part:
        pd.concat([_read(file, pd.read_parquet) for file in files]).to_parquet(part, index=False)


def gather_confusion(files: Sequence[Path], out: Path) -> None:
    """The table CONFUSION of all methods; files and errors as for `gather_runs`."""
    write_table(pd.concat([read_table(file, CONFUSION) for file in files]), out)


def gather_cells(files: Sequence[Path], out: Path) -> None:
    """The table CELLS, an image that several methods were tested on once; files and errors as for `gather_runs`."""
    write_table(each_image_once(pd.concat([read_table(file, CELLS) for file in files])), out)


def _read(file: Path, reader: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
    try:
        return reader(file)
    except FileNotFoundError as error:
        raise InputError(f"The file {file} does not exist: score its method first.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file {file} holds no scores ({error}): delete it and score its method again.") from error
