from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics import METRICS, comparisons, hypotheses, summary
from sgcldff.statistics.multiplicity import benjamini_hochberg, holm

DATASETS = ("bccd", "jtsc", "cellavision")
SCENARIOS = {
    "in_domain": [[name, name] for name in DATASETS],
    "cross_stain": [["jtsc", "cellavision"], ["cellavision", "jtsc"]],
}
DECLARED = {
    "alignment": {
        "title": "Alignment helps across stains",
        "reference": "full",
        "against": "no_alignment",
        "metric": "iou",
        "scenario": "cross_stain",
        "margin": 2,
    }
}
TWO = ["iou", "auc"]
STATISTICS = ["sd", "t", "df", "p", "ci_low", "ci_high", "d_z", "g_z", "p_holm", "p_bh"]


def make_runs(seeds=(1, 2, 3, 4, 5), methods=("full", "no_alignment", "unetpp", "chance"), offset=None):
    """Random scores; `offset` adds to the scores of a method by name."""
    random, rows = np.random.default_rng(7), []
    for trained_on, tested_on, method, seed in itertools.product(DATASETS, DATASETS, methods, seeds):
        scores = {metric: random.uniform(0.6, 0.8) + (offset or {}).get(method, 0) for metric in (*METRICS, "mean_iou")}
        rows.append(
            {"trained_on": trained_on, "tested_on": tested_on, "method": method, "seed": seed, "n_images": 60}
            | scores
            | {"n_neutrophil": 20, "f1_neutrophil": scores["f1"], "n_empty_truth": 0}
        )
    return pd.DataFrame(rows)


def blank(runs, column, **where):
    """The runs with the column NaN where the others have the values given."""
    chosen = np.logical_and.reduce([runs[key] == value for key, value in where.items()])
    return runs.assign(**{column: runs[column].mask(chosen)})


def row(table, **where):
    chosen = table[np.logical_and.reduce([table[key] == value for key, value in where.items()])]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_the_columns_are_those_of_the_contract():
    runs = make_runs()
    assert ",".join(summary(runs, SCENARIOS)) == (
        "scenario,pair,method,metric,n_seeds,mean,sd,minimum,maximum,n_images,note"
    )
    assert ",".join(comparisons(runs, SCENARIOS, "full")) == (
        "scenario,pair,metric,reference,against,n,mean,sd,t,df,p,ci_low,ci_high,d_z,g_z,p_holm,p_bh,note"
    )
    assert ",".join(hypotheses(runs, SCENARIOS, DECLARED)) == (
        "hypothesis,scenario,pair,metric,reference,against,margin,n,mean,sd,t,df,p,ci_low,ci_high,"
        "lower_bound,upper_bound,p_margin,d_z,g_z,verdict,note"
    )


def test_the_summary_averages_within_a_seed_and_then_over_seeds():
    runs = make_runs()
    mine = runs[(runs["method"] == "full") & (runs["trained_on"] == runs["tested_on"])]
    by_seed = mine.groupby("seed")["f1"].mean()
    found = row(summary(runs, SCENARIOS), scenario="in_domain", pair="", method="full", metric="f1")
    assert (found["mean"], found["sd"]) == pytest.approx((by_seed.mean(), by_seed.std(ddof=1)))
    assert (found["minimum"], found["maximum"]) == pytest.approx((by_seed.min(), by_seed.max()))
    assert (found["n_seeds"], found["n_images"]) == (5, 180)


def test_the_summary_has_class_scores_and_no_counts():
    metrics = set(summary(make_runs(), SCENARIOS)["metric"])
    assert {"f1_neutrophil", "mean_iou"} | set(METRICS) == metrics


def test_a_comparison_is_the_paired_test_of_the_seed_averages_in_points():
    runs = make_runs()
    cross = runs[
        (runs["trained_on"] != runs["tested_on"]) & runs["trained_on"].ne("bccd") & runs["tested_on"].ne("bccd")
    ]
    means = cross.groupby(["method", "seed"])["iou"].mean()
    expected = stats.ttest_rel(means["full"], means["unetpp"])
    found = row(
        comparisons(runs, SCENARIOS, "full", TWO), scenario="cross_stain", pair="", metric="iou", against="unetpp"
    )
    assert (found["t"], found["p"]) == pytest.approx((expected.statistic, expected.pvalue))
    assert found["mean"] == pytest.approx(100 * (means["full"] - means["unetpp"]).mean())
    assert found["n"] == 5


def test_every_other_method_is_compared_in_every_average_and_pair():
    table = comparisons(make_runs(), SCENARIOS, "full")
    assert len(table) == (4 + 3) * 3 * len(METRICS)
    assert "full" not in set(table["against"])


def test_holm_runs_over_the_methods_of_one_scenario_pair_and_metric():
    table = comparisons(make_runs(), SCENARIOS, "full", TWO)
    family = table[(table["scenario"] == "cross_stain") & (table["pair"] == "") & (table["metric"] == "iou")]
    assert family["against"].tolist() == ["chance", "no_alignment", "unetpp"]
    assert family["p_holm"].to_numpy() == pytest.approx(holm(family["p"].to_numpy()))


def test_benjamini_hochberg_runs_over_the_whole_table():
    table = comparisons(make_runs(), SCENARIOS, "full", TWO)
    assert table["p_bh"].to_numpy() == pytest.approx(benjamini_hochberg(table["p"].to_numpy()))


def test_a_comparison_listed_under_two_scenarios_counts_once():
    runs = make_runs()
    again = SCENARIOS | {"shift": SCENARIOS["cross_stain"]}
    once, twice = comparisons(runs, SCENARIOS, "full", TWO), comparisons(runs, again, "full", TWO)
    assert twice["p_bh"].to_numpy()[: len(once)] == pytest.approx(once["p_bh"].to_numpy())


@pytest.mark.filterwarnings("error")
def test_one_seed_gives_means_and_a_note_and_no_p():
    runs = make_runs(seeds=(1,))
    compared, judged = comparisons(runs, SCENARIOS, "full", TWO), hypotheses(runs, SCENARIOS, DECLARED)
    assert compared["mean"].notna().all() and compared[STATISTICS].isna().all(axis=None)
    assert set(compared["note"]) == {"1 pair: a test needs at least 2"}
    assert set(judged["verdict"]) == {"INCONCLUSIVE"}
    assert summary(runs, SCENARIOS)["sd"].isna().all()


def test_a_method_that_does_not_segment_has_no_rows_for_masks():
    runs = blank(make_runs(), "iou", method="chance")
    described, compared = summary(runs, SCENARIOS), comparisons(runs, SCENARIOS, "full")
    assert "iou" not in set(described[described["method"] == "chance"]["metric"])
    assert "iou" not in set(compared[compared["against"] == "chance"]["metric"])
    assert "dice" in set(compared[compared["against"] == "chance"]["metric"])


def test_a_score_undefined_in_one_seed_is_described_over_the_rest_and_said():
    runs = blank(make_runs(), "auc", method="full", seed=3, trained_on="jtsc", tested_on="jtsc")
    found = row(summary(runs, SCENARIOS), scenario="in_domain", pair="jtsc→jtsc", method="full", metric="auc")
    assert found["n_seeds"] == 4 and np.isfinite(found["mean"])
    assert found["note"] == "auc of full is undefined in jtsc→jtsc (seed 3)"


def test_a_score_undefined_in_one_seed_is_not_tested_and_said():
    runs = blank(make_runs(), "auc", method="full", seed=3, trained_on="jtsc", tested_on="jtsc")
    table = comparisons(runs, SCENARIOS, "full", TWO)
    for pair in ("", "jtsc→jtsc"):
        found = row(table, scenario="in_domain", pair=pair, metric="auc", against="unetpp")
        assert np.isnan(found[["mean", *STATISTICS]].astype(float)).all()
        assert found["note"] == "not tested: auc of full is undefined in jtsc→jtsc (seed 3)"
    assert row(table, scenario="in_domain", pair="bccd→bccd", metric="auc", against="unetpp")["note"] == ""


def test_an_average_over_a_pair_that_never_has_the_metric_is_shown_as_missing():
    runs = blank(make_runs(seeds=(1, 2)), "iou", tested_on="bccd")
    found = row(summary(runs, SCENARIOS), scenario="in_domain", pair="", method="full", metric="iou")
    assert found["n_seeds"] == 0 and np.isnan(found["mean"])
    assert found["note"] == "iou of full is undefined in bccd→bccd (seed 1, 2)"


def test_a_constant_difference_is_said_and_takes_part_in_no_family():
    runs = make_runs(methods=("full", "unetpp", "chance"))
    full = runs[runs["method"] == "full"].assign(method="no_alignment")
    table = comparisons(pd.concat([runs, full]), SCENARIOS, "full", TWO)
    same = table[table["against"] == "no_alignment"]
    assert same["p"].isna().all() and same["p_holm"].isna().all() and same["p_bh"].isna().all()
    assert set(same["note"]) == {"the difference is the same in every pair: no test"}
    others = table[table["against"] != "no_alignment"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, comparisons(runs, SCENARIOS, "full", TWO))


def test_a_method_that_is_absent_gives_no_row():
    runs = make_runs(methods=("full", "unetpp"))
    assert hypotheses(runs, SCENARIOS, DECLARED).empty
    assert comparisons(runs, SCENARIOS, "no_saliency").empty


@pytest.mark.filterwarnings("error")
def test_no_runs_and_no_scenarios_give_empty_tables():
    runs = make_runs(seeds=(1,))
    assert summary(runs.iloc[:0], SCENARIOS).empty and comparisons(runs.iloc[:0], SCENARIOS, "full").empty
    assert summary(runs, {}).empty and comparisons(runs, {}, "full").empty
    assert hypotheses(runs, SCENARIOS, {}).empty


def test_a_method_with_other_seeds_is_refused():
    runs = make_runs()
    with pytest.raises(InputError, match="seed 5 and unetpp in in_domain does not"):
        comparisons(runs[(runs["method"] != "unetpp") | (runs["seed"] != 5)], SCENARIOS, "full")


def test_a_seed_that_lacks_a_pair_is_refused():
    runs = make_runs()
    lacking = (runs["seed"] == 2) & (runs["trained_on"] == "jtsc") & (runs["tested_on"] == "jtsc")
    with pytest.raises(InputError, match="Seed 2 of chance has no run for jtsc→jtsc"):
        summary(runs[~lacking], SCENARIOS)


def test_a_hypothesis_is_judged_on_the_average_and_on_each_pair():
    table = hypotheses(make_runs(), SCENARIOS, DECLARED)
    assert table["pair"].tolist() == ["", "jtsc→cellavision", "cellavision→jtsc"]
    assert set(table["hypothesis"]) == {"alignment"} and set(table["margin"]) == {2.0}


@pytest.mark.parametrize(("offset", "expected"), [(-0.5, "SUPPORTED"), (0.2, "REFUTED")])
def test_a_large_difference_decides_the_verdict(offset, expected):
    runs = make_runs(offset={"no_alignment": offset})
    assert hypotheses(runs, SCENARIOS, DECLARED).iloc[0]["verdict"] == expected


def test_better_by_less_than_the_margin_is_direction_only_and_said():
    runs = make_runs()
    full = runs[runs["method"] == "full"]
    close = full.assign(method="no_alignment", iou=full["iou"] - 0.01 - full["seed"] / 10_000)
    table = hypotheses(pd.concat([full, close]), SCENARIOS, DECLARED)
    assert set(table["verdict"]) == {"DIRECTION ONLY"}
    assert set(table["note"]) == {"better, but by less than the margin: the upper bound lies below it"}


def test_a_hypothesis_on_an_undeclared_scenario_or_metric_is_refused():
    with pytest.raises(InputError, match="names scenario moon"):
        hypotheses(make_runs(), SCENARIOS, {"h": DECLARED["alignment"] | {"scenario": "moon"}})
    with pytest.raises(InputError, match="no column shine"):
        hypotheses(make_runs(), SCENARIOS, {"h": DECLARED["alignment"] | {"metric": "shine"}})


def test_seeds_written_as_text_give_the_same_tables():
    runs = make_runs(seeds=(1, 2, 10))
    as_text = runs.assign(seed=runs["seed"].astype(str)).sort_values(["method", "seed"])
    one, other = (comparisons(r, SCENARIOS, "full", ["iou"]) for r in (runs, as_text))
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_the_rows_does_not_matter(seed):
    runs = make_runs(seeds=(1, 2, 10), methods=("full", "no_alignment", "unetpp"))
    cross = {"cross_stain": SCENARIOS["cross_stain"]}
    shuffled = runs.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(summary(runs, cross), summary(shuffled, cross))
    pd.testing.assert_frame_equal(comparisons(runs, cross, "full", TWO), comparisons(shuffled, cross, "full", TWO))
    pd.testing.assert_frame_equal(hypotheses(runs, cross, DECLARED), hypotheses(shuffled, cross, DECLARED))


def test_swapping_reference_and_method_negates_the_differences():
    runs = make_runs(methods=("full", "unetpp"))
    one, other = comparisons(runs, SCENARIOS, "full", TWO), comparisons(runs, SCENARIOS, "unetpp", TWO)
    assert one["mean"].to_numpy() == pytest.approx(-other["mean"].to_numpy())
    assert one["ci_low"].to_numpy() == pytest.approx(-other["ci_high"].to_numpy())
    assert one[["p", "p_holm", "p_bh"]].to_numpy() == pytest.approx(other[["p", "p_holm", "p_bh"]].to_numpy())


def test_the_runs_handed_in_are_left_as_they_were():
    runs = make_runs()
    before = runs.copy()
    comparisons(runs, SCENARIOS, "full", TWO)
    pd.testing.assert_frame_equal(runs, before)
