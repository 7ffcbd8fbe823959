from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from finished_run import FinishedRun

from sgcldff.reporting.sections.availability import absent_lines


@pytest.fixture
def run_without_lisc(run: FinishedRun) -> FinishedRun:
    """The run, with a dataset that was not there, and a pool."""
    settings: dict[str, Any] = run.settings
    settings["pools"] = {"both": {"title": "both of them", "members": ["jtsc", "cellavision"]}}
    settings["absent"] = {"lisc": {"title": "LISC", "obtain": "put LISC Database.zip into results/raw/lisc"}}
    settings["absent_pairs"] = {
        "in_domain": [["lisc", "lisc"]],
        "domain_shift": [["bccd", "lisc"]],
        "onto_lisc": [["jtsc", "lisc"]],
    }
    return run


@pytest.fixture
def section(run_without_lisc: FinishedRun, document):
    """Renders the document, and gives its section under a heading that begins so."""

    def part(heading: str) -> str:
        return document(run_without_lisc).split(f"## {heading}")[1].split("\n## ")[0].strip()

    return part


def test_a_dataset_that_was_not_there_has_its_line_under_table_2(section):
    alone = section("Table 2").split("Table 2 on LISC alone")[1]
    assert "- **LISC**: put LISC Database.zip into results/raw/lisc." in alone


def test_its_pairs_stand_in_the_tables_of_a_scenario_as_not_available(section):
    text = section("Domain-shift")
    header, _, first = text.split("**Domain-shift, F1 of each**")[1].strip().splitlines()[:3]
    assert header.split("|")[-2].strip() == "BCCD → LISC" and first.split("|")[-2].strip() == "not available"
    assert text.endswith("- **LISC**: put LISC Database.zip into results/raw/lisc.")


def test_a_scenario_that_needs_it_throughout_says_so(section):
    text = section("Onto-lisc")
    assert text.startswith(": not available") and "JTSC → LISC" in text and "LISC Database.zip" in text


def test_a_mean_says_which_pairs_it_goes_without(run_without_lisc, section):
    assert "without" not in section("Cross-stain: ").replace("Without", "")
    run_without_lisc.change("runs", lambda runs: with_masks(runs.assign(n_annotated=12, n_labelled=12), 0))
    assert "The mean IoU is without JTSC → CellaVision, whose images have no masks." in section("Cross-stain: ")


def with_masks(runs: pd.DataFrame, images: int) -> pd.DataFrame:
    """The runs, with so many annotated images of CellaVision."""
    runs.loc[runs["tested_on"] == "cellavision", "n_annotated"] = images
    return runs


def test_a_mean_says_of_which_pair_too_few_images_have_masks_and_the_pair_keeps_its_own_table(
    run_without_lisc, section
):
    run_without_lisc.change("runs", lambda runs: with_masks(runs.assign(n_annotated=12, n_labelled=12), 4))
    text = section("Cross-stain: ")
    assert "is without JTSC → CellaVision, of whose images in a seed fewer than 5 have masks." in text
    assert "Cross-stain, IoU of each" in text


def test_five_images_with_masks_are_enough_for_a_mean(run_without_lisc, section):
    run_without_lisc.change("runs", lambda runs: with_masks(runs.assign(n_annotated=12, n_labelled=12), 5))
    assert "is without" not in section("Cross-stain: ")


def test_where_all_pairs_have_few_masks_each_still_has_its_row(run_without_lisc, section):
    run_without_lisc.change("runs", lambda runs: runs.assign(n_annotated=4, n_labelled=12))
    assert "Cross-stain, IoU of each" in section("Cross-stain: ")


def test_a_metric_that_no_pair_has_the_truth_for_has_no_table_of_its_own(run_without_lisc, section):
    run_without_lisc.change("runs", lambda runs: runs.assign(n_annotated=12, n_labelled=0))
    text = section("Cross-stain: ")
    assert "IoU of each" in text and "F1 of each" not in text


def test_the_members_of_a_pool_are_those_that_were_there(run_without_lisc, section):
    run_without_lisc.settings["scenarios"]["pooled"] = [["both", "jtsc"]]
    text = section("Pooled")
    assert "Fitted on the training subsets of: *both of them*: JTSC, CellaVision." in text


def test_absent_datasets_stand_in_the_order_of_the_configuration(run_without_lisc):
    absent = run_without_lisc.experiment.absent
    assert absent_lines(absent, {"lisc"}) == "- **LISC**: put LISC Database.zip into results/raw/lisc."


def test_scenarios_of_the_same_pairs_have_one_section_on_each_page(run, rendered):
    run.settings["scenarios"]["domain_shift"] = run.settings["scenarios"]["cross_stain"][::-1]
    files = rendered(run).files
    for page in ("transfer", "significance"):
        text = files.pages[page].read_text(encoding="utf-8")
        assert "Cross-stain and domain-shift" in text and "Domain-shift" not in text
    assert all(files.tables[name].exists() for name in ("cross_stain", "domain_shift"))
