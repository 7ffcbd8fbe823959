"""The Bayesian correlated t-test: how probable it is that one method is better, worse, or practically the same.

Corani and Benavoli (2015, Machine Learning 100): under the reference prior the true mean difference has a Student
distribution about the observed mean, with the standard error and the degrees of freedom of the (corrected resampled)
t-test. A region of practical equivalence, the ROPE, divides it in three. The same numbers as the package baycomp gives.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.student import TTest


class Rope(NamedTuple):
    """Probabilities that the true mean difference lies below, within and above ± the half width; NaN without a test."""

    below: float
    within: float
    above: float


def rope(test: TTest, half_width: float) -> Rope:
    """The posterior of the difference that was tested, divided at ± half_width (in the unit of the test).

    Raises InputError for a half width that is no number of at least 0.

    >>> from sgcldff.statistics.student import student_t
    >>> [round(share, 3) for share in rope(student_t(2.0, 0.5, 4), 1.0)]
    [0.002, 0.056, 0.942]
    """
    if not (math.isfinite(half_width) and half_width >= 0):
        raise InputError(f"The half width of practical equivalence is {half_width:g}: give a number of at least 0.")
    if not (test.df > 0 and test.se > 0):
        return Rope(math.nan, math.nan, math.nan)
    below = float(stats.t.cdf((-half_width - test.mean) / test.se, test.df))
    above = float(stats.t.sf((half_width - test.mean) / test.se, test.df))
    return Rope(below, max(1 - below - above, 0.0), above)
