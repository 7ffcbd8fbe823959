"""Labels of pairs, images and datasets: text with a whole number for each row, and so exact whatever its length."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

WHOLE = re.compile(r"([-+]?)0*(\d+)(\.0*)?")


def labels(column: pd.Series, places: np.ndarray) -> pd.Categorical:
    """The labels at these places, in the order in which they stand; "" where there is none."""
    codes, known = pd.factorize(column.iloc[places])
    words = pd.Index([*(_label(word) for word in known), *([""] if (codes < 0).any() else [])], dtype=object)
    again, categories = pd.factorize(words)
    again = again.astype(np.min_scalar_type(-len(again) - 1))
    return pd.Categorical.from_codes(again[codes], categories=pd.Index(categories, dtype=object))


def _label(cell: object) -> str:
    """A cell as a label: whole numbers as such, however they are written, else its text.

    >>> _label(7.0), _label("007"), _label("9007199254740993"), _label("seed_0")
    ('7', '7', '9007199254740993', 'seed_0')
    """
    text = str(cell).strip()
    found = WHOLE.fullmatch(text)
    return f"{'-' if found[1] == '-' and found[2] != '0' else ''}{found[2]}" if found else text


def pair_labels(columns: list[pd.Series], places: np.ndarray) -> pd.Categorical:
    """The labels of the pairs, in their natural order; those of several columns are put together."""
    first, *others = (labels(column, places) for column in columns)
    for other in others:
        combined = first.codes.astype(np.int64) * len(other.categories) + other.codes
        codes, known = pd.factorize(combined)
        one, two = np.divmod(known, len(other.categories))
        words = [
            f"{a} / {b}" if a and b else "" for a, b in zip(first.categories[one], other.categories[two], strict=True)
        ]
        first = pd.Categorical(pd.Index(words, dtype=object)[codes])
    return first.set_categories(pd.Index(sorted(first.categories, key=_natural), dtype=object))


def _natural(label: str) -> list[tuple[int, int, str]]:
    """Sorts 2 before 10, in words too."""
    parts = re.split(r"(\d+)", label)
    return [(1, int(part), "") if part.isdecimal() and part.isascii() else (0, 0, part) for part in parts]
