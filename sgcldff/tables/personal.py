"""A person's CSV file as text, cell by cell as it was written: nothing is turned into a number here."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError


def read_personal_table(path: Path) -> pd.DataFrame:
    """The cells of a CSV file, stripped, a column for each name in its first row; blank rows are left out.

    UTF-8 with or without a byte order mark, any line ends. Raises InputError, without the file's name, where there is
    no such file, it is no text, it is empty, cells are separated by anything but commas, a name stands twice in its
    first row, or a row is longer than that.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = [[cell.strip() for cell in line] for line in csv.reader(handle)]
    except OSError as error:
        raise InputError(f"The file cannot be read ({error.strerror}): give the path of a CSV file.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The file is no CSV text in UTF-8 ({error}): save it as such.") from error
    rows = [(place, line) for place, line in enumerate(lines, start=1) if any(line)]
    if not rows:
        raise InputError("The file is empty: its first row names the columns.")
    (_, names), *rows = rows
    for separator, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and separator in names[0]:
            raise InputError(
                f"The file separates its cells with {called}: save it with commas between cells and points in numbers."
            )
    if twice := [name for i, name in enumerate(names) if name and name in names[:i]]:
        raise InputError(f"The column {twice[0]} stands twice: remove one of the two.")
    if long := [place for place, line in rows if any(line[len(names) :])]:
        raise InputError(
            f"Row {long[0]} has more cells than the first has columns: put cells with a comma in quotation marks."
        )
    return pd.DataFrame([(line + [""] * len(names))[: len(names)] for _, line in rows], columns=names, dtype=str)
