"""Bring two tables together pair by pair, on keys and never on position; refuse instead of guessing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.errors import InputError

MOST_LISTED = 5  # keys in a sentence


def match_pairs(
    reference: pd.DataFrame,
    against: pd.DataFrame,
    keys: Sequence[str],
    value: str,
    names: tuple[str, str] = ("reference", "against"),
) -> pd.DataFrame:
    """The keys with the values of both, a row a pair, sorted by the keys: columns keys..., reference, against.

    reference, against: tables with the columns `keys` and `value`; names: what the errors call the two.
    Raises InputError for a missing column, a key that is empty or stands twice, a value that is no finite number, and
    keys that only one of the two has.

    >>> full = pd.DataFrame({"seed": [2, 1], "f1": [0.9, 0.8]})
    >>> other = pd.DataFrame({"seed": [1, 2], "f1": [0.7, 0.6]})
    >>> match_pairs(full, other, ["seed"], "f1").values.tolist()
    [[1.0, 0.8, 0.7], [2.0, 0.9, 0.6]]
    """
    keys = list(keys)
    left = _series(reference, keys, value, names[0])
    right = _series(against, keys, value, names[1])
    for more, fewer, name, without in ((left, right, *names), (right, left, *names[::-1])):
        if extra := sorted(set(more.index) - set(fewer.index)):
            raise InputError(
                f"{name} has {value} for {_of(keys)} {_listed(extra)} and {without} does not: run what is missing or "
                "leave it out of both."
            )
    paired = pd.DataFrame({"reference": left, "against": right.reindex(left.index)})
    return paired.sort_index().rename_axis(index=keys).reset_index()


def _series(table: pd.DataFrame, keys: list[str], value: str, name: str) -> pd.Series:
    if missing := [column for column in (*keys, value) if column not in table]:
        raise InputError(f"{name} has no column {', '.join(missing)}: add it to the table.")
    if table[keys].isna().any(axis=None):
        raise InputError(f"{name} has a row without {_of(keys)}: fill it in or remove the row.")
    index = pd.Index(table[keys[0]]) if len(keys) == 1 else pd.MultiIndex.from_frame(table[keys])
    if index.has_duplicates:
        raise InputError(f"{name} has two rows for {_of(keys)} {_listed([index[index.duplicated()][0]])}: keep one.")
    numbers = pd.to_numeric(table[value], errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        where = index[~np.isfinite(numbers)][0]
        raise InputError(
            f"{name} has no finite number in {value} for {_of(keys)} {_listed([where])}: fill it in or leave that key "
            "out of both."
        )
    return pd.Series(numbers, index=index)


def _listed(keys: list[Any]) -> str:
    """The first few keys; there may be thousands of images."""
    shown = [" ".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in keys[:MOST_LISTED]]
    more = len(keys) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _of(keys: list[str]) -> str:
    return keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
