from __future__ import annotations

from dataclasses import replace

import pytest

from sgcldff.config.plan import leave_out
from sgcldff.reporting.result_tables import absent_scenario, scenario_section, table_2
from sgcldff.reporting.run import Material, read_material


@pytest.fixture
def material(experiment) -> Material:
    """The experiment, with a dataset that was not there, and a pool."""
    settings = experiment["settings"]
    settings["datasets"]["lisc"] = {"title": "LISC", "space": "subtypes"}
    settings["scenarios"]["in_domain"].append(["lisc", "lisc"])
    settings["scenarios"]["domain_shift"].append(["bccd", "lisc"])
    settings["scenarios"]["onto_lisc"] = [["jtsc", "lisc"]]
    settings["pools"] = {"both": {"title": "both of them", "members": ["jtsc", "lisc", "cellavision"]}}
    leave_out(settings, {"lisc": "put LISC Database.zip into results/raw/lisc"})
    return read_material(settings, experiment["runs"], experiment["statistics"])


def test_a_dataset_that_was_not_there_has_its_line_under_table_2(material):
    alone = table_2(material).split("Table 2 on LISC alone")[1]
    assert "- **LISC**: put LISC Database.zip into results/raw/lisc." in alone


def test_its_pairs_stand_in_the_tables_of_a_scenario_as_not_available(material):
    text = scenario_section(material, "domain_shift")
    header, _, first = text.split("**Domain-shift, F1 of each**")[1].strip().splitlines()[:3]
    assert header.split("|")[-2].strip() == "BCCD → LISC" and first.split("|")[-2].strip() == "not available"
    assert text.endswith("- **LISC**: put LISC Database.zip into results/raw/lisc.")


def test_a_scenario_that_needs_it_throughout_says_so(material):
    text = absent_scenario(material, "onto_lisc")
    assert text.startswith("## Onto-lisc: not available") and "JTSC → LISC" in text and "LISC Database.zip" in text


def test_a_mean_says_which_pairs_it_goes_without(material):
    runs = material.runs.assign(n_annotated=12, n_labelled=12)
    runs.loc[runs["tested_on"] == "cellavision", "n_annotated"] = 0
    text = scenario_section(replace(material, runs=runs), "cross_stain")
    assert "The mean IoU is without JTSC → CellaVision, whose images have no masks." in text
    assert "without" not in scenario_section(material, "cross_stain")


def test_a_metric_that_no_pair_has_the_truth_for_has_no_table_of_its_own(material):
    runs = material.runs.assign(n_annotated=12, n_labelled=0)
    text = scenario_section(replace(material, runs=runs), "cross_stain")
    assert "IoU of each" in text and "F1 of each" not in text


def test_the_members_of_a_pool_are_those_that_were_there(material):
    settings = material.settings | {"scenarios": {"pooled": [["both", "jtsc"]]}}
    text = scenario_section(replace(material, settings=settings), "pooled")
    assert "Fitted on the training subsets of: *both of them*: JTSC, CellaVision." in text
