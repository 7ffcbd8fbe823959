from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.reporting.sections.audit import audit_section

NUMBERS = {
    **{"n": 5.0, "difference": 0.8, "p_r0": 0.068, "p_r50": 0.028, "p_r95": 0.0021},
    **{"p_holm_r0": 0.136, "p_holm_r50": 0.056, "p_holm_r95": 0.008, "p_rounding_low": 0.037, "p_rounding_high": 0.119},
    **{"p_low": 0.00004, "p_high": 0.228, "least_r": 0.2185, "least_r_rounding": -0.2607},
    **{"margin": float("nan"), "p_margin_r0": float("nan"), "p_margin_r50": float("nan"), "p_margin_r95": float("nan")},
}
WORDS = {"table": "Table 2", "metric": "accuracy", "reference": "mine", "against": "theirs", "note": ""}
FINDINGS = ["table", "method", "metric", "kind", "finding"]
CLAIM = {"table": "Table 2", "reference": "mine", "metric": "iou", "finding": "The table gives 6 points."}

TITLE = "What the printed numbers allow"


def comparisons(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([WORDS | NUMBERS | row for row in rows], columns=[*WORDS, *NUMBERS])


def claims(*rows: dict[str, str]) -> pd.DataFrame:
    columns = ["claim", "table", "reference", "against", "metric", "check", "p_check", "finding"]
    return pd.DataFrame([CLAIM | row for row in rows], columns=columns, dtype=object).fillna("")


def section(rows: pd.DataFrame, findings: pd.DataFrame | None = None, claimed: pd.DataFrame | None = None) -> str:
    return audit_section(
        TITLE,
        rows,
        pd.DataFrame(columns=FINDINGS) if findings is None else findings,
        claims() if claimed is None else claimed,
    )


def cells(text: str, start: str) -> list[str]:
    """The cells of the first table row that begins with a cell."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {start}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_section_begins_with_its_heading_and_what_cannot_be_done():
    lines = section(comparisons({})).splitlines()
    assert lines[0] == "## What the printed numbers allow"
    assert "No paired p can be recomputed" in lines[2]


def test_a_comparison_is_a_row_with_its_p_ranges_and_needed_correlation():
    expected = ["theirs", "Accuracy", "5", "+0.8", "0.0680", "0.0280", "0.0021", "0.1360", "0.0560", "0.0080"]
    expected += ["0.0370 to 0.1190", "< 0.0001 to 0.2280", "≥ 0.22 (≥ −0.26)"]
    assert cells(section(comparisons({})), "theirs") == expected


@pytest.mark.parametrize(
    ("least", "kindest", "shown"),
    [
        (-1, -1, "any"),
        (float("nan"), float("nan"), "none"),
        (float("nan"), -0.3, "none (≥ −0.30)"),
        (0.5, -1, "≥ 0.50 (any)"),
    ],
)
def test_the_needed_correlation_is_any_none_or_a_number(least, kindest, shown):
    assert cells(section(comparisons({"least_r": least, "least_r_rounding": kindest})), "theirs")[-1] == shown


def test_a_p_without_a_lower_end_is_shown_as_0():
    assert cells(section(comparisons({"p_low": 0.0})), "theirs")[-2] == "0 to 0.2280"


def test_the_sentences_count_what_is_significant_before_and_after_holm():
    text = section(comparisons({}, {"p_r0": 0.01, "p_holm_r0": 0.02}, {"p_r0": 0.04, "p_holm_r0": 0.12}))
    assert "Of 3 differences 2 have p < 0.05 if the runs are unrelated (r = 0), 3 at r = 0.5 and 3 at r = 0.95" in text
    assert "After Holm's correction these are 1, 0 and 3" in text


def test_the_sentences_name_what_depends_on_the_correlation_what_never_comes_and_what_rounding_decides():
    text = section(comparisons({}, {"against": "equal", "least_r": float("nan"), "p_rounding_low": 0.2}))
    assert "depends on the r that is not printed: Accuracy against theirs in Table 2 (needs r ≥ 0.22)." in text
    assert "No r gives p < 0.05 to the numbers as printed: Accuracy against equal in Table 2." in text
    assert "rounding of the last digit alone decides over p < 0.05: Accuracy against theirs in Table 2." in text


def test_a_comparison_without_a_test_has_dashes_and_its_reason_below():
    empty = dict.fromkeys([name for name in NUMBERS if name not in ("n", "difference")], float("nan"))
    text = section(comparisons(empty | {"note": "no test: both SDs are printed as 0"}))
    assert cells(text, "theirs")[4:] == ["—"] * 9
    assert "Accuracy against theirs: no test: both SDs are printed as 0." in text
    assert "differences" not in text.split("**Table 2")[0]


def test_each_printed_table_has_its_own_table_and_one_without_a_name_no_title():
    text = section(comparisons({}, {"table": "Table 3"}))
    assert text.index("**Table 2: mine against") < text.index("**Table 3: mine against")
    assert "**mine against each other method**" in section(comparisons({"table": ""}))


def test_margins_have_a_table_of_their_own_where_there_are_any():
    margin = {"metric": "iou", "margin": 2.0, "p_margin_r0": 0.02, "p_margin_r50": 0.009, "p_margin_r95": 0.0018}
    text = section(comparisons({}, margin))
    assert cells(text, "Table 2")[1:] == ["mine − theirs", "IoU", "+0.8", "2.0", "0.0200", "0.0090", "0.0018"]
    assert "exceeds its margin" not in section(comparisons({}))


def test_findings_are_listed_and_none_are_said_to_be_none():
    findings = pd.DataFrame(
        [("Figure 5", "mine", "iou", "average of parts", "The parts do not add up.")], columns=FINDINGS
    )
    text = section(comparisons({}), findings)
    assert "- mine, IoU (Figure 5): The parts do not add up." in text
    assert "call for an explanation: 1." in text
    assert "Nothing: totals match their parts" in section(comparisons({}))


def test_claims_are_rows_and_those_that_do_not_follow_are_counted():
    claimed = claims(
        {"claim": "6% more", "against": "theirs", "check": "points, not per cent"},
        {"claim": "0.82", "check": "agrees"},
        {"claim": "significant", "against": "theirs", "p_check": "depends on r"},
    )
    text = section(comparisons({}), claimed=claimed)
    expected = [
        "6% more",
        "Table 2, IoU of mine minus theirs",
        "points, not per cent",
        "—",
        "The table gives 6 points.",
    ]
    assert cells(text, "6% more") == expected
    assert cells(text, "0.82")[1] == "Table 2, IoU of mine"
    assert "Of 3 numbers that the text claims" in text and "1 follow from the tables as printed, 2 do not" in text
    assert "**Claims" not in section(comparisons({}))


def test_a_number_below_zero_has_a_true_minus_sign():
    claimed = claims(
        {"claim": "worse", "check": "differs", "finding": "The table gives -3 points, which is -3.7 % of 0.8-x."}
    )
    assert "gives −3 points, which is −3.7 % of 0.8-x." in section(comparisons({}), claimed=claimed)


def test_two_places_that_contradict_each_other_stand_in_one_line_with_what_follows():
    told = {"where": "Abstract", "says": "many", "elsewhere": "Table 2", "says_there": "few", "follows": "Not many."}
    text = audit_section(TITLE, comparisons({}), pd.DataFrame(columns=FINDINGS), claims(), [told])
    assert "**Where the text contradicts itself**" in text
    assert cells(text, "Abstract") == ["Abstract", "“many”", "Table 2", "“few”", "Not many."]
    assert "contradicts itself" not in section(comparisons({}))
