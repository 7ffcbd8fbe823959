from __future__ import annotations

import math

import pytest

from sgcldff.reporting.results import result_rows
from sgcldff.reporting.sections.beside_the_paper import ablation_pairs, paper_rows
from sgcldff.reporting.sections.per_class import per_class_rows


@pytest.fixture
def rows_of(run):
    """`paper_rows` in-domain of the methods with these keys, beside one of the paper's tables."""

    def rows(table, methods, metrics):
        chosen = [method for method in run.methods if method.key in methods]
        return paper_rows(table, run.results, run.scenarios["in_domain"], chosen, metrics)

    return rows


@pytest.fixture
def measured(run):
    """`result_rows` in-domain of the methods with these keys."""

    def rows(methods, metrics):
        chosen = [method for method in run.methods if method.key in methods]
        return result_rows(run.results, run.scenarios["in_domain"], chosen, metrics)

    return rows


def test_the_difference_is_ours_minus_the_papers(rows_of):
    row = rows_of(2, ["full"], ["iou"]).iloc[0]
    assert row["paper_mean"] == 0.82
    assert row["difference"] == pytest.approx(row["mean"] - 0.82)


def test_rows_of_the_paper_without_a_method_are_not_run_and_keep_the_printed_value(rows_of):
    frame = rows_of(2, ["full"], ["f1"])
    luo = frame[frame["title"] == "Luo et al. (2024)"].iloc[0]
    assert (luo["state"], luo["paper_mean"]) == ("not run", 0.89)
    assert math.isnan(luo["mean"]) and math.isnan(luo["difference"])


def test_a_configured_method_without_runs_is_not_run(measured):
    assert set(measured(["no_saliency"], ["f1", "iou"])["state"]) == {"not run"}


def test_a_method_that_does_not_give_a_metric_was_run_and_has_no_value(measured):
    row = measured(["thresholding"], ["auc"]).iloc[0]
    assert row["state"] == "no value"
    assert math.isnan(row["mean"])


def test_a_method_without_a_row_in_the_paper_is_given_none_even_where_its_title_is_one(run, rows_of):
    run.settings["methods"]["unetpp"]["title"] = "Luo et al. (2024)"
    row = rows_of(2, ["unetpp"], ["f1"]).iloc[0]
    assert row["state"] == "measured" and math.isnan(row["paper_mean"])


def test_table_3_is_made_on_bccd_where_it_is_among_the_datasets(run):
    assert ablation_pairs(run.scenarios["in_domain"]) == ["bccd→bccd"]


def test_table_3_is_made_on_every_dataset_where_bccd_is_not(run):
    run.settings["scenarios"]["in_domain"] = [["jtsc", "jtsc"], ["cellavision", "cellavision"]]
    assert ablation_pairs(run.scenarios["in_domain"]) == ["jtsc→jtsc", "cellavision→cellavision"]


def test_each_class_has_its_scores_and_its_test_images(run):
    classes = {name: run.experiment.classes(name) for name in run.experiment.datasets}
    frame = per_class_rows(run.results, run.scenarios.values(), run.methods, classes)
    rows = frame[(frame["method"] == "unetpp") & (frame["pair"] == "jtsc→cellavision") & (frame["class"] == "monocyte")]
    assert set(rows["scenario"]) == {"cross_stain", "domain_shift"}
    assert set(rows["n_images"]) == {3.0}
    assert rows["mean"].to_list() == pytest.approx([0.68] * 12)
