"""Read a file of labels as people write them: a BOM or none, any line ends, blank rows, commas or semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from sgcldff.errors import InputError

DELIMITERS = ",;\t"


def read_label_table(file: Path, columns: Sequence[str], remedy: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line in the file, cells by the name of their column) of each row, names and cells without spaces around them.

    columns: those that must be there; a cell that a row lacks is "", and rows without any text are passed over.
    Raises InputError, ending in `remedy`, for a file that is missing or no text, for a missing column, for
    two columns of one name and for a row with more cells than there are columns.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        header = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(DELIMITERS, key=header.count)
        # The csv module tells line ends apart from those within quotes only where they are left as they are.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except FileNotFoundError as error:
        raise InputError(f"The label file {file} is missing: {remedy.removeprefix('delete it and ')}.") from error
    except OSError as error:
        raise InputError(f"The label file {file} cannot be read ({error.strerror}): {remedy}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The label file {file} is no table in UTF-8 ({error}): {remedy}.") from error
    rows = [(line, cells) for line, cells in rows if any(cells)]
    names = rows[0][1] if rows else []
    for column in columns:
        if column not in names:
            raise InputError(f"The label file {file} lacks the column {column!r}: {remedy}.")
    for name in names:
        if name and names.count(name) > 1:
            raise InputError(f"The label file {file} has the column {name!r} twice: {remedy}.")
    for line, cells in rows[1:]:
        if len(cells) > len(names):
            raise InputError(
                f"The label file {file} has in line {line} {len(cells)} cells for {len(names)} columns: {remedy}."
            )
        yield line, dict.fromkeys(names, "") | dict(zip(names, cells, strict=False))
