from __future__ import annotations

import math

import pytest

from sgcldff.reporting.rows import ablation_pairs, paper_rows, per_class_rows, result_rows
from sgcldff.reporting.run import Material, read_material


@pytest.fixture
def material(experiment) -> Material:
    return read_material(experiment["settings"], experiment["runs"], experiment["statistics"])


def test_the_difference_is_ours_minus_the_papers(material):
    row = paper_rows(material, 2, ["full"], ["iou"]).iloc[0]
    assert row["paper_mean"] == 0.82
    assert row["difference"] == pytest.approx(row["mean"] - 0.82)


def test_rows_of_the_paper_without_a_method_are_not_run_and_keep_the_printed_value(material):
    frame = paper_rows(material, 2, ["full"], ["f1"])
    luo = frame[frame["title"] == "Luo et al. (2024)"].iloc[0]
    assert (luo["state"], luo["paper_mean"]) == ("not run", 0.89)
    assert math.isnan(luo["mean"]) and math.isnan(luo["difference"])


def test_a_configured_method_without_runs_is_not_run(material):
    assert set(result_rows(material, ["no_saliency"], ["f1", "iou"], "in_domain")["state"]) == {"not run"}


def test_a_method_that_does_not_give_a_metric_was_run_and_has_no_value(material):
    row = result_rows(material, ["thresholding"], ["auc"], "in_domain").iloc[0]
    assert row["state"] == "no value"
    assert math.isnan(row["mean"])


def test_a_method_without_a_row_in_the_paper_is_given_none_even_where_its_title_is_one(experiment):
    experiment["settings"]["methods"]["unetpp"]["title"] = "Luo et al. (2024)"
    material = read_material(experiment["settings"], experiment["runs"], experiment["statistics"])
    row = paper_rows(material, 2, ["unetpp"], ["f1"]).iloc[0]
    assert row["state"] == "measured" and math.isnan(row["paper_mean"])


def test_table_3_is_made_on_bccd_where_it_is_among_the_datasets(material):
    assert ablation_pairs(material) == ["bccd→bccd"]


def test_table_3_is_made_on_every_dataset_where_bccd_is_not(material):
    material.settings["scenarios"]["in_domain"] = [["jtsc", "jtsc"], ["cellavision", "cellavision"]]
    assert ablation_pairs(material) == ["jtsc→jtsc", "cellavision→cellavision"]


def test_each_class_has_its_scores_and_its_test_images(material):
    frame = per_class_rows(material)
    rows = frame[(frame["method"] == "unetpp") & (frame["pair"] == "jtsc→cellavision") & (frame["class"] == "monocyte")]
    assert set(rows["scenario"]) == {"cross_stain", "domain_shift"}
    assert set(rows["n_images"]) == {3.0}
    assert rows["mean"].to_list() == pytest.approx([0.68] * 10)
