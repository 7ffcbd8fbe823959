"""Anybody's scores in a long table, `method, seed, metric, value` and optionally `image`: checked, paired, compared.

Nothing is left out or filled in: what cannot be paired is refused, with one sentence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.comparison import Comparison, compare
from sgcldff.statistics.matching import match_pairs
from sgcldff.statistics.verdict import limit_passed, verdict
from sgcldff.tables.verdicts import DecidedBy, decided_by

COLUMNS = ("method", "seed", "metric", "value")
IMAGE = "image"
PERCENT = 100.0
# Values are percentages and fractions mixed where the least percentage is this many times the largest fraction.
MIXED_UNITS = 10.0
ROUNDING = 1e-6  # a score may exceed 1 by so much and still be a fraction


def compared(
    table: pd.DataFrame,
    reference: str,
    against: str,
    metric: str,
    *,
    margin: float = 0.0,
    test_train_ratio: float | None = None,
    scale: float | None = None,
) -> tuple[Comparison, float]:
    """The comparison reference - against and the scale that its differences are multiplied by.

    table: a row a method, seed and metric, or a row an image where it has the column `image`; values as text or
    numbers. margin: in scaled units; scale: None for 100 where all values are fractions, from -1 to 1 (the differences
    are then points), and 1 where they are not. With images, the score of a seed is the mean over its images, and
    where every seed has the same images the crossed analysis is made too.
    Raises InputError for a missing column, an unknown method or metric, a cell that is empty or no number, duplicated
    keys, seeds that only one method has, images that differ between the methods, percentages among fractions, and a
    difference that is the same in every seed, which allows no test.

    >>> scores = {"full": [0.82, 0.81, 0.83], "unet": [0.80, 0.80, 0.79]}
    >>> rows = [(method, seed, "iou", s[seed]) for method, s in scores.items() for seed in range(3)]
    >>> table = pd.DataFrame(rows, columns=["method", "seed", "metric", "value"])
    >>> comparison, scale = compared(table, "full", "unet", "iou", margin=1.0)
    >>> round(comparison.plain.mean, 2), scale
    (2.33, 100.0)
    """
    rows = _rows(table, reference, against, metric)
    fractions = bool((rows["value"].abs() <= 1 + ROUNDING).all())
    if scale is None:
        scale = PERCENT if fractions else 1.0
    if not (np.isfinite(scale) and scale > 0):
        raise InputError(f"The scale is {scale:g}: give a number above 0, 100 to turn fractions into points.")
    if not np.isfinite(margin):
        raise InputError("The margin is no finite number: give it in points.")
    rows["value"] *= scale
    grids, note = None, ""
    if scale == PERCENT and not fractions:
        note = "values above 1 were multiplied by 100: without --scale they are taken as they are"
    if IMAGE in rows:
        by_image = _paired(rows, ["seed", IMAGE], reference, against, metric)
        by_image["difference"] = by_image["reference"] - by_image["against"]
        grid = by_image.pivot(index="seed", columns=IMAGE, values="difference")
        if grid.isna().any(axis=None):
            note = "; ".join(filter(None, [note, "the images are not the same in every seed: no crossed analysis"]))
        else:
            grids = [grid.to_numpy()]
        rows = rows.groupby(["method", "seed"], as_index=False)["value"].mean()
    paired = _paired(rows, ["seed"], reference, against, metric)
    if len(paired) < 2:
        raise InputError(f"{metric} of {reference} and {against} has 1 seed: a test needs at least 2.")
    comparison = compare(paired["reference"], paired["against"], margin, test_train_ratio, grids)
    if np.isnan(comparison.plain.p):
        raise InputError(
            f"{reference} - {against} in {metric} is the same in all {comparison.plain.n} seeds "
            f"({comparison.plain.mean:.6g}): no test can be made of a constant difference; check that the runs are "
            "different ones."
        )
    return (replace(comparison, note=note) if note else comparison), scale


def as_json(comparison: Comparison, margin: float) -> dict[str, Any]:
    """The comparison under its fixed keys; None where a value does not exist.

    p values are two-sided except p_margin; `corrected` is there where a test_train_ratio was given, `crossed` where
    images repeat over the seeds. The verdict is that of the deciding test: the corrected one where it was asked for,
    else the plain one. It stands with what decided it (`decided_by`), that bound of the deciding test (`bound`; None
    for INCONCLUSIVE) and why it is fragile ("": it is not). pairs_needed and its 80% interval are None where no number
    up to 100,000 would do.

    >>> as_json(compare([3.0, 4.0, 6.0], [1.0, 1.0, 1.0]), margin=0.0)["verdict"]
    'SUPPORTED'
    """
    plain, effect, decided = comparison.plain, comparison.effect, comparison.deciding
    cells: dict[str, Any] = {name: getattr(plain, name) for name in ("n", "mean", "sd", "t", "df", "p")}
    cells |= {name: getattr(plain, name) for name in ("ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")}
    cells |= {"d_z": effect.d_z, "g_z": effect.g_z}
    cells |= {"p_wilcoxon": comparison.p_wilcoxon, "p_sign_flip": comparison.p_sign_flip}
    cells |= comparison.power_of_margin(margin)._asdict()
    if comparison.test_train_ratio:
        keys = ("t", "df", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")
        cells["corrected"] = {name: getattr(comparison.corrected, name) for name in keys}
    if comparison.crossed.n_images:
        keys = ("mean", "se", "df", "p", "ci_low", "ci_high")
        cells["crossed"] = {name: getattr(comparison.crossed, name) for name in keys}
    state = verdict(decided.lower_bound, decided.upper_bound, margin)
    by = decided_by(state)
    cells["bound"] = {DecidedBy.LOWER: decided.lower_bound, DecidedBy.UPPER: decided.upper_bound}.get(by, math.nan)
    text = {"verdict": state, "decided_by": by, "fragile": comparison.fragile(by, limit_passed(state, margin))}
    return _without_nan(cells) | {name: str(cell) for name, cell in text.items()}


def _without_nan(cells: dict[str, Any]) -> dict[str, Any]:
    """NaN has no place in JSON."""
    return {
        name: _without_nan(value) if isinstance(value, dict) else value if np.isfinite(value) else None
        for name, value in cells.items()
    }


def _rows(table: pd.DataFrame, reference: str, against: str, metric: str) -> pd.DataFrame:
    """The rows of both methods and the metric: method, seed (whole), value (number) and image where there is one."""
    if missing := [column for column in COLUMNS if column not in table]:
        has = ", ".join(map(str, table.columns)) or "none"
        raise InputError(f"The column {', '.join(missing)} is missing (there are: {has}): add it.")
    if table.empty:
        raise InputError("The table has no rows: write one for each method, seed and metric.")
    columns = [*COLUMNS, IMAGE] if IMAGE in table else list(COLUMNS)
    rows = table[columns].copy()
    for column in columns:
        if column != "value":
            rows[column] = rows[column].astype(object).where(rows[column].notna(), "").astype(str).str.strip()
    if reference == against:
        raise InputError(f"{reference} is compared with itself: name two methods.")
    _check_known("metric", metric, rows["metric"])
    rows = rows[rows["metric"] == metric]
    for method in (reference, against):
        _check_known("method", method, rows["method"])
    rows = rows[rows["method"].isin([reference, against])].drop(columns="metric")
    if IMAGE in rows and (rows[IMAGE] == "").all():
        rows = rows.drop(columns=IMAGE)  # this metric has none
    if IMAGE in rows and (rows[IMAGE] == "").any():
        empty = rows[rows[IMAGE] == ""].iloc[0]
        raise InputError(f"{empty['method']}, seed {empty['seed']} has a row without image: fill in all or none.")
    rows["seed"] = _numbers(rows, "seed")
    if (rows["seed"] % 1 != 0).any():
        raise InputError(
            f"The seed {rows.loc[rows['seed'] % 1 != 0, 'seed'].iloc[0]:g} is no whole number: number the runs."
        )
    rows["seed"] = rows["seed"].astype("int64")
    rows["value"] = _numbers(rows, "value")
    _check_units(rows, metric)
    return rows


def _check_known(kind: str, name: str, column: pd.Series) -> None:
    known = list(dict.fromkeys(column))
    if name not in known:
        raise InputError(f"There is no {kind} {name!r}: name one of {', '.join(known)}.")


def _numbers(rows: pd.DataFrame, column: str) -> pd.Series:
    """The column as finite numbers; says which cell is none."""
    numbers = pd.to_numeric(rows[column], errors="coerce").astype(float)
    if not np.isfinite(numbers).all():
        wrong = rows[~np.isfinite(numbers)].iloc[0]
        cell = str(wrong[column]).strip()
        shown = repr(cell) if cell else "nothing"
        place = wrong["method"] if column == "seed" else f"{wrong['method']}, seed {wrong['seed']}"
        part = "seed"
        if IMAGE in rows:
            place, part = f"{place}, image {wrong[IMAGE]}", "image"
        raise InputError(
            f"{place} has {shown} for {column}, which is no finite number: correct it, or leave that {part} out of "
            "both methods."
        )
    return numbers


def _check_units(rows: pd.DataFrame, metric: str) -> None:
    """Refuses percentages among fractions: scores up to 100 with a wide gap between those up to 1 and the others.

    Whole numbers are no fractions. A score of half a per cent among high percentages is refused too: written as
    fractions, all of them are read.
    """
    values = rows["value"]
    small, large = rows[(values > 0) & (values <= 1)], rows[values > 1]
    if not values.between(0, PERCENT).all() or (small["value"] % 1 == 0).all() or large.empty:
        return
    if large["value"].min() >= MIXED_UNITS * small["value"].max():
        percentage, fraction = large.iloc[0], small.iloc[0]
        raise InputError(
            f"{metric} mixes percentages ({percentage['method']}, seed {percentage['seed']}: {percentage['value']:g}) "
            f"with fractions ({fraction['method']}, seed {fraction['seed']}: {fraction['value']:g}): write all as "
            "fractions."
        )


def _paired(rows: pd.DataFrame, keys: Sequence[str], reference: str, against: str, metric: str) -> pd.DataFrame:
    left, right = (rows[rows["method"] == method] for method in (reference, against))
    return match_pairs(left, right, keys, "value", (f"{metric} of {reference}", f"{metric} of {against}"))
