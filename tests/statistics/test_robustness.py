from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.robustness import robustness_curves
from sgcldff.tables.robustness import ROBUSTNESS
from sgcldff.tables.runs import METRICS

RATIO = 2 / 7
LEVELS = [0.5, 1.0]
SEEDS = (1, 2, 3, 4, 5)
LOSS = {"": 0.0, "@hue@0.5": 0.1, "@hue@1": 0.3, "@hue": 0.125}
"""What a score loses at each level, and along the whole axis."""


@pytest.fixture
def stain_shifted() -> pd.DataFrame:
    """Runs of three methods on two datasets along an axis of two levels, and a fit that was tested across datasets."""
    random, rows = np.random.default_rng(5), []
    for dataset, method, seed in itertools.product(("bccd", "jtsc"), ("full", "unetpp", "oracle"), SEEDS):
        for suffix, loss in LOSS.items():
            scores = {metric: 1.0 if method == "oracle" else random.uniform(0.7, 0.9) - loss for metric in METRICS}
            keys = {"trained_on": dataset, "tested_on": f"{dataset}{suffix}", "method": method, "seed": seed}
            rows.append(keys | {"n_images": 60} | scores)
    across = {"trained_on": "jtsc", "tested_on": "bccd@hue", "method": "full", "seed": 1, "n_images": 60}
    return pd.DataFrame([*rows, across | dict.fromkeys(METRICS, 0.5)])


@pytest.fixture
def curves(measured):
    return lambda runs: robustness_curves(measured(runs, {}), {"hue": LEVELS}, "full")


def by_seed(runs: pd.DataFrame, method: str, suffix: str, metric: str = "f1") -> pd.Series:
    """Mean over the two datasets in each seed."""
    own = runs[(runs["method"] == method) & (runs["tested_on"] == runs["trained_on"] + suffix)]
    return own.groupby("seed")[metric].mean()


def corrected(scores: pd.Series) -> tuple[float, float]:
    """The 95% interval of the mean over redrawn splits, by hand."""
    half = stats.t.ppf(0.975, len(scores) - 1) * scores.std(ddof=1) * np.sqrt(1 / len(scores) + RATIO)
    return scores.mean() - half, scores.mean() + half


@pytest.mark.parametrize(
    ("quantity", "level", "suffix"), [("score", 0.0, ""), ("score", 0.5, "@hue@0.5"), ("area", None, "@hue")]
)
def test_a_point_and_an_area_are_means_over_seeds_with_the_interval_for_redrawn_splits(
    stain_shifted, curves, row, quantity, level, suffix
):
    table = curves(stain_shifted)
    table = table[table["level"].isna() if level is None else table["level"] == level]
    found = row(table, dataset="", method="full", metric="f1", quantity=quantity)
    expected = by_seed(stain_shifted, "full", suffix)
    assert (found["mean"], found["sd"], found["n_seeds"]) == pytest.approx((expected.mean(), expected.std(), 5))
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(corrected(expected))
    assert found["basis"] == "redrawn splits"


def test_the_drop_is_taken_within_a_seed_from_no_shift_to_the_strongest_in_points(stain_shifted, curves, row):
    found = row(curves(stain_shifted), dataset="", method="unetpp", metric="f1", quantity="drop")
    expected = 100 * (by_seed(stain_shifted, "unetpp", "") - by_seed(stain_shifted, "unetpp", "@hue@1"))
    assert (found["mean"], found["sd"]) == pytest.approx((expected.mean(), expected.std()))
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(corrected(expected))


def test_areas_are_compared_with_the_references_within_a_seed_in_points(stain_shifted, curves, row):
    found = row(curves(stain_shifted), dataset="", method="unetpp", metric="f1", quantity="difference")
    expected = 100 * (by_seed(stain_shifted, "full", "@hue") - by_seed(stain_shifted, "unetpp", "@hue"))
    assert (found["mean"], found["ci_low"], found["ci_high"]) == pytest.approx((expected.mean(), *corrected(expected)))


def test_the_reference_is_not_compared_with_itself(stain_shifted, curves):
    table = curves(stain_shifted)
    assert set(table[table["quantity"] == "difference"]["method"]) == {"unetpp", "oracle"}


def test_each_dataset_has_its_curve_and_tests_across_datasets_are_in_none(stain_shifted, curves, row):
    table = curves(stain_shifted)
    assert list(table["dataset"].unique()) == ["", "bccd", "jtsc"]
    own = stain_shifted[(stain_shifted["method"] == "full") & (stain_shifted["trained_on"] == "bccd")]
    found = row(table, dataset="bccd", method="full", metric="iou", quantity="area")
    assert found["mean"] == pytest.approx(own[own["tested_on"] == "bccd@hue"]["iou"].mean())


def test_a_method_that_loses_nothing_has_a_drop_of_0_and_no_interval(stain_shifted, curves, row):
    found = row(curves(stain_shifted), dataset="", method="oracle", metric="iou", quantity="drop")
    assert found["mean"] == 0 and np.isnan(found["ci_low"]) and "the same in every pair" in found["note"]


def test_a_method_that_does_not_segment_has_no_curve_of_masks(stain_shifted, curves, blank):
    table = curves(blank(stain_shifted, "iou", method="unetpp"))
    assert set(table[table["method"] == "unetpp"]["metric"]) == {"accuracy", "f1", "auc"}


def test_a_level_undefined_in_one_seed_takes_the_interval_and_the_drop_but_no_other_level(
    stain_shifted, curves, blank, row
):
    table = curves(blank(stain_shifted, "auc", method="full", seed=3, tested_on="bccd@hue@1"))
    mine = table[(table["method"] == "full") & (table["metric"] == "auc") & (table["dataset"] == "bccd")]
    far = row(mine, quantity="score", level=1.0)
    assert far["n_seeds"] == 4 and np.isnan(far["ci_low"])
    assert far["note"] == "auc of full is undefined in bccd→bccd@hue@1 (seed 3)"
    drop = row(mine, quantity="drop")
    assert np.isnan(drop["mean"]) and drop["note"].startswith("not tested: ")
    assert np.isfinite(row(mine, quantity="score", level=0.5)["ci_low"])


def test_one_seed_has_its_curve_without_intervals(stain_shifted, curves, row):
    table = curves(stain_shifted[stain_shifted["seed"] == 1])
    found = row(table, dataset="", method="full", metric="f1", quantity="score", level=1.0)
    assert np.isfinite(found["mean"]) and np.isnan(found["ci_low"])
    assert row(table, dataset="", method="full", metric="f1", quantity="drop")["note"].startswith("1 pair")


def test_a_method_that_was_not_tested_along_the_axis_has_its_start_alone(stain_shifted, curves):
    there = (stain_shifted["method"] != "unetpp") | ~stain_shifted["tested_on"].str.contains("@")
    table = curves(stain_shifted[there])
    assert set(table[table["method"] == "unetpp"]["quantity"]) == {"score"}
    assert set(table[table["method"] == "unetpp"]["level"]) == {0.0}


def test_without_stain_shifted_tests_there_is_no_row_but_every_column(stain_shifted, curves):
    table = curves(stain_shifted[~stain_shifted["tested_on"].str.contains("@")])
    assert table.empty and tuple(table.columns) == ROBUSTNESS.columns


def test_a_seed_that_lacks_a_dataset_is_refused(stain_shifted, curves):
    lacking = (
        (stain_shifted["seed"] == 2)
        & (stain_shifted["tested_on"] == "jtsc@hue@1")
        & (stain_shifted["method"] == "full")
    )
    with pytest.raises(InputError, match="Seed 2 of full has no run for jtsc→jtsc@hue@1"):
        curves(stain_shifted[~lacking])
