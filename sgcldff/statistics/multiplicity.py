"""Corrections for many tests; a test that gave no p is not counted and keeps its NaN.

`multipletests` turns every corrected value into NaN or nonsense when one p is NaN, so those never reach it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from statsmodels.stats.multitest import multipletests

from sgcldff.errors import InputError


def holm(p: Sequence[float]) -> np.ndarray:
    """Holm's step-down p values [n], in the order given: the family-wise error rate, whatever the dependence."""
    return _corrected(p, "holm")


def benjamini_hochberg(p: Sequence[float]) -> np.ndarray:
    """Benjamini and Hochberg's (1995) step-up p values [n], in the order given: the false discovery rate."""
    return _corrected(p, "fdr_bh")


def _corrected(p: Sequence[float], method: str) -> np.ndarray:
    values = np.asarray(p, dtype=float)
    tested = ~np.isnan(values)
    if ((values[tested] < 0) | (values[tested] > 1)).any():
        raise InputError("A p value lies outside 0 to 1: give the p values of the tests, not their statistics.")
    corrected = np.full(values.shape, np.nan)
    if tested.any():
        corrected[tested] = multipletests(values[tested], method=method)[1]
    return corrected
