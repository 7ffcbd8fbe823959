from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sgcldff.config.declared import Hypothesis
from sgcldff.errors import InputError
from sgcldff.statistics.against_reference import compare_with_reference
from sgcldff.statistics.multiplicity import benjamini_hochberg
from sgcldff.tables.comparisons import TESTS
from sgcldff.tables.runs import METRICS

TWO = ["iou", "auc"]
STATISTICS = ["sd", "t", "df", "p", "ci_low", "ci_high", "d_z", "g_z", "p_bh", "corrected_p", "power", "p_equivalence"]
ALIGNMENT = {
    "alignment": Hypothesis(
        title="Alignment helps across stains",
        reference="full",
        against="no_alignment",
        metric="iou",
        scenario="cross_stain",
        margin=2,
        direction="greater",
        family="robustness",
    )
}


def test_a_comparison_is_the_paired_test_of_the_seed_averages_in_points(runs, measured, row):
    table = runs()
    cross = table[table["trained_on"].ne("bccd") & table["tested_on"].ne("bccd")]
    means = cross[cross["trained_on"] != cross["tested_on"]].groupby(["method", "seed"])["iou"].mean()
    expected = stats.ttest_rel(means["full"], means["unetpp"])
    all_rows = compare_with_reference(measured(table), "full", {}, metrics=TWO)
    found = row(all_rows, scenario="cross_stain", pair="", metric="iou", against="unetpp")
    assert (found["t"], found["p"]) == pytest.approx((expected.statistic, expected.pvalue))
    assert found["mean"] == pytest.approx(100 * (means["full"] - means["unetpp"]).mean())
    assert found["n"] == 5


def test_every_other_method_is_compared_in_every_average_and_pair(runs, measured):
    table = compare_with_reference(measured(runs()), "full", {})
    assert len(table) == (4 + 3) * 3 * len(METRICS)
    assert "full" not in set(table["against"])


def test_in_domain_the_correction_for_redrawn_splits_decides_and_across_datasets_the_seeds_do(runs, measured):
    table = compare_with_reference(measured(runs()), "full", {}, metrics=TWO)
    own = table["scenario"] == "in_domain"
    assert set(table[own]["basis"]) == {"redrawn splits"} and set(table[~own]["basis"]) == {"seeds"}
    assert (table[own]["corrected_p"] > table[own]["p"]).all() and table[~own]["corrected_p"].isna().all()


def test_a_scenario_of_both_kinds_of_tests_is_refused(runs, measured):
    with pytest.raises(InputError, match="Scenario mixed mixes tests on the own dataset with tests on others"):
        measured(runs(), {"mixed": [["jtsc", "jtsc"], ["jtsc", "bccd"]]})


def test_images_that_repeat_over_the_seeds_are_crossed_with_them(runs, measured, images, row):
    table = runs()
    found = compare_with_reference(measured(table, scores=images(table)), "full", {}, metrics=TWO)
    crossed = row(found, scenario="cross_stain", pair="jtsc→cellavision", metric="iou", against="unetpp")
    assert crossed["crossed_mean"] == pytest.approx(crossed["mean"])
    assert crossed["n_images"] == 12 and crossed["crossed_se"] > 0 and crossed["sd_residual"] > 0


def test_the_crossed_mean_of_a_scenario_is_its_mean(runs, measured, images, row):
    table = runs()
    found = compare_with_reference(measured(table, scores=images(table)), "full", {}, metrics=["iou"])
    average = row(found, scenario="cross_stain", pair="", metric="iou", against="unetpp")
    assert average["crossed_mean"] == pytest.approx(average["mean"]) and average["n_images"] == 24


def test_redrawn_test_subsets_and_metrics_without_scores_of_images_are_not_crossed(runs, measured, images):
    table = runs()
    found = compare_with_reference(measured(table, scores=images(table)), "full", {}, metrics=TWO)
    uncrossed = found[(found["scenario"] == "in_domain") | (found["metric"] == "auc")]
    assert uncrossed["crossed_p"].isna().all()


def test_benjamini_hochberg_runs_over_the_whole_table_on_the_p_that_decides(runs, measured):
    table = compare_with_reference(measured(runs()), "full", {}, metrics=TWO)
    deciding = table["corrected_p"].where(table["scenario"] == "in_domain", table["p"])
    assert table["p_bh"].to_numpy() == pytest.approx(benjamini_hochberg(deciding.to_numpy()))


def test_a_comparison_listed_under_two_scenarios_counts_once(runs, measured):
    table = runs()
    pairs = {"cross_stain": [["jtsc", "cellavision"], ["cellavision", "jtsc"]]}
    once = compare_with_reference(measured(table, pairs), "full", {}, metrics=TWO)
    twice = compare_with_reference(measured(table, pairs | {"shift": pairs["cross_stain"]}), "full", {}, metrics=TWO)
    assert twice["p_bh"].to_numpy()[: len(once)] == pytest.approx(once["p_bh"].to_numpy())


def test_a_declared_hypothesis_is_not_among_the_exploratory_comparisons(runs, measured):
    table = compare_with_reference(measured(runs()), "full", ALIGNMENT, metrics=TWO)
    declared = table["family"] == "robustness"
    assert table[declared][["scenario", "pair", "metric", "against"]].values.tolist() == [
        ["cross_stain", "", "iou", "no_alignment"]
    ]
    assert table[declared]["p_bh"].isna().all() and table[~declared]["p_bh"].notna().all()


def test_a_declared_test_is_not_exploratory_under_another_name_either(runs, measured):
    pairs = [["jtsc", "cellavision"]]
    twice = {"cross_stain": pairs, "shift": pairs}
    swapped = {"less": ALIGNMENT["alignment"].model_copy(update={"reference": "no_alignment", "against": "full"})}
    for declared in (ALIGNMENT, swapped):
        table = compare_with_reference(measured(runs(), twice), "full", declared, metrics=["iou"])
        same = table[table["against"] == "no_alignment"]
        assert len(same) == 4 and set(same["family"]) == {"robustness"} and same["p_bh"].isna().all()


def test_controls_take_no_part_in_the_correction(runs, measured):
    table, everything = runs(), measured(runs())
    found = compare_with_reference(everything, "full", {}, controls=["chance"], metrics=TWO)
    without = compare_with_reference(measured(table[table["method"] != "chance"]), "full", {}, metrics=TWO)
    control = found["against"] == "chance"
    assert set(found[control]["family"]) == {"control"} and found[control]["p_bh"].isna().all()
    assert found[~control]["p_bh"].to_numpy() == pytest.approx(without["p_bh"].to_numpy())


@pytest.mark.filterwarnings("error")
def test_one_seed_gives_means_and_a_note_and_no_p(runs, measured):
    found = compare_with_reference(measured(runs(seeds=(1,))), "full", {}, metrics=TWO)
    assert found["mean"].notna().all() and found[STATISTICS].isna().all(axis=None)
    assert set(found["note"]) == {"1 pair: a test needs at least 2"}


def test_a_method_that_does_not_segment_has_no_rows_for_masks(runs, measured, blank):
    found = compare_with_reference(measured(blank(runs(), "iou", method="chance")), "full", {})
    assert "iou" not in set(found[found["against"] == "chance"]["metric"])
    assert "dice" in set(found[found["against"] == "chance"]["metric"])


def test_a_score_undefined_in_one_seed_is_not_tested_and_said(runs, measured, blank, row):
    table = blank(runs(), "auc", method="full", seed=3, trained_on="jtsc", tested_on="jtsc")
    found = compare_with_reference(measured(table), "full", {}, metrics=TWO)
    for pair in ("", "jtsc→jtsc"):
        one = row(found, scenario="in_domain", pair=pair, metric="auc", against="unetpp")
        assert np.isnan(one[["mean", *STATISTICS]].astype(float)).all() and one["n"] == 4
        assert one["note"] == "not tested: auc of full is undefined in jtsc→jtsc (seed 3)"
    assert row(found, scenario="in_domain", pair="bccd→bccd", metric="auc", against="unetpp")["note"] == ""


def test_a_constant_difference_is_said_and_takes_part_in_no_correction(runs, measured):
    table = runs(methods=("full", "unetpp", "chance"))
    same = table[table["method"] == "full"].assign(method="no_alignment")
    found = compare_with_reference(measured(pd.concat([table, same])), "full", {}, metrics=TWO)
    constant = found[found["against"] == "no_alignment"]
    assert constant["p"].isna().all() and constant["p_bh"].isna().all() and (constant["mean"] == 0).all()
    assert set(constant["note"]) == {"the difference is the same in every pair: no test"}
    others = found[found["against"] != "no_alignment"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, compare_with_reference(measured(table), "full", {}, metrics=TWO))


@pytest.mark.filterwarnings("error")
def test_a_method_that_is_absent_and_no_runs_give_no_row(runs, measured):
    table = runs(seeds=(1,))
    assert compare_with_reference(measured(table), "no_saliency", {}).empty
    assert compare_with_reference(measured(table.iloc[:0]), "full", {}).empty
    assert compare_with_reference(measured(table, {}), "full", {}).empty


def test_a_method_with_other_seeds_is_refused(runs, measured):
    table = runs()
    fewer = table[(table["method"] != "unetpp") | (table["seed"] != 5)]
    with pytest.raises(InputError, match="full in in_domain has runs for seed 5 and unetpp does not"):
        compare_with_reference(measured(fewer), "full", {})


def test_a_method_scored_on_other_images_is_refused(runs, measured, images):
    table = runs()
    scores = images(table)
    other = (scores["method"] == "unetpp") & (scores["image_id"] == "jtsc-03")
    scores.loc[other, "image_id"] = "jtsc-99"
    with pytest.raises(InputError, match="not scored on the same images and seeds in cellavision→jtsc"):
        compare_with_reference(measured(table, scores=scores), "full", {}, metrics=["iou"])


def test_an_image_scored_twice_is_refused(runs, measured, images):
    table = runs()
    scores = images(table)
    with pytest.raises(InputError, match="two rows for iou of chance"):
        compare_with_reference(measured(table, scores=pd.concat([scores, scores.tail(1)])), "full", {}, metrics=["iou"])


def test_an_image_without_a_value_leaves_its_comparisons_uncrossed(runs, measured, images, row):
    table = runs()
    scores = images(table)
    at = (scores["method"] == "unetpp") & (scores["image_id"] == "jtsc-03") & (scores["seed"] == 2)
    scores.loc[at, "value"] = np.nan
    found = compare_with_reference(measured(table, scores=scores), "full", {}, metrics=["iou"])
    missing = row(found, scenario="cross_stain", pair="cellavision→jtsc", metric="iou", against="unetpp")
    assert np.isnan(missing["crossed_p"])
    assert missing["note"] == "no crossed analysis: iou is undefined for an image in some run"
    assert np.isfinite(
        row(found, scenario="cross_stain", pair="cellavision→jtsc", metric="iou", against="chance")["crossed_p"]
    )


@pytest.mark.parametrize("wrong", ["per cent", "fewer seeds"])
def test_scores_of_images_that_do_not_come_to_those_of_the_runs_are_refused(runs, measured, images, wrong):
    table = runs()
    scores = images(table)
    scores = scores.assign(value=100 * scores["value"]) if wrong == "per cent" else scores[scores["seed"] < 4]
    with pytest.raises(InputError, match="in the runs, and .* in the scores of images: score the predictions again"):
        compare_with_reference(measured(table, scores=scores), "full", {}, metrics=["iou"])


def test_seeds_written_as_text_give_the_same_table(runs, measured):
    table = runs(seeds=(1, 2, 10))
    as_text = table.assign(seed=table["seed"].astype(str)).sort_values(["method", "seed"])
    one, other = (compare_with_reference(measured(each), "full", {}, metrics=["iou"]) for each in (table, as_text))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_the_rows_does_not_matter(runs, measured, images, seed):
    table = runs(seeds=(1, 2, 10))
    scores = images(table)
    shuffled = measured(table.sample(frac=1, random_state=seed), scores=scores.sample(frac=1, random_state=seed))
    one = compare_with_reference(measured(table, scores=scores), "full", ALIGNMENT, metrics=TWO)
    pd.testing.assert_frame_equal(one, compare_with_reference(shuffled, "full", ALIGNMENT, metrics=TWO))


def test_swapping_reference_and_method_negates_the_differences(runs, measured, images):
    table = runs(methods=("full", "unetpp"))
    benchmark = measured(table, scores=images(table))
    one, other = (compare_with_reference(benchmark, method, {}, metrics=TWO) for method in ("full", "unetpp"))
    for left, right in (("mean", "mean"), ("ci_low", "ci_high"), ("corrected_low", "corrected_high"), ("d_z", "d_z")):
        assert one[left].to_numpy() == pytest.approx(-other[right].to_numpy(), nan_ok=True)
    alike = ["p", "p_bh", "corrected_p", "crossed_p", "crossed_se", "p_wilcoxon", "p_sign_flip", "p_equivalence"]
    alike += ["power", "pairs_needed"]
    assert one[alike].to_numpy(float) == pytest.approx(other[alike].to_numpy(float), nan_ok=True)


def test_the_runs_handed_in_are_left_as_they_were(runs, measured):
    table = runs()
    before = table.copy()
    compare_with_reference(measured(table), "full", {}, metrics=TWO)
    pd.testing.assert_frame_equal(table, before)


def test_every_column_of_a_comparison_is_in_the_table(runs, measured):
    assert set(TESTS) <= set(compare_with_reference(measured(runs()), "full", {}, metrics=["iou"]))
