"""Tests that assume no normal distribution, beside the t-test: do they say the same?

With five pairs neither can give a two-sided p below .0625, so they support a verdict and never make one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from sgcldff.statistics.verdict import BOUNDARY_DECIMALS

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
    # Sorted and turned upwards, so that neither the order of the pairs nor that of the methods changes what is drawn.
    upwards = np.sort(rounded if rounded.sum() >= 0 else -rounded)
    test = stats.permutation_test(
        (upwards,), np.mean, permutation_type="samples", vectorized=True, n_resamples=MOST_FLIPS, batch=4096, rng=0
    )
    return float(test.pvalue)


def _rounded(differences: Sequence[float]) -> np.ndarray:
    return np.round(np.asarray(differences, dtype=float), BOUNDARY_DECIMALS)
