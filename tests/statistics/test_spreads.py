"""Spreads of IoU against the reference's: by hand, and how often the test is wrong where there is no difference."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sgcldff.statistics.spreads import log_ratio_test, spread_tests
from sgcldff.tables.comparisons import REDRAWN, SEEDS

METHODS = ("full", "unetpp")


def test_over_datasets_it_is_the_paired_test_of_the_logarithms_of_the_sds_of_the_means(runs, measured, row):
    table = runs(methods=METHODS)
    pairs = [("jtsc", "bccd"), ("bccd", "jtsc"), ("cellavision", "bccd")]
    tests = spread_tests(measured(table, {"shift": pairs}), "full")
    of = table.set_index(["method", "seed", "trained_on", "tested_on"])["iou"]
    ours, theirs = (
        np.array([np.std([of[method, seed, *pair] for pair in pairs], ddof=1) for seed in range(1, 6)])
        for method in METHODS
    )
    expected = stats.ttest_rel(np.log(theirs), np.log(ours))
    found = row(tests, over="datasets", method="unetpp")
    assert found["p"] == pytest.approx(expected.pvalue) and found["basis"] == SEEDS
    assert found["ratio"] == pytest.approx(np.exp(np.log(theirs / ours).mean()))
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(np.exp(expected.confidence_interval()))


def test_over_images_it_is_the_geometric_mean_of_the_datasets_and_corrected_for_redrawn_splits(
    runs, images, measured, row
):
    table = runs(methods=METHODS)
    scores = images(table)
    pairs = [("bccd", "bccd"), ("jtsc", "jtsc")]
    found = row(spread_tests(measured(table, {"own": pairs}, scores), "full"), over="images", method="unetpp")
    sds = scores.groupby(["method", "seed", "trained_on", "tested_on"])["value"].std()
    logs = [
        np.mean([np.log(sds["unetpp", seed, *pair] / sds["full", seed, *pair]) for pair in pairs])
        for seed in range(1, 6)
    ]
    half = stats.t.ppf(0.975, 4) * np.std(logs, ddof=1) * math.sqrt(1 / 5 + 2 / 7)
    assert found["basis"] == REDRAWN
    assert found["ratio"] == pytest.approx(np.exp(np.mean(logs)))
    assert found["ci_high"] == pytest.approx(np.exp(np.mean(logs) + half))


def test_two_datasets_have_no_spread_that_could_be_tested(runs, measured):
    tests = spread_tests(measured(runs(methods=METHODS)), "full")
    assert set(tests["scenario"]) == {"in_domain"}  # of three datasets; cross_stain has two pairs


def test_a_method_that_does_not_vary_is_not_tested_and_says_so(runs, images, measured, row):
    table = runs(methods=("full", "oracle"))
    scores = images(table)
    scores["value"] = scores["value"].mask(scores["method"] == "oracle", 1.0)
    found = row(
        spread_tests(measured(table, scores=scores), "full"), scenario="in_domain", over="images", method="oracle"
    )
    assert math.isnan(found["p"]) and found["note"] == "not tested: no spread, or no value, in some seed"


def test_what_was_not_run_or_has_no_masks_has_no_row(runs, measured, blank):
    table = blank(runs(methods=("full", "unetpp", "chance")), "iou", method="chance")
    assert set(spread_tests(measured(table), "full")["method"]) == {"unetpp"}


def drawn(random: np.random.Generator, *, spread: float = 1.0, seeds: int = 5, images: int = 60) -> np.ndarray:
    """SDs [2, S] of IoUs with a long lower tail, of images that differ in difficulty and seeds in spread."""
    difficulty = random.gamma(1.0, 0.05, (1, seeds, images))
    noise = random.gamma(1.0, 0.05, (2, seeds, images)) * np.exp(random.normal(0, 0.2, (2, seeds, 1)))
    iou = 0.95 - (difficulty + noise) * np.array([1.0, spread])[:, None, None]
    return iou.std(axis=2, ddof=1)


def test_where_spreads_are_alike_the_test_is_wrong_five_times_in_a_hundred():
    random = np.random.default_rng(0)
    p = [log_ratio_test(theirs, ours, None)[1].p for ours, theirs in (drawn(random) for _ in range(1500))]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.017)  # three standard errors


def test_pitman_and_morgans_test_would_be_wrong_far_more_often_on_such_values():
    """Why it is not used: the correlation of sum and difference, over all images of a seed."""
    random = np.random.default_rng(0)
    p = []
    for _ in range(400):
        difficulty = random.gamma(1.0, 0.05, 60)
        ours, theirs = difficulty + random.gamma(1.0, 0.05, (2, 60)) * np.exp(random.normal(0, 0.2, (2, 1)))
        p.append(stats.pearsonr(ours + theirs, ours - theirs).pvalue)
    assert np.mean(np.array(p) < 0.05) > 0.15


def test_a_spread_that_is_half_as_large_again_is_found():
    random = np.random.default_rng(0)
    bounds = [
        log_ratio_test(theirs, ours, None)[1].lower_bound
        for ours, theirs in (drawn(random, spread=1.5) for _ in range(200))
    ]
    assert np.mean(np.array(bounds) > 0) > 0.8


def test_seeds_without_a_number_are_not_tested():
    plain, decides = log_ratio_test(np.array([0.1, np.nan]), np.array([0.1, 0.2]), None)
    assert plain.note and math.isnan(decides.p)
