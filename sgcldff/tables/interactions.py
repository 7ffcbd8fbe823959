"""interactions.csv: the effects of two components that are declared together, and what follows of their independence.

A row for each of FIRST ... INTERACTION, and a last one, INDEPENDENT, that has no test and carries the verdict on all.
"""

from __future__ import annotations

from sgcldff.tables.comparisons import TESTS, TEXT_OF_TESTS
from sgcldff.tables.contract import Contract

FIRST, SECOND = "first", "second"  # the mean effect of a component, over both levels of the other
ALONE, ON_TOP = "alone", "on_top"  # `first_alone`, ...: its effect without and with the other component
INTERACTION, INDEPENDENT = "interaction", "independent"

INTERACTIONS = Contract(
    (
        *("interaction", "family", "scenario", "pair", "metric", "effect", "title", *TESTS),
        *("p_margin", "corrected_p_margin", "p_holm", "verdict", "decided_by", "fragile"),
    ),
    text=(
        *("interaction", "family", "scenario", "pair", "metric", "effect", "title", *TEXT_OF_TESTS),
        *("verdict", "decided_by", "fragile"),
    ),
)
