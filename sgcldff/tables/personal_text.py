"""A person's file as text: from standard input or a path, compressed or not, in the encodings that programs write."""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sgcldff.errors import InputError
from sgcldff.tables.encodings import REMEDY, code_page, unicode_of

STDIN = Path("-")
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}  # the first where two do as well
SAMPLE = 2**16  # bytes in which the first row is looked for
UNMISTAKABLE = {  # what files that are no text begin with
    b"PK\x03\x04": "a workbook or an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "Parquet",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
}


class PersonalText(NamedTuple):
    """source: what pandas reads in `encoding`; names: the cells of the first row; lines: up to its end, it included."""

    source: Path | bytes
    encoding: str
    separator: str
    names: list[str]
    lines: int

    def open(self) -> Path | io.BytesIO:
        return io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source

    def in_a_code_page(self) -> PersonalText:
        """The same file as no UTF-8. Raises UnicodeError where no code page fits, or two do."""
        with io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb") as lines:
            return self._replace(encoding=code_page(lines))


def personal_text(path: Path) -> PersonalText:
    """The file at a path, or standard input for `-`, with its separator and first row; blank rows before it are none.

    Encodings as encodings.py finds them; gzip by content; Excel's `sep=;`.
    Raises InputError, without the file's name, where there is no such file, it is no text, or it is empty.
    """
    try:
        source, sample = _content(path)
    except OSError as error:
        raise InputError(
            f"The file cannot be read ({error.strerror or error}): give the path of a CSV file."
        ) from error
    except (EOFError, zlib.error) as error:
        raise InputError(f"The file cannot be unpacked ({error}): compress it again, or give it as it is.") from error
    for start, called in UNMISTAKABLE.items():
        if sample.startswith(start):
            raise InputError(f"The file is {called} and no text: save the table as CSV.")
    text = PersonalText(source, "", "", [], 0)
    try:
        encoding = unicode_of(sample, whole=len(sample) < SAMPLE)
        text = text._replace(encoding=encoding) if encoding else text.in_a_code_page()
        start = sample.decode(text.encoding, errors="ignore").removeprefix("\N{BYTE ORDER MARK}")
        separator, names, lines = _first_row(start)
    except UnicodeError as error:
        raise InputError(f"The file is no text ({error}): {REMEDY}.") from error
    except csv.Error as error:
        raise InputError(f"The file is no CSV text ({error}): save it as such.") from error
    return text._replace(separator=separator, names=names, lines=lines)


def _content(path: Path) -> tuple[Path | bytes, bytes]:
    """The file itself where it is plain, else its bytes; and the first of them."""
    if path == STDIN:
        source: Path | bytes = sys.stdin.buffer.read()
        sample = source[:SAMPLE]
    else:
        with path.open("rb") as handle:
            sample = handle.read(SAMPLE)
        source = path
    if sample.startswith(b"\x1f\x8b"):
        source = gzip.decompress(source if isinstance(source, bytes) else source.read_bytes())
        sample = source[:SAMPLE]
    return source, sample


def _first_row(text: str) -> tuple[str, list[str], int]:
    """The separator, the cells of the first row that is not blank, and the lines up to its end."""
    for separator, row, lines in _rows(text, list(SEPARATORS)):
        if len(row) <= 2 and (declared := "".join(row).strip().lower()).startswith("sep="):
            wanted = declared.removeprefix("sep=") or separator
            rows = _rows(text, [wanted]) if len(wanted) == 1 else iter(())
            next(rows, None)
            if following := next(rows, None):
                return following
            break
        return separator, row, lines
    raise InputError("The file is empty: its first row names the columns.")


def _rows(text: str, separators: list[str]) -> Iterator[tuple[str, list[str], int]]:
    """Rows that are not blank, each by the separator that parts it into most cells."""
    readers = [csv.reader(io.StringIO(text, newline=""), delimiter=separator) for separator in separators]
    while True:
        found = []
        for separator, reader in zip(separators, readers, strict=True):
            row = next((cells for cells in reader if any(cell.strip() for cell in cells)), None)
            if row is not None:
                found.append((separator, [cell.strip() for cell in row], reader.line_num))
        if not found:
            return
        yield max(found, key=lambda each: len(each[1]))
