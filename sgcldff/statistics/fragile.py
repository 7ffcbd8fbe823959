"""Does a verdict hang on one seed, or on the normal distribution that the t-test assumes?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sgcldff.statistics.sensitivity import sign_flip_p_above
from sgcldff.statistics.student import ALPHA, student_t
from sgcldff.statistics.verdict import verdict
from sgcldff.tables.verdicts import DecidedBy, Verdict

ONE_SEED = "one seed decides"
NAMES = {1: "one-sided", 2: "two-sided"}


def fragile(differences: Sequence[float], decided_by: DecidedBy, limit: float, test_train_ratio: float = 0.0) -> str:
    """Why a verdict is fragile, in a few words; "" where it is not, or where no test decided.

    differences: those of the n seeds behind the verdict (or scores, for a level); limit: what the bound that decided
    lies beyond, in their unit; for BOTH, the bound of equivalence; test_train_ratio: of the corrected test, where it
    decides. A verdict is fragile where
    - without some seed the same test of the others no longer decides ("one seed decides": always so for two seeds);
    - the sign flips of the differences less the limit disagree: p, one-sided as the bound (two-sided for INTERVAL), is
      neither below .05 nor the least that n seeds can give, with every difference on the same side of the limit.

    >>> fragile([2.3, 1.3, 3.0, 1.8, 2.7], DecidedBy.LOWER, limit=1.0)
    ''
    >>> fragile([9.1, 16.2, 7.4, -1.4, 0.3], DecidedBy.LOWER, limit=0.0)
    'one seed decides, sign flips one-sided p = 0.094'
    """
    beyond, sides = _beyond(np.asarray(differences, dtype=float), decided_by, limit)
    if not beyond:
        return ""
    reasons, level = [], ALPHA / sides
    if not all(_decides(np.delete(one, seed), level, test_train_ratio) for one in beyond for seed in range(len(one))):
        reasons.append(ONE_SEED)
    p, least = max(map(sign_flip_p_above, beyond)), 2.0 ** -len(beyond[0])
    if p >= level and p > 1.5 * least:  # the next p that sign flips can give is twice the least
        reasons.append(f"sign flips {NAMES[sides]} p = {sides * p:.2g}")
    return ", ".join(reasons)


class WithoutOne(NamedTuple):
    """The place of a difference, and the verdict and mean of the others."""

    place: int
    state: Verdict
    mean: float


def without_one(differences: Sequence[float], margin: float, test_train_ratio: float = 0.0) -> WithoutOne | None:
    """The difference farthest from the others, where they are INCONCLUSIVE with it and decide without it.

    None for fewer than four differences, of which two would decide without a third by chance.

    >>> without_one([1.5, 0.6, -79.5, 1.7, 1.6], margin=0.0)
    WithoutOne(place=2, state=<Verdict.SUPPORTED: 'SUPPORTED'>, mean=1.35)
    """
    all_of_them = np.asarray(differences, dtype=float)
    if len(all_of_them) < 4 or _state(all_of_them, margin, test_train_ratio) is not Verdict.INCONCLUSIVE:
        return None
    place = int(np.argmax(np.abs(all_of_them - np.median(all_of_them))))
    others = np.delete(all_of_them, place)
    state = _state(others, margin, test_train_ratio)
    return None if state is Verdict.INCONCLUSIVE else WithoutOne(place, state, float(others.mean()))


def _state(differences: np.ndarray, margin: float, test_train_ratio: float) -> Verdict:
    n, mean, sd = len(differences), differences.mean(), differences.std(ddof=1)
    test = student_t(mean, sd * math.sqrt(1 / n + test_train_ratio), n - 1)
    return verdict(test.lower_bound, test.upper_bound, margin)


def _beyond(differences: np.ndarray, decided_by: DecidedBy, limit: float) -> tuple[list[np.ndarray], int]:
    """What was shown to have a mean above zero, once for each bound that decided, and by a test of how many sides."""
    match decided_by:
        case DecidedBy.LOWER:
            return [differences - limit], 1
        case DecidedBy.UPPER:
            return [limit - differences], 1
        case DecidedBy.BOTH:
            return [differences + limit, limit - differences], 1
        case DecidedBy.INTERVAL:
            return [math.copysign(1.0, differences.mean() - limit) * (differences - limit)], 2
    return [], 1


def _decides(beyond: np.ndarray, level: float, test_train_ratio: float) -> bool:
    """Whether the mean is shown to lie above zero, as the deciding test would show it of these seeds alone."""
    n = len(beyond)
    if n < 2:
        return False
    mean, sd = beyond.mean(), beyond.std(ddof=1)
    if sd == 0:  # scores of few images repeat: others that are all alike do not contradict
        return bool(mean > 0)
    return student_t(mean, sd * math.sqrt(1 / n + test_train_ratio), n - 1).p_margin < level
