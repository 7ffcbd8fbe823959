from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.summary import summarize
from sgcldff.tables.runs import DESCRIBED, METRICS

RATIO = 2 / 7


def test_the_average_is_taken_within_a_seed_and_then_over_seeds(runs, measured, row):
    table = runs()
    mine = table[(table["method"] == "full") & (table["trained_on"] == table["tested_on"])]
    by_seed = mine.groupby("seed")["f1"].mean()
    found = row(summarize(measured(table)), scenario="in_domain", pair="", method="full", metric="f1")
    assert (found["mean"], found["sd"]) == pytest.approx((by_seed.mean(), by_seed.std(ddof=1)))
    assert (found["minimum"], found["maximum"]) == pytest.approx((by_seed.min(), by_seed.max()))
    assert (found["n_seeds"], found["n_images"]) == (5, 180)


def test_across_datasets_the_interval_is_that_of_the_mean_over_seeds(runs, measured, row):
    table = runs()
    pair = table[(table["method"] == "full") & (table["trained_on"] == "jtsc") & (table["tested_on"] == "cellavision")]
    expected = stats.ttest_1samp(pair["iou"], 0).confidence_interval(0.95)
    found = row(
        summarize(measured(table)), scenario="cross_stain", pair="jtsc→cellavision", method="full", metric="iou"
    )
    assert (found["ci_low"], found["ci_high"]) == pytest.approx((expected.low, expected.high))
    assert found["basis"] == "seeds"


def test_in_domain_the_interval_is_as_much_wider_as_redrawn_splits_demand(runs, measured, row):
    table = runs()
    pair = table[(table["method"] == "full") & (table["trained_on"] == "jtsc") & (table["tested_on"] == "jtsc")]
    plain = stats.ttest_1samp(pair["iou"], 0).confidence_interval(0.95)
    found = row(summarize(measured(table)), scenario="in_domain", pair="jtsc→jtsc", method="full", metric="iou")
    wider = np.sqrt((1 / 5 + RATIO) / (1 / 5))
    assert found["ci_high"] - found["ci_low"] == pytest.approx(wider * (plain.high - plain.low))
    assert found["basis"] == "redrawn splits"


def test_class_scores_are_described_and_counts_are_not(runs, measured):
    assert {"f1_neutrophil", *DESCRIBED, *METRICS} == set(summarize(measured(runs()))["metric"])


def test_a_method_that_does_not_segment_has_no_row_for_masks(runs, measured, blank):
    described = summarize(measured(blank(runs(), "iou", method="chance")))
    assert "iou" not in set(described[described["method"] == "chance"]["metric"])


def test_a_score_undefined_in_one_seed_is_described_over_the_rest_and_said(runs, measured, blank, row):
    table = blank(runs(), "auc", method="full", seed=3, trained_on="jtsc", tested_on="jtsc")
    found = row(summarize(measured(table)), scenario="in_domain", pair="jtsc→jtsc", method="full", metric="auc")
    assert found["n_seeds"] == 4 and np.isfinite(found["mean"]) and np.isnan(found["ci_low"])
    assert found["note"] == "auc of full is undefined in jtsc→jtsc (seed 3)"


@pytest.mark.filterwarnings("error:(Degrees of freedom|divide)")
def test_an_average_over_a_pair_that_never_has_the_metric_is_shown_as_missing(runs, measured, blank, row):
    table = blank(runs(seeds=(1, 2)), "iou", tested_on="bccd")
    found = row(summarize(measured(table)), scenario="in_domain", pair="", method="full", metric="iou")
    assert found["n_seeds"] == 0 and np.isnan(found["mean"])
    assert found["note"] == "iou of full is undefined in bccd→bccd (seed 1, 2)"


@pytest.mark.filterwarnings("error")
def test_one_seed_has_a_mean_and_no_spread(runs, measured):
    found = summarize(measured(runs(seeds=(1,))))
    assert found["mean"].notna().all() and found[["sd", "ci_low", "ci_high"]].isna().all(axis=None)


def test_the_same_score_in_every_seed_has_no_interval(runs, measured, row):
    table = runs().assign(iou=0.1 + 0.2)
    found = row(summarize(measured(table)), scenario="cross_stain", pair="", method="full", metric="iou")
    assert found["mean"] == pytest.approx(0.3) and np.isnan(found["ci_low"])
    assert found["note"] == "the same in every seed: no interval"


def test_a_seed_that_lacks_a_pair_is_refused(runs, measured):
    table = runs()
    lacking = (table["seed"] == 2) & (table["trained_on"] == "jtsc") & (table["tested_on"] == "jtsc")
    with pytest.raises(InputError, match="Seed 2 of chance has no run for jtsc→jtsc"):
        summarize(measured(table[~lacking]))


@pytest.mark.filterwarnings("error")
def test_no_runs_and_no_scenarios_give_an_empty_table(runs, measured):
    table = runs(seeds=(1,))
    assert summarize(measured(table.iloc[:0])).empty and summarize(measured(table, {})).empty


def test_the_order_of_the_rows_does_not_matter(runs, measured):
    table = runs(seeds=(1, 2, 10))
    shuffled = table.sample(frac=1, random_state=4)
    pd.testing.assert_frame_equal(summarize(measured(table)), summarize(measured(shuffled)))
