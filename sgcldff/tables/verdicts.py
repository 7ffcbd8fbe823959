"""The verdicts, as they stand in every table."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """On "better by at least the margin", from the one-sided 95% bounds."""

    SUPPORTED = "SUPPORTED"  # lower bound > margin
    DIRECTION_ONLY = "DIRECTION ONLY"  # 0 < lower bound <= margin, also where the upper bound lies below the margin
    REFUTED = "REFUTED"  # upper bound < margin, and the direction is not shown
    INCONCLUSIVE = "INCONCLUSIVE"  # anything else; also where there is no interval


class InteractionVerdict(StrEnum):
    """On the interaction of two components, from its intervals."""

    EQUIVALENT = "EQUIVALENT"  # the 90% interval lies within ± the equivalence bound: additive, up to that bound
    INTERACTION = "INTERACTION"  # the 95% interval leaves out zero
    INCONCLUSIVE = "INCONCLUSIVE"
