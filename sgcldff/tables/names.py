"""The tables that the statistics write and those that a report consists of; the standard library alone is needed."""

from __future__ import annotations

STATISTICS = (  # all of them are read by the report
    *("summary", "comparisons", "hypotheses", "interactions", "claims", "spreads", "power", "robustness", "leakage"),
    *("shift_controls", "ranks", "attention", "strata", "audit_comparisons", "audit_findings", "audit_claims"),
)
# The tables of a report; every scenario but the in-domain one has one of its own name beside them.
TABLES = (
    *("table2", "table3", "further_metrics", "per_class", "confusion", "strata", "costs"),
    *("hypotheses", "interactions", "comparisons", "robustness", "leakage", "attention", "claims"),
    *("audit_comparisons", "audit_findings", "audit_claims", "runs", "explanations"),
    *("duplicates_by_dataset", "leakage_by_test", "shift_controls", "ranks", "spreads", "related_work"),
    "contradictions",
)
