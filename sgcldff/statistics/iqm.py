"""The interquartile mean of scores, and bootstrap intervals over seeds and images, as rliable defines them.

Agarwal et al. (2021, NeurIPS 34): scores of R runs on M tasks; the IQM is the mean of the middle half of all R·M of
them, and its interval comes from runs drawn anew within each task (stratified bootstrap, percentiles). A run here is a
seed, a task an image or a dataset. A percentile interval of five runs covers about 84 % instead of 95 %.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import stats

DRAWS = 2000


class Interval(NamedTuple):
    """An estimate with the ends of its 95% interval."""

    value: float
    low: float
    high: float


def iqm(scores: np.ndarray) -> float:
    """The mean of the middle half of all scores, of any shape.

    >>> iqm(np.array([[1, 2], [2, 2], [1, 1], [2, 1]]))
    1.5
    """
    return float(stats.trim_mean(scores, 0.25, axis=None))


def bootstrap(
    scores: np.ndarray, statistic: Callable[[np.ndarray], float], random: np.random.Generator, draws: int = DRAWS
) -> Interval:
    """The statistic of scores [runs, tasks] with its percentile interval; runs are drawn anew within each task.

    NaN ends with a single run, which cannot be drawn anew.

    >>> interval = bootstrap(np.array([[1.0], [2.0], [3.0]]), np.mean, np.random.default_rng(0))
    >>> interval.value, 1 <= interval.low < interval.high <= 3
    (2.0, True)
    """
    runs, tasks = scores.shape
    value = float(statistic(scores))
    if runs < 2:
        return Interval(value, np.nan, np.nan)
    drawn = [
        statistic(np.take_along_axis(scores, random.integers(0, runs, (runs, tasks)), axis=0)) for _ in range(draws)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(value, float(low), float(high))
