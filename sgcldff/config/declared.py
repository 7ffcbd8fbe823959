"""What is declared before any result is seen: hypotheses, and 2×2s of two components."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sgcldff.config.typed import Typed


class Hypothesis(Typed):
    """`reference` beats `against` by at least the margin, in points of the metric, averaged over the scenario.

    direction: `greater`, the difference exceeds the margin; `less`, it lies below minus the margin. family: the tests
    within which Holm's correction is made.
    """

    title: str
    reference: str
    against: str
    metric: str
    scenario: str
    margin: float
    direction: Literal["greater", "less"]
    family: str


def arms_of(hypotheses: Iterable[Hypothesis]) -> set[str]:
    """The methods that hypotheses are about."""
    return {name for hypothesis in hypotheses for name in (hypothesis.reference, hypothesis.against)}


class Interaction(Typed):
    """Do two components contribute independently? Four methods: both components, one without each, and neither.

    first, second: what the components are called.
    """

    title: str
    full: str
    without_first: str
    without_second: str
    neither: str
    first: str
    second: str
    metrics: tuple[str, ...]
    scenario: str
    family: str
