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
    d_z, factor, root = mean / sd, small_sample_factor(n - 1), _root(n, test_train_ratio)
    tail = (1 - CONFIDENCE) / 2
    low, high = (_noncentrality(share, n - 1, root * d_z) / root for share in (1 - tail, tail))
    return EffectSize(d_z, low, high, factor * d_z)


def magnitude_interval(
    effect: float, n: int, confidence: float = CONFIDENCE, test_train_ratio: float = 0.0
) -> tuple[float, float]:
    """The interval of the size of a true standardised difference, whatever its sign: both ends are 0 or above.

    effect: as observed, mean / SD of n differences. Exact as that of `effect_size`, but of |delta|: its ends are those
    at which |t| lies in a tail of (1 - confidence) / 2 each; an end is 0 where even a delta of 0 puts it there. NaN
    where there is no effect. test_train_ratio: as for `effect_size`.

    >>> low, high = magnitude_interval(-1.0, n=5, confidence=0.8)
    >>> round(low, 2), round(high, 2)
    (0.14, 1.67)
    """
    if n < 2 or not math.isfinite(effect):
        return math.nan, math.nan
    tail, root = (1 - confidence) / 2, _root(n, test_train_ratio)
    low, high = (_folded_noncentrality(share, n - 1, root * abs(effect)) / root for share in (1 - tail, tail))
    return low, high


def _root(n: int, test_train_ratio: float) -> float:
    """What a standardised difference is multiplied by to give the noncentrality of its t."""
    return 1 / math.sqrt(1 / n + test_train_ratio)


def _folded_noncentrality(share: float, df: float, t: float) -> float:
    """The noncentrality >= 0 at which |T| stays below t >= 0 with probability share; 0 where none is so small."""
    unfolded = _noncentrality(share, df, t)
    if unfolded > 6:  # a t on the other side of zero is less likely than 1e-9
        return unfolded
    if unfolded <= 0 or 1 - 2 * stats.t.sf(t, df) <= share:
        return 0.0
    # T squared follows the noncentral F. What is sought is never above `unfolded`, which is right to 1e-9 or so.
    return float(brentq(lambda end: stats.ncf.cdf(t**2, 1, df, end**2) - share, 0, unfolded + 0.01))


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
