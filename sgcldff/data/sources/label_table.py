"""Read a file of labels as people write them: any encoding of tables/encodings.py, any line ends, blank rows, any
separator, Excel's first line `sep=;`, and capitals in the header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sgcldff.errors import InputError
from sgcldff.tables.encodings import REMEDY as UTF_8_REMEDY
from sgcldff.tables.encodings import decoded

DELIMITERS = ",;\t|"
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # Excel's


def read_label_table(file: Path, columns: Sequence[str], remedy: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line in the file, cells by the name of their column) of each row, names and cells without spaces around them.

    columns: those that must be there, in any case of letters; rows have them as they are asked for. A cell that a row
    lacks is "", and rows without any text are passed over.
    Raises InputError, ending in `remedy`, for a file that is missing or no text, for a missing column, for
    two columns of one name and for a row with more cells than there are columns.
    """
    try:
        text = decoded(file.read_bytes()).text
        header = next((line for line in text.splitlines() if line.strip()), "")
        said = SEPARATOR_LINE.fullmatch(header.strip(" \r\n"))
        delimiter = said[1] if said else max(DELIMITERS, key=header.count)
        # The csv module tells line ends apart from those within quotes only where they are left as they are.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except FileNotFoundError as error:
        raise InputError(f"The label file {file} is missing: {remedy.removeprefix('delete it and ')}.") from error
    except OSError as error:
        raise InputError(f"The label file {file} cannot be read ({error.strerror}): {remedy}.") from error
    except csv.Error as error:
        raise InputError(f"The label file {file} is no table of text ({error}): {remedy}.") from error
    except UnicodeError as error:
        what = f"The label file {file} is no table of text ({error})"
        raise InputError(f"{what}: {UTF_8_REMEDY}, or {remedy}.") from error
    rows = [(line, cells) for line, cells in rows if any(cells)][1 if said else 0 :]
    names = [asked_for(name, rows[0][1], columns) for name in rows[0][1]] if rows else []
    for column in columns:
        if column not in names:
            has = f" (it has {', '.join(filter(None, names))})" if names else ""
            raise InputError(f"The label file {file} lacks the column {column!r}{has}: {remedy}.")
    for name in names:
        if name and names.count(name) > 1:
            raise InputError(f"The label file {file} has the column {name!r} twice: {remedy}.")
    for line, cells in rows[1:]:
        if len(cells) > len(names):
            raise InputError(
                f"The label file {file} has in line {line} {len(cells)} cells for {len(names)} columns: {remedy}."
            )
        yield line, dict.fromkeys(names, "") | dict(zip(names, cells, strict=False))


def letters_of(file: Path) -> str:
    """The encoding of a label table in words, "" for UTF-8; of one that `read_label_table` reads."""
    return decoded(file.read_bytes()).letters


def asked_for(name: str, names: Sequence[str], columns: Sequence[str]) -> str:
    """A column's name as it is asked for, where it differs from that by capitals alone and no other has that name."""
    alike = [column for column in columns if column.lower() == name.lower()]
    return alike[0] if len(alike) == 1 and alike[0] not in names else name
