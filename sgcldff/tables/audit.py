"""The audit of printed numbers: audit_comparisons.csv, audit_findings.csv and audit_claims.csv, and what it reads."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

PRINTED_COLUMNS = ("method", "metric", "mean", "sd", "n")  # of a printed table; `table` may stand beside them
UNIT = "unit"  # may stand beside them too: "%" for a metric in per cent, whose 0.5 is no fraction
# Of a table of claims; `table` may stand beside them.
CLAIMED_COLUMNS = ("claim", "reference", "against", "metric", "difference", "unit", "p")

# Suffix of a column -> the correlation between the runs of two methods at which its tests are made.
CORRELATIONS = {"r0": 0.0, "r50": 0.5, "r95": 0.95}

# Whether one printed number is the other: as printed, for some numbers that round to them, or not at all.
AGREES, ROUNDING, DIFFERS = "agrees", "only by rounding", "differs"
POINTS, PERCENT = "points, not per cent", "per cent, not points"  # what `check` may say too: the other unit was meant
# What `p_check` says of a claimed p, beside ROUNDING.
ANY_R, NEEDS_R, NO_R, NO_TEST = "at any r", "depends on r", "at no r", "no test"

AUDIT_COMPARISONS = Contract(
    (
        *("table", "metric", "reference", "against", "n"),
        *("reference_mean", "reference_sd", "against_mean", "against_sd", "difference", "half_unit"),
        *(f"p_{at}" for at in CORRELATIONS),
        *(f"p_holm_{at}" for at in CORRELATIONS),
        *("p_rounding_low", "p_rounding_high", "p_low", "p_high", "least_r", "least_r_rounding"),
        *("margin", *(f"p_margin_{at}" for at in CORRELATIONS), "note"),
    ),
    text=("table", "metric", "reference", "against", "note"),
)
_FINDING = ("table", "method", "metric", "kind", "finding")
AUDIT_FINDINGS = Contract(_FINDING, text=_FINDING)
AUDIT_CLAIMS = Contract(
    (
        *("claim", "table", "reference", "against", "metric", "claimed", "unit", "p"),
        *("found", "found_low", "found_high", "relative", "relative_low", "relative_high", "check"),
        *("least_r", "least_r_rounding", "p_check", "finding"),
    ),
    text=("claim", "table", "reference", "against", "metric", "claimed", "unit", "check", "p_check", "finding"),
)
AUDIT_MEASURED = Contract(
    (
        *("table", "metric", "reference", "against", "difference", "n", "over", "pairs", "r", "r_low", "r_high"),
        *("p", "p_low", "p_high", "p_false", "p_false_low", "p_false_high", "note"),
    ),
    text=("table", "metric", "reference", "against", "over", "note"),
)
