"""Standardised paired differences: d_z = mean / SD of the differences, and g_z, without its small-sample bias."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats
from scipy.optimize import brentq
from scipy.special import gammaln

from sgcldff.statistics.student import CONFIDENCE

# Beyond it the interval of an effect size rests on the spread of the SD alone: less than 1 in 1,000 of its ends.
LARGEST_T = 1000.0


@dataclass(frozen=True)
class EffectSize:
    """d_z and g_z = J(n - 1) d_z; NaN where they do not exist.

    Both estimate the same true standardised difference, and d_z_low, d_z_high are its 95% interval. J times that
    interval, which some packages print with g_z, misses it too often (README.md).
    """

    d_z: float = math.nan
    d_z_low: float = math.nan
    d_z_high: float = math.nan
    g_z: float = math.nan


def small_sample_factor(df: float) -> float:
    """Hedges' J, exact: gamma(df/2) / (sqrt(df/2) gamma((df-1)/2)); NaN below two degrees of freedom.

    At one degree of freedom the expectation that J corrects does not exist; the formula would give a misleading 0.

    >>> round(small_sample_factor(4), 4)
    0.7979
    """
    if df < 2:
        return math.nan
    return math.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / math.sqrt(df / 2)


def effect_size(mean: float, sd: float, n: int, test_train_ratio: float = 0.0) -> EffectSize:
    """Effect sizes of n differences; sd with n - 1 in the denominator. Nothing exists for sd 0 or fewer than 2 pairs.

    The interval is exact for normal differences: sqrt(n) d_z follows the noncentral t with n - 1 degrees of freedom and
    noncentrality sqrt(n) delta, and its ends are the delta at which the observed value lies in a tail of 2.5% each.
    test_train_ratio: where splits were redrawn (resampled.py), 1 / (1/n + ratio) stands for n there, so that the
    interval leaves out zero exactly where the corrected test does.

    >>> size = effect_size(mean=2.0, sd=1.0, n=5)
    >>> size.d_z, round(size.g_z, 3), round(size.d_z_low, 3), round(size.d_z_high, 3)
    (2.0, 1.596, 0.381, 3.567)
    """
    if n < 2 or not sd > 0:
        return EffectSize()
    d_z, factor = mean / sd, small_sample_factor(n - 1)
    low, high = effect_interval(d_z, n, test_train_ratio=test_train_ratio)
    return EffectSize(d_z, low, high, factor * d_z)


def effect_interval(
    d_z: float, n: int, confidence: float = CONFIDENCE, test_train_ratio: float = 0.0
) -> tuple[float, float]:
    """The interval of the true standardised difference, from the d_z of n >= 2 pairs; exact as `effect_size` says.

    >>> low, high = effect_interval(1.0, n=5, confidence=0.8)
    >>> round(low, 2), round(high, 2)
    (0.22, 1.67)
    """
    root, tail = 1 / math.sqrt(1 / n + test_train_ratio), (1 - confidence) / 2
    low, high = (_noncentrality(share, n - 1, root * d_z) / root for share in (1 - tail, tail))
    return low, high


def _noncentrality(share: float, df: float, t: float) -> float:
    """The noncentrality at which a noncentral t with df degrees of freedom stays below t with probability share."""
    if t < 0:
        return -_noncentrality(1 - share, df, -t)
    # t U = Z + noncentrality with Z normal and U = sqrt(chi2 / df): far out Z no longer counts (and the distribution's
    # series no longer converges); nearer, it is within ±5 of what U alone gives.
    if t > LARGEST_T:
        return t * math.sqrt(stats.chi2.ppf(1 - share, df) / df)
    low, high = (t * math.sqrt(stats.chi2.ppf(tail, df) / df) for tail in (0.001, 0.999))
    return float(brentq(lambda noncentrality: stats.nct.cdf(t, df, noncentrality) - share, low - 5, high + 5))
