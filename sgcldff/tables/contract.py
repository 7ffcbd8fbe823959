"""What a table of this project holds: the columns of its file, and which of them are text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Contract:
    """columns: those that the file must have, in its order; text: those of them that hold text, the rest numbers."""

    columns: tuple[str, ...]
    text: tuple[str, ...] = ()
