from __future__ import annotations

import pytest
from finished_run import FinishedRun

from sgcldff.reporting.sections.claims import claims_count, claims_section


@pytest.fixture
def text(run: FinishedRun) -> str:
    return claims_section(run.titles, run.table("claims"))


def cells(text: str, claim: str) -> list[list[str]]:
    """The cells of every line about the claim, after its place and statement."""
    lines = [line for line in text.splitlines() if f"| {claim}" in line]
    return [[cell.strip() for cell in line.strip("|").split("|")][2:] for line in lines]


def test_the_lines_are_counted_by_verdict(run):
    assert claims_count(run.table("claims")) == (
        "The paper's 6 claims give 7 lines, one for each method that a claim is tested with: 0 SUPPORTED, 0 DIRECTION "
        "ONLY, 1 REFUTED (1 fragile), 3 INCONCLUSIVE; 1 cannot be tested here, 2 were not run."
    )


def test_a_level_is_a_fraction_or_in_per_cent_as_it_is_printed(text):
    assert cells(text, "An F1 of 0.94")[0][:3] == ["0.94 ± 0.01", "0.930", "0.900 to 0.960"]
    assert cells(text, "95.8 % accuracy")[0][:3] == ["95.8 ± 0.4", "93.0", "90.0 to 96.0"]


def test_a_verdict_stands_with_the_bound_that_decided_in_the_unit_of_the_claim_and_fragile(text):
    assert cells(text, "95.8 % accuracy")[0][-2] == "REFUTED: at most 95.0 (one-sided 95%); fragile: one seed decides"


def test_a_difference_is_in_points_with_its_p_and_correction(text):
    assert cells(text, "Better F1")[0] == [
        "p < 0.05",
        "+3.20",
        "−1.76 to +8.16",
        "−0.18 to +6.58",
        "0.109",
        "0.218",
        "INCONCLUSIVE",
        "",
    ]


def test_the_lines_of_one_claim_name_their_methods(text):
    assert "Better F1 than Somebody (Without fusion)" in text and "Better F1 than Somebody (UNet++)" in text


def test_what_was_not_run_and_what_cannot_be_tested_say_so(text):
    assert cells(text, "No saliency costs")[0][-2:] == ["not run", ""]
    assert cells(text, "Lightweight")[0][-2:] == ["cannot be tested", "no size is printed"]


def test_claims_made_in_one_place_stand_together(text):
    """In the file, one of Table 3 stands between two of the Abstract."""
    places = [line.split("|")[1].strip() for line in text.splitlines() if "; Table 2" in line]
    assert len(places) == 6
    assert text.index("Better everywhere") < text.index("No saliency costs")


def test_without_declared_claims_there_is_no_section(run):
    assert claims_section(run.titles, run.table("claims").head(0)) == ""
