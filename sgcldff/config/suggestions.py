"""What was probably meant by a name that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_LISTED = 12  # known names in a sentence


def meant(name: str, known: Iterable[str]) -> str:
    """The end of the sentence, with a remedy: the nearest known name, or the known ones."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f": did you mean {near[0]!r}?"
    if not known:
        return ": there are none, remove it."
    listed = known if len(known) <= MOST_LISTED else [*known[:MOST_LISTED], f"and {len(known) - MOST_LISTED} more"]
    return f": known are {', '.join(listed)}."
