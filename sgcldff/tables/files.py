"""Write a file whole or not at all, whenever the run is killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """A path beside `file` to write to; it takes the place of `file` once the block ends without an error.

    After an error nothing of it is left, so that a full disk is not fuller.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    try:
        yield part
        os.replace(part, file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_table(table: pd.DataFrame, file: Path) -> None:
    """The table as CSV, without its index."""
    with whole_file(file) as part:
        table.to_csv(part, index=False, lineterminator="\n")


def write_text(text: str, file: Path) -> None:
    """The text in UTF-8."""
    with whole_file(file) as part:
        part.write_text(text, encoding="utf-8")
