"""What a run has nothing for is not in its report."""

from __future__ import annotations

import pytest
from finished_run import FinishedRun

from sgcldff.reporting.contents import figures_of, pages_of
from sgcldff.reporting.files import FIGURES, PAGES


def left_out(run: FinishedRun) -> set[str]:
    return {*FIGURES, *PAGES} - {*figures_of(run.experiment), *pages_of(run.experiment)}


def test_what_no_axis_and_no_leaking_split_was_run_for_is_left_out(run):
    assert left_out(run) == {"robustness", "leakage"}


def test_with_perturbations_robustness_is_shown(stain_shifted):
    assert "robustness" in figures_of(stain_shifted.experiment) and "robustness" in pages_of(stain_shifted.experiment)


def test_without_hypotheses_their_figures_are_left_out_and_their_page_stays_for_interactions(run):
    run.settings["hypotheses"] = {}
    assert {"hypotheses", "power", "paired_dots"} & set(figures_of(run.experiment)) == set()
    assert "hypotheses" in pages_of(run.experiment)
    run.settings["interactions"] = {}
    assert "hypotheses" not in pages_of(run.experiment)


def test_without_a_shift_there_is_no_transfer(run):
    run.settings["scenarios"] = {"in_domain": run.settings["scenarios"]["in_domain"]}
    run.settings["hypotheses"] = {}
    assert "transfer" in left_out(run)


def test_the_reference_alone_is_compared_with_nothing(run):
    run.settings["methods"] = {"full": run.settings["methods"]["full"]}
    run.settings |= {"hypotheses": {}, "interactions": {}}
    assert {"comparisons", "critical_difference", "significance", "training_curves_others"} <= left_out(run)


@pytest.mark.parametrize("role", ["control", "ablation"])
def test_controls_and_ablations_have_no_curves_of_other_networks(run, role):
    methods = run.settings["methods"]
    run.settings["methods"] = {"full": methods["full"], "no_fusion": methods["no_fusion"] | {"role": role}}
    run.settings["interactions"] = {}
    run.settings["hypotheses"] = {}
    assert "training_curves_others" not in figures_of(run.experiment)


def test_a_baseline_without_epochs_has_no_curves(run):
    methods = run.settings["methods"]
    thresholding = methods["thresholding"] | {"class": "baselines.thresholding.NucleusSeeded"}
    run.settings["methods"] = {"full": methods["full"], "thresholding": thresholding}
    run.settings |= {"hypotheses": {}, "interactions": {}}
    assert "training_curves_others" not in figures_of(run.experiment)
    thresholding["class"] = "baselines.unetpp.UNetPlusPlus"
    assert "training_curves_others" in figures_of(run.experiment)
