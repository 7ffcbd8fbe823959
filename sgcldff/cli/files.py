"""What every verb does with a person's files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sgcldff.errors import InputError


@contextmanager
def naming_what_fails() -> Iterator[None]:
    """Says of a file that cannot be read or written which it is and why, where a verb has many."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read or written ({error.strerror}).") from error


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Puts the file's name before what is said of its content, all in one line, whatever its cells hold."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{file}: {' '.join(str(error).splitlines())}") from error
