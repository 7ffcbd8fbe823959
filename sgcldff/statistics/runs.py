"""The table of runs as it comes in: checked once, before anything is computed from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.runs import LARGEST, RUN_KEYS, TRUTH_COUNTS


def checked_runs(runs: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """The keys, the counts of images and the metrics of the runs, seeds and numbers as numbers.

    Seeds are read as numbers because text sorts as 1, 10, 2. Raises InputError for a missing column, an empty key, a
    seed that is no whole number, two rows for one run, text where a number belongs, a score outside 0 to 1 or to what
    it can be at most (a percentage among fractions would be a hundred times too large), and a pair and seed in which
    methods were tested on different numbers of images, which cannot be the same images.

    >>> run = {"trained_on": "bccd", "tested_on": "bccd", "method": "full", "seed": "1", "n_images": 60, "iou": 0.8}
    >>> checked_runs(pd.DataFrame([run]), ["iou"])[["seed", "iou"]].values.tolist()
    [[1.0, 0.8]]
    """
    if missing := [column for column in (*RUN_KEYS, "n_images", *metrics) if column not in runs]:
        raise InputError(f"The table of runs has no column {', '.join(missing)}: score the predictions again.")
    counts = [column for column in TRUTH_COUNTS.values() if column in runs]
    checked = runs[[*RUN_KEYS, "n_images", *counts, *metrics]].copy()
    if (checked[list(RUN_KEYS)].isna() | (checked[list(RUN_KEYS)] == "")).any(axis=None):
        raise InputError(f"The table of runs has a row without {', '.join(RUN_KEYS)}: score the predictions again.")
    for column in ("seed", "n_images", *counts, *metrics):
        checked[column] = _numbers(checked[column], column)
    for column in ("seed", "n_images"):
        if not (np.isfinite(checked[column]) & (checked[column] % 1 == 0)).all():
            raise InputError(f"The table of runs has a {column} that is no whole number: score the predictions again.")
    checked["seed"] = checked["seed"].astype("int64")
    if (twice := checked.duplicated(list(RUN_KEYS))).any():
        raise InputError(f"The table of runs has two rows for {_name(checked[twice])}: keep one of them.")
    for metric in metrics:
        largest = LARGEST.get(metric, 1)
        if (outside := (checked[metric] < 0) | (checked[metric] > largest) | np.isinf(checked[metric])).any():
            raise InputError(
                f"{metric} of {_name(checked[outside])} lies outside 0 to {largest:g}: write scores as fractions."
            )
    differ = checked.groupby(["trained_on", "tested_on", "seed"])["n_images"].transform("nunique") > 1
    if differ.any():
        raise InputError(
            f"{_name(checked[differ])} was tested on another number of images than other methods there: predict "
            "again with one split for all."
        )
    return checked


def _numbers(column: pd.Series, name: str) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    if (text := numbers.isna() & column.notna()).any():
        raise InputError(
            f"The table of runs has {str(column[text].iloc[0])!r} in {name}, which is no number: correct it."
        )
    return numbers


def _name(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    return f"{first['method']}, {first['trained_on']}→{first['tested_on']}, seed {first['seed']}"
