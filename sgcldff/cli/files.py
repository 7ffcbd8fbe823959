"""What every verb does with a person's files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sgcldff.errors import InputError


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Puts the file's name before what is said of its content, all in one line, whatever its cells hold."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{file}: {' '.join(str(error).splitlines())}") from error
