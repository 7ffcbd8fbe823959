"""The interval of a standard deviation of few runs, from the chi-squared distribution of their variance.

It takes the runs to be normal. Where their splits share images all runs are correlated alike; the SD is then that of
such runs among themselves, as a printed one is, and the interval is right for it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy import stats

from sgcldff.statistics.student import CONFIDENCE


class SDInterval(NamedTuple):
    """ci_low, ci_high: two-sided 95% interval; lower_bound, upper_bound: one-sided 95% bounds; unit of the SD."""

    ci_low: float
    ci_high: float
    lower_bound: float
    upper_bound: float


def sd_interval(sd: float, n: int) -> SDInterval:
    """sd: of n runs, n - 1 in the denominator. All NaN for fewer than two runs and where they do not differ.

    >>> [round(end, 3) for end in sd_interval(1.0, 5)]
    [0.599, 2.874, 0.649, 2.372]
    """
    if n < 2 or not sd > 0:
        return SDInterval(*[math.nan] * 4)
    shares = ((1 + CONFIDENCE) / 2, (1 - CONFIDENCE) / 2, CONFIDENCE, 1 - CONFIDENCE)
    return SDInterval(*(sd * math.sqrt((n - 1) / float(stats.chi2.ppf(share, n - 1))) for share in shares))
