"""The paired t-test over seeds, on the differences reference - against, in the unit of the input.

It takes the test images as given: its interval is about other seeds on these images (README.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sgcldff.errors import InputError
from sgcldff.statistics.student import TTest, student_t


@dataclass(frozen=True)
class PairedTest(TTest):
    """The t-test of n pairs; sd: of the differences, n - 1 in the denominator; note: why something is missing."""

    n: int = 0
    sd: float = math.nan
    note: str = ""


def is_constant(reference: np.ndarray, against: np.ndarray) -> bool:
    """Whether the differences vary by no more than rounding: sd at most 10 eps times the larger operand.

    A difference carries the rounding of what was subtracted, which may exceed that of the difference itself:
    [.81 ... .85] - [.79 ... .83] has sd 6e-17, above 10 eps |mean|, and would print p = 2e-59.

    >>> is_constant(np.array([0.81, 0.82, 0.83]), np.array([0.79, 0.80, 0.81]))
    True
    """
    largest = max(np.abs(reference).max(), np.abs(against).max())
    return bool(np.std(reference - against, ddof=1) <= 10 * np.finfo(float).eps * largest)


def paired_test(reference: Sequence[float], against: Sequence[float], margin: float = 0.0) -> PairedTest:
    """Test reference - against over n pairs that stand in the same order.

    reference, against: n finite numbers each; margin: in the same unit.
    Raises InputError for unequal lengths and for a value that is not finite: no pair is ever left out in silence.

    >>> test = paired_test([82.1, 81.4, 83.0, 82.2], [79.8, 80.1, 80.0, 80.4], margin=1.0)
    >>> round(test.mean, 2), round(test.p, 4), round(test.p_margin, 4)
    (2.1, 0.0103, 0.0281)
    """
    a, b = np.asarray(reference, dtype=float), np.asarray(against, dtype=float)
    if a.ndim != 1 or a.shape != b.shape:
        raise InputError(
            f"A paired test needs two lists of one length, not {a.shape} and {b.shape}: give both of a pair."
        )
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise InputError(
            "A paired test needs a number in every place: leave out both of a pair, and say so, or neither."
        )
    n, differences = len(a), a - b
    if n < 2:
        mean = float(differences[0]) if n else math.nan
        return PairedTest(mean=mean, n=n, note=f"{'1 pair' if n else 'no pairs'}: a test needs at least 2")
    mean, sd = float(differences.mean()), float(differences.std(ddof=1))
    if is_constant(a, b):
        note = "the difference is the same in every pair: no test"
        return PairedTest(mean=mean, n=n, sd=0.0, df=n - 1, note=note)
    return PairedTest(**vars(student_t(mean, sd / math.sqrt(n), n - 1, margin)), n=n, sd=sd)
