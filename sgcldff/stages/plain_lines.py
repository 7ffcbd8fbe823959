"""Logs without carriage returns: of a progress bar the last state alone is kept, as a line."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

UP = b"\x1b[A"  # what takes a terminal a line up


class PlainLines(io.RawIOBase):
    """Writes to an open file, line by line, what a terminal would show of each line once it has ended.

    So a log of a download holds one line of its bar, and not one for each of its states.
    """

    def __init__(self, number: int) -> None:
        """number: of the open file, which stays open."""
        super().__init__()
        self.number = number
        self.pending = b""

    def fileno(self) -> int:
        return self.number

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        given = bytes(data)
        *ended, left = (self.pending + given).split(b"\n")
        self.pending = _shown(left) + (b"\r" if left.endswith(b"\r") else b"")
        lines = [_shown(line) for line in ended]
        # A bar below another one goes back up, to be drawn anew.
        if kept := b"".join(line + b"\n" for line in lines if not line.endswith(UP)):
            _write_all(self.number, kept)
        return len(given)

    def finish(self) -> None:
        """What has not ended with a line break does so now."""
        if self.pending:
            left, self.pending = _shown(self.pending), b""
            _write_all(self.number, left + b"\n")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Standard error of this process in plain lines; what is written past Python (a crash) goes its own way."""
    lines = PlainLines(2)
    with redirect_stderr(io.TextIOWrapper(lines, "utf-8", "backslashreplace", line_buffering=True, write_through=True)):
        try:
            yield
        finally:
            lines.finish()


def _shown(line: bytes) -> bytes:
    """What follows the last carriage return that has something behind it."""
    return line.rstrip(b"\r").rpartition(b"\r")[2]


def _write_all(number: int, data: bytes) -> None:
    while data:
        data = data[os.write(number, data) :]
