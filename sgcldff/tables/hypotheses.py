"""hypotheses.csv: the declared hypotheses, on the average of their scenario and on each of its pairs."""

from __future__ import annotations

from sgcldff.tables.comparisons import SUBJECT, TESTS, TEXT_OF_TESTS
from sgcldff.tables.contract import Contract

HYPOTHESES = Contract(
    (
        *("hypothesis", "family", "direction", *SUBJECT, "margin", *TESTS),
        *("p_margin", "corrected_p_margin", "crossed_p_margin", "p_holm", "least_detectable"),
        *("verdict", "decided_by", "fragile", "crossed_verdict"),
    ),
    text=(
        *("hypothesis", "family", "direction", *SUBJECT, *TEXT_OF_TESTS),
        *("verdict", "decided_by", "fragile", "crossed_verdict"),
    ),
)
