"""The first cell in which two tables differ, to the last digit that was written."""

from __future__ import annotations

import csv
from pathlib import Path

from sgcldff.errors import InputError


def first_difference(stored: Path, made: Path) -> str | None:
    """What differs first between two CSV files: the columns, a cell, or the number of rows; None where nothing does."""
    ours, theirs = _rows(made), _rows(stored)
    header = ours[0] if ours else []
    if header != (theirs[0] if theirs else []):
        return f"{stored.name} has other columns than what is worked out again"
    for number, (row, other) in enumerate(zip(ours[1:], theirs[1:], strict=False), start=1):
        for column, value, old in zip(ours[0], row, other, strict=False):
            if value != old:
                stands, made_now = old or "empty", value or "empty"
                return f"{stored.name}, row {number}, column {column}: {stands} in the bundle, {made_now} worked out"
        if len(row) != len(other):
            return f"{stored.name}, row {number}: {len(other)} cells in the bundle, {len(row)} worked out"
    if len(ours) != len(theirs):
        return f"{stored.name}: {len(theirs) - 1} rows in the bundle, {len(ours) - 1} worked out"
    return None


def _rows(file: Path) -> list[list[str]]:
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            return list(csv.reader(stream))
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"{file} cannot be read as a table ({error}).") from error
