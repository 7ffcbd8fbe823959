from __future__ import annotations

import re

import numpy as np
import pytest
from finished_run import FinishedRun
from matplotlib.figure import Figure

from sgcldff.reporting.figures.paired_dots import draw_paired_dots, paired_scores


def draw(run: FinishedRun) -> Figure:
    return draw_paired_dots(run.titles, run.experiment.hypotheses, run.scenarios, run.results)


def scores(run: FinishedRun):
    hypothesis = run.experiment.hypotheses["fusion"]
    return paired_scores(hypothesis, run.scenarios[hypothesis.scenario], run.results)


def test_each_seed_is_a_line_between_the_means_of_both_arms_over_the_pairs(run):
    axes = draw(run).axes[1]
    runs = run.results.runs
    shifted = runs[(runs["trained_on"] != runs["tested_on"]) & (runs["seed"] == 1)]
    before, after = (shifted.loc[shifted["method"] == arm, "f1"].mean() for arm in ("no_fusion", "full"))
    lines = [list(line.get_ydata()) for line in axes.lines if line.get_marker() == "o"]
    assert len(lines) == 3 and [pytest.approx(before), pytest.approx(after)] in lines


def test_each_panel_says_in_how_many_seeds_the_reference_is_above(run):
    axes = draw(run).axes[1]
    assert axes.get_title(loc="left") == "fusion: F1, domain-shift"
    assert re.match(r"SG-CLDFF is above in \d of 3 seeds\n", axes.get_xlabel())


def test_the_differences_are_those_of_the_means_by_seed_that_the_statistics_have(run):
    paired = scores(run)
    summary = run.table("summary").set_index(["scenario", "pair", "method", "metric"])["mean"]
    for arm in ("full", "no_fusion"):
        assert paired[arm].mean() == pytest.approx(summary["domain_shift", "", arm, "f1"])


def test_a_seed_in_which_an_arm_lacks_a_pair_is_left_out(run):
    lost = ("no_fusion", "bccd", "jtsc", 2)
    keys = ["method", "trained_on", "tested_on", "seed"]
    run.change("runs", lambda runs: runs[runs[keys].apply(tuple, axis=1) != lost])
    assert list(scores(run).index) == [0, 1]


def test_a_seed_without_a_score_is_left_out(run):
    run.change("runs", lambda runs: runs.assign(f1=np.where(runs["seed"] == 0, np.nan, runs["f1"])))
    assert list(scores(run).index) == [1, 2]


def test_a_pair_whose_images_lack_the_truth_takes_no_part(run):
    run.change("runs", lambda runs: runs.assign(n_labelled=np.where(runs["tested_on"] == "jtsc", 0, 12)))
    runs = run.results.runs
    kept = runs[(runs["trained_on"] != runs["tested_on"]) & (runs["tested_on"] != "jtsc") & (runs["seed"] == 0)]
    assert scores(run).loc[0, "full"] == pytest.approx(kept.loc[kept["method"] == "full", "f1"].mean())


def test_a_seed_in_which_the_first_arm_is_not_above_has_another_colour(run):
    run.change("runs", lambda runs: runs.assign(f1=np.where(runs["method"] == "full", 0.1 * (runs["seed"] == 0), 0.05)))
    axes = draw(run).axes[1]
    colours = [line.get_color() for line in axes.lines if line.get_marker() == "o"]
    assert colours[0] != colours[1] == colours[2]
    assert axes.get_xlabel().startswith("SG-CLDFF is above in 1 of 3 seeds")


def test_one_seed_is_one_line(run):
    run.change("runs", lambda runs: runs[runs["seed"] == 0])
    assert [line.get_marker() for line in draw(run).axes[1].lines].count("o") == 1


def test_a_hypothesis_whose_arm_was_not_run_says_so(run):
    assert [text.get_text() for text in draw(run).axes[0].texts] == ["not run"]


def test_without_a_hypothesis_the_figure_says_so(run):
    run.settings["hypotheses"] = {}
    (axes,) = draw(run).axes
    assert [text.get_text() for text in axes.texts] == ["no hypothesis in the configuration"]
