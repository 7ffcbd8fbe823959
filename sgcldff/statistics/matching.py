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
    called: Sequence[str] = (),
) -> pd.DataFrame:
    """The keys with the values of both, a row a pair, sorted by the keys: columns keys..., reference, against.

    reference, against: tables with the columns `keys` and `value`; names, called: what the errors call the
    two, and the keys.
    Raises InputError for a missing column, a key that is empty or stands twice, a value that is no finite number, and
    keys that only one of the two has.

    >>> full = pd.DataFrame({"seed": [2, 1], "f1": [0.9, 0.8]})
    >>> other = pd.DataFrame({"seed": [1, 2], "f1": [0.7, 0.6]})
    >>> match_pairs(full, other, ["seed"], "f1").values.tolist()
    [[1.0, 0.8, 0.7], [2.0, 0.9, 0.6]]
    """
    keys, of = list(keys), _of(list(called or keys))
    left, right = (_checked(table, keys, value, name) for table, name in ((reference, names[0]), (against, names[1])))
    codes, labels = _coded(left, right, keys)
    sides = []
    for table, code, name in zip((left, right), np.split(codes, [len(left)]), names, strict=True):
        order = np.argsort(code, kind="stable")
        code = code[order]
        if len(twice := code[1:][code[1:] == code[:-1]]):
            raise InputError(f"{name} has two rows for {of} {_listed(_keys(twice[:1], labels))}: keep one.")
        sides.append((code, table[value].to_numpy()[order]))
    (ours, first), (theirs, second) = sides
    for more, fewer, name, without in ((ours, theirs, *names), (theirs, ours, *names[::-1])):
        if len(extra := np.setdiff1d(more, fewer, assume_unique=True)):
            raise InputError(
                f"{name} has {value} for {of} {_listed(_keys(extra, labels))} and {without} does not: run what "
                "is missing or leave it out of both."
            )
    columns = dict(zip(keys, _places(ours, labels), strict=True))
    found = {key: known.take(places) for (key, places), known in zip(columns.items(), labels, strict=True)}
    return pd.DataFrame(found | {"reference": first, "against": second}, copy=False)


def _checked(table: pd.DataFrame, keys: list[str], value: str, name: str) -> pd.DataFrame:
    """Keys and value as numbers; refuses what has none."""
    if missing := [column for column in (*keys, value) if column not in table]:
        raise InputError(f"{name} has no column {', '.join(missing)}: add it to the table.")
    if table[keys].isna().any(axis=None):
        raise InputError(f"{name} has a row without {_of(keys)}: fill it in or remove the row.")
    numbers = pd.to_numeric(table[value], errors="coerce").to_numpy(dtype=float)
    if not (finite := np.isfinite(numbers)).all():
        key = tuple(table[keys].iloc[int(np.argmin(finite))])
        raise InputError(
            f"{name} has no finite number in {value} for {_of(keys)} {_listed([key])}: fill it in or leave that key "
            "out of both."
        )
    return table[keys].assign(**{value: numbers})


def _coded(left: pd.DataFrame, right: pd.DataFrame, keys: list[str]) -> tuple[np.ndarray, list[pd.Index]]:
    """A whole number for each row of both tables, sorted as the keys are, and the labels of each key.

    The rows are never held as tuples: there may be millions. Categories of text keep their order.
    """
    codes, labels, most = np.zeros(len(left) + len(right), dtype=np.int64), [], 1
    for key in keys:
        one, other = left[key], right[key]
        if isinstance(one.dtype, pd.CategoricalDtype) and one.dtype == other.dtype:
            known = pd.CategoricalIndex(one.cat.categories, dtype=one.dtype)
            places = np.concatenate([one.cat.codes.to_numpy(), other.cat.codes.to_numpy()])
        else:
            both = pd.concat([one.astype(object), other.astype(object)], ignore_index=True).infer_objects()
            try:
                places, known = pd.factorize(both, sort=True)
            except TypeError:  # numbers beside text
                places, known = pd.factorize(both)
            known = pd.Index(known)
        most *= max(len(known), 1)
        if most > np.iinfo(np.int64).max:
            raise InputError(f"({', '.join(keys)}) have too many values to be combined: pair by fewer columns.")
        codes = codes * max(len(known), 1) + places
        labels.append(known)
    return codes, labels


def _places(codes: np.ndarray, labels: list[pd.Index]) -> list[np.ndarray]:
    """The place of each key among its labels, from what `_coded` made of them."""
    places = []
    for known in reversed(labels):
        codes, place = np.divmod(codes, max(len(known), 1))
        places.append(place)
    return places[::-1]


def _keys(codes: np.ndarray, labels: list[pd.Index]) -> list[tuple[Any, ...]]:
    shown, rest = codes[:MOST_LISTED], [()] * max(len(codes) - MOST_LISTED, 0)
    columns = [known.take(place) for known, place in zip(labels, _places(shown, labels), strict=True)]
    return [*zip(*columns, strict=True), *rest]


def _listed(keys: list[tuple[Any, ...]]) -> str:
    """The first few keys; there may be thousands of images."""
    shown = [" ".join(map(str, key)) for key in keys[:MOST_LISTED]]
    more = len(keys) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _of(keys: list[str]) -> str:
    return keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
