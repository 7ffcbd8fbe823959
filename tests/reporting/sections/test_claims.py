from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun

from sgcldff.reporting.sections.claims import claims_count, claims_section


@pytest.fixture
def text(run: FinishedRun) -> str:
    return claims_section(run.titles, run.table("claims"), "claims.csv")


def cells(text: str, claim: str) -> list[list[str]]:
    """The cells of every line about the claim, after its statement."""
    lines = [line for line in text.splitlines() if f"| {claim}" in line]
    return [[cell.strip() for cell in line.strip("|").split("|")][1:] for line in lines]


def test_the_lines_are_counted_by_verdict(run):
    assert claims_count(run.table("claims")) == (
        "The paper's 6 claims give 7 lines, one for each method that a claim is tested with: 1 fall (1 fragile), 3 "
        "cannot be decided. Of the rest 1 cannot be tested here, 2 were not run."
    )


def test_a_level_is_a_fraction_or_in_per_cent_as_it_is_printed(text):
    assert cells(text, "An F1 of 0.94")[0][1] == "0.930 (0.900 to 0.960)"
    assert cells(text, "95.8 % accuracy")[0][1] == "93.0 (90.0 to 96.0)"


def test_a_verdict_stands_with_the_bound_that_decided_in_the_unit_of_the_claim_and_fragile(text):
    assert cells(text, "95.8 % accuracy")[0][2] == "at most 95.0, fragile: one seed decides"


def test_a_difference_is_in_points_with_its_corrected_p(text):
    assert cells(text, "Better F1")[0] == [
        "p < 0.05",
        "+3.20 (−1.76 to +8.16)",
        "",
        "0.218",
        "3",
        "Abstract, Table 2",
    ]


def test_the_lines_of_one_claim_name_their_methods(text):
    assert "Better F1 than Somebody (Without fusion)" in text and "Better F1 than Somebody (UNet++)" in text


def test_what_was_not_run_and_what_cannot_be_tested_say_so(text):
    assert not cells(text, "No saliency costs")
    assert "Not run, for want of methods or datasets, lines in brackets: " in text
    assert [cells(text, "Lightweight")[0][place] for place in (1, 2)] == ["cannot be tested", "no size is printed"]


def test_claims_with_one_verdict_stand_in_one_table(text):
    """In the file they stand among each other."""
    headings = [line for line in text.splitlines() if line.startswith("### ")]
    assert headings == ["### They fall", "### They cannot be decided", "### Not a matter of scores"]
    _, falls, undecided, rest = text.split("\n### ")
    assert len(cells(falls, "95.8 % accuracy")) == 1 and not cells(falls, "Better F1")
    assert len(cells(undecided, "Better F1")) == 2
    assert len(cells(rest, "Lightweight")) == 1


def test_claims_made_in_one_place_stand_together(run):
    line = run.table("claims").head(1)
    places = {"first": "Abstract", "second": "Table 3", "third": "Abstract; Results"}
    table = pd.concat([line.assign(statement=name, where=place) for name, place in places.items()])
    text = claims_section(run.titles, table, "claims.csv")
    assert text.index("| first") < text.index("| third") < text.index("| second")


def test_without_declared_claims_there_is_no_section(run):
    assert claims_section(run.titles, run.table("claims").head(0), "claims.csv") == ""


def line_of(run: FinishedRun, **changes: object) -> list[str]:
    """The cells of a line that differs from the one on 95.8 % accuracy."""
    table = run.table("claims")
    changed = table[table["claim"] == "full_accuracy"].assign(**changes)
    return cells(claims_section(run.titles, changed, "claims.csv"), str(changed["statement"].iloc[0]))[0]


def test_a_spread_is_a_ratio(run):
    bounds = {"ci_low": 0.9, "ci_high": 1.6, "lower_bound": 0.96, "upper_bound": 1.5}
    shown = line_of(
        run, kind="dataset spread", metric="iou", against="unetpp", ours=1.2, statement="Unstable", **bounds
    )
    assert shown[1] == "1.20 (0.90 to 1.60)"


def test_a_difference_of_two_others_names_both(run):
    shown = {"kind": "improvement", "metric": "f1", "reference": "unetpp", "against": "thresholding"}
    table = run.table("claims").head(1).assign(**shown, verdict="INCONCLUSIVE", statement="Better than before")
    text = claims_section(run.titles, table, "claims.csv")
    assert "Better than before (UNet++ minus Thresholding)" in text


@pytest.mark.parametrize("state", ["REPEATED HERE", "PARTLY REPEATED"])
def test_what_this_run_repeated_is_counted_and_is_no_verdict(run, state):
    table = run.table("claims").head(1).assign(kind="done", verdict=state)
    assert f"tested with: 1 {state.lower()}. Of the rest 0 cannot be tested here, 0 were not run." in claims_count(
        table
    )


def test_a_verdict_of_the_direction_alone_stands_in_its_words_once(run):
    table = run.table("claims").head(1).assign(verdict="DIRECTION ONLY", decided_by="", fragile="")
    assert claims_section(run.titles, table, "").count("| in direction only ") == 1
