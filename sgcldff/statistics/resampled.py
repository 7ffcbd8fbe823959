"""The corrected resampled t-test, for scores whose seeds drew their own training and test subsets from one dataset.

Such runs share images, so the plain standard error sd / sqrt(n) is too small. Nadeau and Bengio (2003, Machine
Learning 52, section 4) put sd sqrt(1/n + n_test / n_train) in its place: the correlation between two runs is taken to
be n_test / (n_test + n_train).
"""

from __future__ import annotations

import math

import numpy as np

from sgcldff.errors import InputError
from sgcldff.statistics.student import TTest, student_t


def corrected_test(mean: float, sd: float, n: int, test_train_ratio: float, margin: float = 0.0) -> TTest:
    """Test the mean of n scores or differences (n - 1 degrees of freedom; sd with n - 1 in the denominator).

    test_train_ratio: images tested over images trained on, in one split. Raises InputError where it is not a number
    above zero.

    >>> test = corrected_test(mean=2.0, sd=1.0, n=5, test_train_ratio=0.25)
    >>> round(test.se, 4), round(test.p, 4)
    (0.6708, 0.0407)
    """
    if not (np.isfinite(test_train_ratio) and test_train_ratio > 0):
        raise InputError("The ratio of test to training images is no number above 0: give, for instance, 0.25.")
    if n < 2:
        return TTest(mean=float(mean))
    return student_t(mean, sd * math.sqrt(1 / n + test_train_ratio), n - 1, margin)
