"""Corrections for many tests; a test that gave no p is not counted and keeps its NaN.

statsmodels' `multipletests` gives the same numbers (the tests hold the two together), but one NaN spoils every value,
and it runs the garbage collector at each call: with a family for each metric and pair that was most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import false_discovery_control

from sgcldff.errors import InputError


def holm(p: Sequence[float]) -> np.ndarray:
    """Holm's step-down p values [n], in the order given: the family-wise error rate, whatever the dependence.

    >>> holm([0.01, float("nan"), 0.04, 0.03]).round(3).tolist()
    [0.03, nan, 0.06, 0.06]
    """
    return _corrected(p, _step_down)


def benjamini_hochberg(p: Sequence[float]) -> np.ndarray:
    """Benjamini and Hochberg's (1995) step-up p values [n], in the order given: the false discovery rate.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    return _corrected(p, false_discovery_control)


def _step_down(p: np.ndarray) -> np.ndarray:
    order = np.argsort(p)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return corrected


def _corrected(p: Sequence[float], correct: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    values = np.asarray(p, dtype=float)
    tested = ~np.isnan(values)
    if ((values[tested] < 0) | (values[tested] > 1)).any():
        raise InputError("A p value lies outside 0 to 1: give the p values of the tests, not their statistics.")
    corrected = np.full(values.shape, np.nan)
    if tested.any():
        corrected[tested] = correct(values[tested])
    return corrected
