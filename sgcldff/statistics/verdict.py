"""The verdict on a hypothesis "better by at least the margin", from the interval and never from the mean alone."""

from __future__ import annotations

import numpy as np

from sgcldff.errors import InputError
from sgcldff.tables.verdicts import Verdict

# Points are rounded to this before they are compared: (.80 - .78) x 100 > 2 holds in floating point alone.
BOUNDARY_DECIMALS = 9
TINY = 1e-4  # numbers that are all smaller than this are rounded to as many digits as this has then
# What is said beside DIRECTION ONLY where `falls_short`.
FALLS_SHORT = "better, but by less than the margin: both bounds lie below it"


def boundary_decimals(*numbers: float) -> int:
    """The decimals that numbers which are compared are rounded to: more where the largest of them is tiny.

    >>> boundary_decimals(0.4, -3.1), boundary_decimals(5e-11, 4e-11)
    (9, 16)
    """
    largest = max((abs(number) for number in numbers if np.isfinite(number)), default=0.0)
    if not 0 < largest < TINY:
        return BOUNDARY_DECIMALS
    return BOUNDARY_DECIMALS + int(np.floor(np.log10(TINY)) - np.floor(np.log10(largest)))


def verdict(lower_bound: float, upper_bound: float, margin: float) -> Verdict:
    """The verdict from the one-sided bounds of the mean difference and the margin, all in points.

    The states are tried in the order in which they are declared. Bounds that are NaN (one seed, constant differences)
    show nothing: INCONCLUSIVE. Raises InputError for a margin that is no finite number.

    >>> print(verdict(lower_bound=0.4, upper_bound=3.1, margin=2.0))
    DIRECTION ONLY
    """
    if not np.isfinite(margin):
        raise InputError("The margin of a hypothesis is no finite number: give it in points.")
    decimals = boundary_decimals(lower_bound, upper_bound, margin)
    lower, upper, limit = (round(float(value), decimals) for value in (lower_bound, upper_bound, margin))
    if lower > limit:
        return Verdict.SUPPORTED
    if 0 < lower <= limit:
        return Verdict.DIRECTION_ONLY
    if upper < limit:
        return Verdict.REFUTED
    return Verdict.INCONCLUSIVE


def limit_passed(state: Verdict, margin: float) -> float:
    """What the bound that decided lies beyond: zero where the direction alone is shown, else the margin.

    >>> limit_passed(Verdict.DIRECTION_ONLY, margin=2.0), limit_passed(Verdict.REFUTED, margin=2.0)
    (0.0, 2.0)
    """
    return 0.0 if state is Verdict.DIRECTION_ONLY else margin


def falls_short(lower_bound: float, upper_bound: float, margin: float) -> bool:
    """Whether the direction is shown and the margin excluded: both bounds lie between 0 and the margin.

    >>> falls_short(0.4, 1.6, margin=2.0), falls_short(0.4, 3.1, margin=2.0)
    (True, False)
    """
    direction = verdict(lower_bound, upper_bound, margin) is Verdict.DIRECTION_ONLY
    return direction and verdict(-np.inf, upper_bound, margin) is Verdict.REFUTED
