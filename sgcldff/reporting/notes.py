"""Notes of tests: what holds for every row of a table is said once, below it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def shared_notes(tests: pd.DataFrame) -> list[str]:
    """The notes that every row with a p has, or every row where none has one."""
    tested = tests["p"].notna()
    notes = [_split(note) for note in tests.loc[tested if tested.any() else ~tested, "note"]]
    return [note for note in notes[0] if all(note in others for others in notes)] if notes else []


def own_note(note: str, shared: Sequence[str]) -> str:
    """What is left of the note of a row."""
    return ", ".join(part for part in _split(note) if part not in shared)


def below(shared: Sequence[str]) -> list[str]:
    """The shared notes as sentences, for the text below the table."""
    return [f"In every row: {note}." for note in shared]


def _split(note: str) -> list[str]:
    return [part for part in note.split("; ") if part]
