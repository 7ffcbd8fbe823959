"""What shift controls gain stands beside what the hypotheses about a shift do."""

from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun, statistics_tables

from sgcldff.reporting.sections.shift_controls import shift_controls_section


@pytest.fixture
def controlled(run: FinishedRun) -> FinishedRun:
    """With one control of the reference."""
    adabn = {"class": "methods.Class", "title": "SG-CLDFF, AdaBN", "role": "shift", "base": "full", "at_test": "adabn"}
    run.settings["methods"]["adabn"] = adabn
    return run


def section(run: FinishedRun, controls: pd.DataFrame) -> str:
    experiment = run.experiment
    tests = statistics_tables.hypotheses(run.settings)
    return shift_controls_section(run.titles, run.methods, experiment.hypotheses, tests, controls, "shift.csv")


def cells(text: str, title: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {title}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture
def gains(run: FinishedRun) -> pd.DataFrame:
    return statistics_tables.shift_controls("adabn", "full")


def test_a_control_shows_what_it_gains_over_its_base_with_the_interval(controlled, gains) -> None:
    across = cells(section(controlled, gains), "SG-CLDFF, AdaBN")
    assert across[1] == "SG-CLDFF" and across[2] == "+6.0 (+4.0 to +8.0)"


def test_a_hypothesis_shows_its_difference_in_its_own_column_alone(controlled, gains) -> None:
    shown = cells(section(controlled, gains), "*Fusion")
    (place,) = [place for place, cell in enumerate(shown[2:]) if cell != "—"]
    header = cells(section(controlled, gains), "What is added")
    assert header[place + 2] == "F1, domain-shift" and shown[place + 2].startswith(("+", "−"))


def test_what_was_not_run_says_so(controlled, gains) -> None:
    assert set(cells(section(controlled, gains.head(0)), "SG-CLDFF, AdaBN")[2:]) == {"not run"}


def test_without_a_shift_control_there_is_no_section(run, gains) -> None:
    assert section(run, gains) == ""


def test_the_section_follows_the_scenarios_that_it_is_about(controlled, gains, rendered) -> None:
    controlled.change("shift_controls", lambda _: gains)
    page = rendered(controlled).files.pages["transfer"].read_text()
    headings = [line.split(":")[0] for line in page.splitlines() if line.startswith("## ")]
    assert headings == ["## Cross-stain", "## Domain-shift", "## What else buys robustness"]


def remedies(run: FinishedRun, controls: pd.DataFrame, first_page) -> str:
    run.change("shift_controls", lambda _: controls)
    return next(line for line in first_page(run).splitlines() if line.startswith("- **Remedies"))


def test_the_first_page_says_what_the_controls_of_the_reference_are_shown_to_gain(controlled, gains, first_page):
    shown = "+6.0 points of IoU, cross-stain (95% interval +4.0 to +8.0)"
    assert f"added to SG-CLDFF. Shown to gain: AdaBN {shown} and +6.0 points of F1" in remedies(
        controlled, gains, first_page
    )


def test_a_gain_that_does_not_outlast_the_correction_is_not_called_shown(controlled, gains, first_page):
    line = remedies(controlled, gains.assign(p_bh=0.2), first_page)
    assert "Shown to gain" not in line
    doubtful = "A gain that does not outlast correction for the number of tests: AdaBN +6.0 points of IoU, cross-stain"
    assert f"{doubtful} (corrected p = 0.200)" in line


def test_a_control_whose_intervals_hold_zero_is_named_without_a_gain(controlled, gains, first_page):
    assert remedies(controlled, gains.assign(ci_low=-1.0), first_page).endswith("No gain shown: AdaBN.")


def test_what_is_done_at_the_test_is_explained_below_the_transfer_table(controlled, gains, first_page):
    """AdaBN has no runs here, so its base stands in for it."""
    controlled.settings["methods"]["no_fusion"] |= {"role": "shift", "base": "full", "at_test": "adabn"}
    text = first_page(controlled)
    assert "*AdaBN*: the means and SDs inside the network" in text and "*Reinhard" not in text
