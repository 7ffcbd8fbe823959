"""Tests that assume no normal distribution, beside the t-test: do they say the same?

With five pairs neither can give a two-sided p below .0625, so they support a verdict and never make one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from sgcldff.statistics.verdict import boundary_decimals

MOST_FLIPS = 2**16  # every assignment of signs is tried up to this number (16 pairs); beyond, as many are drawn


def wilcoxon_p(differences: Sequence[float]) -> float:
    """Two-sided p of Wilcoxon's signed-rank test; NaN where every difference is zero.

    Differences are rounded first: .82 - .80 and .84 - .82 are a tie that floating point does not see. Zeros are left
    out, as Wilcoxon does.

    >>> wilcoxon_p([2.3, 1.3, 3.0, 1.8, 2.7])
    0.0625
    """
    rounded = _rounded(differences)
    return float(stats.wilcoxon(rounded).pvalue) if rounded.any() else float("nan")


def sign_flip_p(differences: Sequence[float]) -> float:
    """Two-sided p of the permutation test of the mean over the signs of the differences; NaN where all are zero.

    >>> sign_flip_p([2.3, 1.3, 3.0, 1.8, 2.7])
    0.0625
    """
    rounded = _rounded(differences)
    if not rounded.any():
        return float("nan")
    if len(rounded) == 1:
        return 1.0  # both signs lie equally far from zero
    # Turned upwards, so that the order of the methods does not change what is drawn.
    return _flipped(rounded if rounded.sum() >= 0 else -rounded, "two-sided")


def sign_flip_p_above(differences: Sequence[float], limit: float = 0.0) -> float:
    """One-sided p of the same test, of the mean exceeding the limit: the signs are those of differences - limit.

    differences: two or more. Their least p is 2^-n, where every difference exceeds the limit.

    >>> sign_flip_p_above([2.3, 1.3, 3.0, 1.8, 2.7], limit=1.0), sign_flip_p_above([2.3, 1.3, 3.0, 1.8, 2.7], limit=1.5)
    (0.03125, 0.0625)
    """
    return _flipped(_rounded(np.asarray(differences, dtype=float) - limit), "greater")


def _flipped(rounded: np.ndarray, alternative: str) -> float:
    """p of the permutation test; sorted first, so that the order of the pairs does not change what is drawn."""
    test = stats.permutation_test(
        (np.sort(rounded),),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=MOST_FLIPS,
        batch=4096,
        alternative=alternative,
        rng=0,
    )
    return float(test.pvalue)


def _rounded(differences: Sequence[float]) -> np.ndarray:
    numbers = np.asarray(differences, dtype=float)
    return np.round(numbers, boundary_decimals(np.abs(numbers).max(initial=0.0)))
