"""The paired t-test over seeds, its interval, its margin test and its effect sizes.

Everything is of the differences d = reference - against, in the unit of the input (the tables give points).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import gammaln

from sgcldff.errors import InputError

CONFIDENCE = 0.95
"""Of the two-sided interval, and of each one-sided bound by itself."""


@dataclass(frozen=True)
class PairedTest:
    """What n pairs say of the mean difference; NaN wherever the pairs allow no statement, and then `note` says why.

    mean, sd, ci_low, ci_high, lower_bound, upper_bound: in the unit of the input; sd with n - 1 in the denominator;
    t, df, p: two-sided test of a mean difference of zero; ci_low, ci_high: two-sided 95% interval;
    lower_bound, upper_bound: one-sided 95% bounds; p_margin: one-sided test that the mean exceeds the margin (NaN
    without one), below .05 exactly when lower_bound exceeds the margin; d_z = mean / sd; g_z = J(n - 1) d_z.
    """

    n: int
    mean: float = math.nan
    sd: float = math.nan
    t: float = math.nan
    df: float = math.nan
    p: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    lower_bound: float = math.nan
    upper_bound: float = math.nan
    p_margin: float = math.nan
    d_z: float = math.nan
    g_z: float = math.nan
    note: str = ""


def small_sample_factor(df: float) -> float:
    """Hedges' J, exact: gamma(df/2) / (sqrt(df/2) gamma((df-1)/2)); NaN below two degrees of freedom.

    At one degree of freedom the expectation that J corrects does not exist; the formula would give a misleading 0.
    """
    if df < 2:
        return math.nan
    return math.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / math.sqrt(df / 2)


def is_constant(reference: np.ndarray, against: np.ndarray) -> bool:
    """Whether the differences vary by no more than rounding: sd at most 10 eps times the larger operand.

    A difference carries the rounding of what was subtracted, which may exceed that of the difference itself:
    [.81 ... .85] - [.79 ... .83] has sd 6e-17, above 10 eps |mean|, and would print p = 2e-59.
    """
    largest = max(np.abs(reference).max(), np.abs(against).max())
    return bool(np.std(reference - against, ddof=1) <= 10 * np.finfo(float).eps * largest)


def paired_test(reference: Sequence[float], against: Sequence[float], margin: float | None = None) -> PairedTest:
    """Test reference - against over n pairs that stand in the same order.

    reference, against: n finite numbers each; margin: in the same unit, None for no margin test.
    Raises InputError for unequal lengths and for a value that is not finite: no pair is ever left out in silence.
    """
    a, b = np.asarray(reference, dtype=float), np.asarray(against, dtype=float)
    if a.ndim != 1 or a.shape != b.shape:
        raise InputError(
            f"A paired test needs two lists of one length, not {a.shape} and {b.shape}: give both of a pair."
        )
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise InputError(
            "A paired test needs a number in every place: leave out both of a pair, and say so, or neither."
        )
    n, differences = len(a), a - b
    if n < 2:
        mean = float(differences[0]) if n else math.nan
        return PairedTest(n, mean, note=f"{'1 pair' if n else 'no pairs'}: a test needs at least 2")
    mean = float(differences.mean())
    if is_constant(a, b):
        return PairedTest(n, mean, sd=0.0, df=n - 1, note="the difference is the same in every pair: no test")

    both = stats.ttest_rel(a, b)
    interval = both.confidence_interval(CONFIDENCE)
    greater = stats.ttest_1samp(differences, 0.0 if margin is None else margin, alternative="greater")
    less = stats.ttest_1samp(differences, 0.0, alternative="less")
    sd = float(differences.std(ddof=1))
    return PairedTest(
        n=n,
        mean=mean,
        sd=sd,
        t=float(both.statistic),
        df=float(both.df),
        p=float(both.pvalue),
        ci_low=float(interval.low),
        ci_high=float(interval.high),
        lower_bound=float(greater.confidence_interval(CONFIDENCE).low),
        upper_bound=float(less.confidence_interval(CONFIDENCE).high),
        p_margin=math.nan if margin is None else float(greater.pvalue),
        d_z=mean / sd,
        g_z=small_sample_factor(n - 1) * mean / sd,
        note="g_z does not exist for 2 pairs" if n == 2 else "",
    )
