"""Power of the paired t-test: what n pairs can show, and how many would be needed.

An effect is (true mean - margin) / SD of the differences. alpha is .05, one-sided for a margin test, two-sided for a
test of no difference. Pairs are seeds, so the SD is that between seeds. Where splits were redrawn (resampled.py), the
standard error never falls below SD sqrt(n_test / n_train): a small effect is then shown by no number of seeds.

statsmodels' TTestPower gives the same numbers (the tests hold the two together), but its two-sided power is NaN for
large effects, where the tail of the wrong direction does not converge, and NaN breaks every search.
"""

from __future__ import annotations

import functools
import math

from scipy import stats
from scipy.optimize import brentq

from sgcldff.statistics.effect_size import effect_interval
from sgcldff.statistics.student import ALPHA

WANTED = 0.8  # four times in five
# Of the interval of the pairs needed: at 95% it would lack its upper end wherever the one-sided test has just decided.
NEEDED_CONFIDENCE = 0.8
MOST_PAIRS = 100_000


def power(effect: float, n: int, two_sided: bool = False, test_train_ratio: float = 0.0) -> float:
    """The probability that n pairs give p < .05; NaN below 2 pairs or for an effect that is no finite number.

    test_train_ratio: of the corrected test, 0 for the plain one.

    >>> round(power(effect=1.5, n=5), 3)
    0.862
    """
    if n < 2 or not math.isfinite(effect):
        return math.nan
    df, noncentrality = n - 1, (abs(effect) if two_sided else effect) / math.sqrt(1 / n + test_train_ratio)
    critical = stats.t.isf(ALPHA / 2 if two_sided else ALPHA, df)
    if noncentrality > critical + 1000:
        return 1.0  # short of it only with a chance of less than 1e-9 for 2 pairs; the series no longer converges
    # A t in the wrong direction needs a normal deviate below -noncentrality: beyond 6 that is below 1e-9, and from 7
    # on the tail is NaN here and there.
    wrong = stats.nct.cdf(-critical, df, noncentrality) if two_sided and noncentrality < 6 else 0.0
    return float(stats.nct.sf(critical, df, noncentrality) + wrong)


@functools.cache
def detectable_effect(n: int, two_sided: bool = False, wanted: float = WANTED, test_train_ratio: float = 0.0) -> float:
    """The effect that n pairs show with the wanted power; NaN below 2 pairs.

    >>> round(detectable_effect(5), 2), round(detectable_effect(5, two_sided=True), 2)
    (1.36, 1.68)
    """
    if n < 2:
        return math.nan
    return float(brentq(lambda effect: power(effect, n, two_sided, test_train_ratio) - wanted, 0, 100))


def pairs_needed(
    effect: float, two_sided: bool = False, wanted: float = WANTED, test_train_ratio: float = 0.0
) -> float:
    """The least number of pairs with the wanted power; infinite beyond 100,000, and one-sided for no effect above 0.

    >>> pairs_needed(0.8), pairs_needed(0.2, test_train_ratio=0.25)
    (12.0, inf)
    """
    if not math.isfinite(effect):
        return math.nan
    effect = abs(effect) if two_sided else effect
    if effect <= 0:
        return math.inf

    def suffices(n: int) -> bool:
        return power(effect, n, two_sided, test_train_ratio) >= wanted

    low, high = 1, 2
    while not suffices(high):
        low, high = high, 2 * high
        if low >= MOST_PAIRS:
            return math.inf
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return float(high) if high <= MOST_PAIRS else math.inf


def pairs_needed_interval(
    effect: float, n: int, two_sided: bool = False, test_train_ratio: float = 0.0
) -> tuple[float, float]:
    """The 80% interval of the pairs needed, from the effect that n pairs had; infinite as `pairs_needed` is.

    The number falls as the size of the true effect grows, so its ends are those of the size: the interval of the effect
    (`effect_interval`), whose lower end is 0 where it holds 0. What n pairs cannot tell from nothing may need any
    number: the upper end is then infinite. It holds the true number in four of five experiments, and in up to nine of
    ten where the effect is small: on which side of zero it lies does not matter, and a miss on the other side is none.
    NaN where there is no effect.

    >>> pairs_needed(0.9), pairs_needed_interval(0.9, n=5), pairs_needed_interval(0.5, n=5)
    (10.0, (5.0, 258.0), (7.0, inf))
    """
    if n < 2 or not math.isfinite(effect):
        return math.nan, math.nan
    low, high = effect_interval(abs(effect), n, NEEDED_CONFIDENCE, test_train_ratio)
    fewest, most = (pairs_needed(end, two_sided, test_train_ratio=test_train_ratio) for end in (high, max(low, 0.0)))
    return fewest, most
