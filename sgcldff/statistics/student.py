"""A t-test from an estimate, its standard error and its degrees of freedom: the form of every test in this room."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95  # of the two-sided interval, and of each one-sided bound by itself

ALPHA = 0.05  # below it a p is significant, one-sided and two-sided alike


@dataclass(frozen=True)
class TTest:
    """What an estimate allows to say, in its own unit; NaN wherever nothing can be said.

    t, df, p: two-sided test of a mean of zero; ci_low, ci_high: two-sided 95% interval; lower_bound, upper_bound:
    one-sided 95% bounds; p_margin: one-sided test that the mean exceeds the margin, below .05 exactly when lower_bound
    exceeds the margin.
    """

    mean: float = math.nan
    se: float = math.nan
    t: float = math.nan
    df: float = math.nan
    p: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    lower_bound: float = math.nan
    upper_bound: float = math.nan
    p_margin: float = math.nan


def student_t(mean: float, se: float, df: float, margin: float = 0.0) -> TTest:
    """Test and bound a mean with standard error se (same unit) and df degrees of freedom (not always whole).

    A standard error that is not above zero, or no degree of freedom, allows nothing but the mean.

    >>> test = student_t(mean=2.0, se=0.5, df=4)
    >>> round(test.t, 3), round(test.p, 4), round(test.lower_bound, 3)
    (4.0, 0.0161, 0.934)
    """
    if not (se > 0 and df > 0 and np.isfinite(mean)):
        return TTest(mean=float(mean), se=float(se), df=float(df))
    t = mean / se
    two_sided, one_sided = (float(stats.t.ppf(share, df)) * se for share in ((1 + CONFIDENCE) / 2, CONFIDENCE))
    return TTest(
        mean=float(mean),
        se=float(se),
        t=float(t),
        df=float(df),
        p=float(2 * stats.t.sf(abs(t), df)),
        ci_low=mean - two_sided,
        ci_high=mean + two_sided,
        lower_bound=mean - one_sided,
        upper_bound=mean + one_sided,
        p_margin=float(stats.t.sf((mean - margin) / se, df)),
    )
