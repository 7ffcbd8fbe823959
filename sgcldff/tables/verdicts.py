"""The verdicts, as they stand in every table."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """On "better by at least the margin", from the one-sided 95% bounds."""

    SUPPORTED = "SUPPORTED"  # lower bound > margin
    DIRECTION_ONLY = "DIRECTION ONLY"  # 0 < lower bound <= margin, also where the upper bound lies below the margin
    REFUTED = "REFUTED"  # upper bound < margin, and the direction is not shown
    INCONCLUSIVE = "INCONCLUSIVE"  # anything else; also where there is no interval


class DecidedBy(StrEnum):
    """What a verdict rests on, and what is printed beside it: a two-sided interval alone may seem to contradict it."""

    LOWER = "lower bound"  # one-sided 95%: the difference is at least so much
    UPPER = "upper bound"  # one-sided 95%: at most so much
    BOTH = "both bounds"  # the 90% interval between them
    INTERVAL = "interval"  # the two-sided 95% one
    NOTHING = ""  # INCONCLUSIVE, or a verdict that follows from others


class InteractionVerdict(StrEnum):
    """On the interaction of two components, from its intervals."""

    EQUIVALENT = "EQUIVALENT"  # the 90% interval lies within ± the equivalence bound: additive, up to that bound
    INTERACTION = "INTERACTION"  # the 95% interval leaves out zero
    INCONCLUSIVE = "INCONCLUSIVE"


def decided_by(verdict: str, greater: bool = True) -> DecidedBy:
    """What decides a verdict of either kind; greater: whether a difference above the margin was claimed, or one below.

    >>> decided_by(Verdict.SUPPORTED).value, decided_by(Verdict.SUPPORTED, greater=False).value
    ('lower bound', 'upper bound')
    """
    match verdict:
        case Verdict.SUPPORTED | Verdict.DIRECTION_ONLY:
            return DecidedBy.LOWER if greater else DecidedBy.UPPER
        case Verdict.REFUTED:
            return DecidedBy.UPPER if greater else DecidedBy.LOWER
        case InteractionVerdict.EQUIVALENT:
            return DecidedBy.BOTH
        case InteractionVerdict.INTERACTION:
            return DecidedBy.INTERVAL
    return DecidedBy.NOTHING
