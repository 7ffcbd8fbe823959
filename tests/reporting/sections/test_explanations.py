from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun

from sgcldff.reporting.sections.explanations import analysis, explanations_section, read_explained, with_analysis


@pytest.fixture
def facts(run: FinishedRun) -> pd.DataFrame:
    return read_explained(run.files.explained)


def said(facts: pd.DataFrame, place: int = 0, **changes: float | str) -> str:
    """Of the row at this place; changes: of its cells."""
    return analysis(next(facts.iloc[[place]].assign(**changes).itertuples()))


def test_the_section_has_a_line_a_rule_and_dataset(run, facts):
    section = explanations_section(run.titles, "full", with_analysis(facts), "tables/explanations.csv")
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    assert len(lines) == 15
    assert [cell.strip() for cell in lines[0].strip("|").split("|")[:5]] == (
        ["BCCD", "IoU nearest the median", "000", "neutrophil → neutrophil (0.80)", "0.68"]
    )
    assert "`tables/explanations.csv`" in section


def test_without_an_explained_fit_there_is_no_section(run, facts):
    assert explanations_section(run.titles, "full", with_analysis(facts.head(0)), "") == ""


def test_the_area_what_is_covered_and_what_lies_outside_are_told(facts):
    text = (
        "The mask has 2.30 times the area of the annotated cell, covers 80% of it, and lies outside it with 20% of its"
    )
    assert f"{text} own." in said(facts)


def test_a_wrong_class_is_told_with_what_the_true_one_got(facts):
    assert said(facts, 2).startswith("Named monocyte with 0.70, lymphocyte got 0.05.")
    assert said(facts, 0).startswith("Named rightly, with 0.80.")


def test_a_map_that_lies_on_the_cell_no_more_than_a_uniform_one_is_named(facts):
    text = said(facts)
    assert "Outside the cell: 61% of S, 80% of Grad-CAM (a uniform map: 75%)." in text
    assert text.endswith("Grad-CAM points at the cell no more than that.")
    assert "no more than that" not in said(facts, cam_outside=0.5)


def test_a_map_without_energy_is_said_to_be_empty_and_takes_part_in_no_comparison(facts):
    text = said(facts, cam_outside=float("nan"))
    assert "Grad-CAM is empty" in text and "no more than that" not in text


def test_a_second_cell_a_piece_of_its_own_and_the_border_are_told_where_they_are_measured(facts):
    assert "annotated cells" not in said(facts) and "pieces" not in said(facts) and "border" not in said(facts)
    text = said(facts, n_cells=2, cells_met=1, stray=0.16, touches_border=1)
    assert "Of 2 annotated cells it covers 1 by half or more." in text
    assert "16% of it lies in pieces of their own that meet no annotated cell." in text
    assert "The cell touches the border." in text


def test_a_mask_that_is_not_there_and_a_truth_without_a_cell_are_told(facts):
    assert "No mask is predicted." in said(facts, mask_area=0)
    assert "No cell is annotated." in said(facts, true_area=0)


def test_a_rule_without_an_image_says_why(facts):
    assert said(facts, 3) == "None of 12 test images meets the rule."
    assert said(facts, 1) == "Shown above: all 12 that meet the rule."
