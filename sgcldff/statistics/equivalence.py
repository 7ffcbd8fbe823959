"""Equivalence: is the difference shown to be smaller than a bound, in either direction?"""

from __future__ import annotations

import math

from scipy import stats


def equivalence_p(mean: float, se: float, df: float, bound: float) -> float:
    """p of two one-sided t-tests (Schuirmann 1987): the mean lies within ± bound (above 0, in the unit of the mean).

    The larger of the two p; below .05 exactly when the 90% interval lies inside ± bound. NaN where se is not above 0.

    >>> round(equivalence_p(mean=0.1, se=0.3, df=4, bound=1.0), 4)
    0.02
    """
    if not se > 0:
        return math.nan
    return float(max(stats.t.sf((mean + bound) / se, df), stats.t.cdf((mean - bound) / se, df)))
