"""The unit of anybody's scores: fractions that become points, or numbers that are taken as they are."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.score_rows import ScoreRows

PERCENT = 100.0
# Values are percentages and fractions mixed where the least percentage is this many times the largest fraction.
MIXED_UNITS = 10.0
ROUNDING = 1e-6  # a score may exceed 1 by so much and still be a fraction
SMALL = 1e-3  # where no score is larger, they are no shares that anybody would call points
LARGEST = 1e100  # squares of larger scores are no numbers
# Names of metrics of which less is better, as far as a name can tell.
LOWER = re.compile(
    r"loss|err|mae|mse|hausdorff|hd95|perplexity|nll|distance|fid|\b[cw]er\b|\bece\b|assd", re.IGNORECASE
)


def scaled(rows: ScoreRows, scale: float | None, lower_is_better: bool) -> tuple[float, str]:
    """Multiplies the values of the rows; what by, and what is to be said of it.

    scale: None for 100 where all values are fractions, from -1 to 1, or have per cent signs, else 1. Raises InputError
    for a scale that is none, percentages among fractions where nobody says the scale, and numbers without a square.
    """
    factor, notes = _scale(rows, scale, lower_is_better), []
    values = rows.frame["value"]
    largest = values.abs().max()
    if not largest * factor < LARGEST:
        raise InputError(f"{rows.metric} has a value of {largest:g}, too large to reckon with: give a smaller --scale.")
    if scale == PERCENT and not rows.percent and largest > 1 + ROUNDING:
        notes.append("values above 1 were multiplied by 100: without --scale they are taken as they are")
    if not lower_is_better and LOWER.search(rows.metric):
        notes.append(f"higher {rows.metric} is taken as better: if lower is, --lower-is-better")
    rows.frame["value"] = values * (factor / PERCENT if rows.percent else factor)
    return factor, "; ".join(notes)


def _scale(rows: ScoreRows, scale: float | None, lower_is_better: bool) -> float:
    if scale is not None:
        if not (np.isfinite(scale) and scale > 0):
            raise InputError(f"The scale is {scale:g}: give a number above 0, 100 to turn fractions into points.")
        return scale
    if not (rows.percent or lower_is_better):
        _check_units(rows.frame, rows.metric, rows.columns.pair_name)
    largest = rows.frame["value"].abs().max()
    return PERCENT if rows.percent or SMALL <= largest <= 1 + ROUNDING else 1.0


def _check_units(rows: pd.DataFrame, metric: str, pair: str) -> None:
    """Refuses percentages among fractions: scores up to 100 with a wide gap between those up to 1 and the others.

    Whole numbers are no fractions. A score of half a per cent among high percentages is refused too: with a scale it is
    read.
    """
    values = rows["value"].to_numpy()
    if not (values.min() >= 0 and 1 < values.max() <= PERCENT):
        return
    small, large = (values > 0) & (values <= 1), values > 1
    if (values[small] % 1 == 0).all():
        return
    if values[large].min() >= MIXED_UNITS * values[small].max():
        percentage, fraction = (rows.iloc[int(np.argmax(each))] for each in (large, small))
        raise InputError(
            f"{metric} mixes percentages ({percentage['method']}, {pair} {percentage['seed']}: "
            f"{percentage['value']:g}) with fractions ({fraction['method']}, {pair} {fraction['seed']}: "
            f"{fraction['value']:g}): write all as fractions, or give --scale 1 where all have one unit."
        )
