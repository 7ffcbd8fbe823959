"""The first cell in which two tables differ by more than the arithmetic of another processor explains."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from sgcldff.errors import InputError

DIGITS = 9


def first_difference(stored: Path, made: Path) -> str | None:
    """What differs first between two CSV files: the columns, a cell, or the number of rows; None where nothing does.

    Numbers that agree to DIGITS are the same: sums in the wider registers of another processor end in other digits.
    """
    ours, theirs = _rows(made), _rows(stored)
    header = ours[0] if ours else []
    if header != (theirs[0] if theirs else []):
        return f"{stored.name} has other columns than what is worked out again"
    for number, (row, other) in enumerate(zip(ours[1:], theirs[1:], strict=False), start=1):
        for column, value, old in zip(ours[0], row, other, strict=False):
            if value != old and not _same_number(value, old):
                stands, made_now = old or "empty", value or "empty"
                return f"{stored.name}, row {number}, column {column}: {stands} in the bundle, {made_now} worked out"
        if len(row) != len(other):
            return f"{stored.name}, row {number}: {len(other)} cells in the bundle, {len(row)} worked out"
    if len(ours) != len(theirs):
        return f"{stored.name}: {len(theirs) - 1} rows in the bundle, {len(ours) - 1} worked out"
    return None


def _same_number(value: str, old: str) -> bool:
    try:
        return math.isclose(float(value), float(old), rel_tol=10.0**-DIGITS, abs_tol=10.0**-DIGITS)
    except ValueError:
        return False


def _rows(file: Path) -> list[list[str]]:
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            return list(csv.reader(stream))
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"{file} cannot be read as a table ({error}).") from error
