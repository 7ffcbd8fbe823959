from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgcldff.errors import InputError
from sgcldff.statistics.crossed import crossed_test
from sgcldff.statistics.long_table import as_json, compared
from sgcldff.statistics.resampled import corrected_test

KEYS = ["n", "mean", "sd", "t", "df", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin", "d_z", "g_z"]
KEYS += ["p_wilcoxon", "p_sign_flip", "power", "pairs_needed", "pairs_needed_low", "pairs_needed_high"]
VERDICT = ["bound", "verdict", "decided_by", "fragile"]
FULL, OTHER = [0.82, 0.81, 0.85, 0.83, 0.84], [0.80, 0.80, 0.81, 0.79, 0.83]


def table(full=FULL, other=OTHER, metric="iou"):
    rows = [("full", seed, metric, value) for seed, value in enumerate(full)]
    rows += [("other", seed, metric, value) for seed, value in enumerate(other)]
    return pd.DataFrame(rows, columns=["method", "seed", "metric", "value"])


def by_image(seeds=3, images=4):
    random = np.random.default_rng(0)
    rows = [
        (method, seed, "iou", f"p{image}", random.uniform(0.6, 0.9))
        for method in ("full", "other")
        for seed in range(seeds)
        for image in range(images)
    ]
    return pd.DataFrame(rows, columns=["method", "seed", "metric", "image", "value"])


def judged(frame, margin=0.0, **options):
    found = compared(frame, "full", "other", "iou", margin=margin, **options).comparison
    return as_json(found, margin)


def test_fractions_give_points():
    assert judged(table())["mean"] == pytest.approx(2.4)


def test_other_units_are_taken_as_they_are():
    frame = table([4, 7, 8, 6, 3, 2], [6, 8, 7, 10, 11, 9])
    assert judged(frame)["mean"] == pytest.approx(-3.5)
    assert judged(frame)["p"] == pytest.approx(0.0583293, abs=1e-7)


def test_scores_below_zero_and_a_rounding_above_one_are_fractions_still():
    assert judged(table([-0.1, 0.2, 0.3, 0.1, 0.9], [-0.3, 0.1, 0.1, 0.2, 1.0000001]))["mean"] == pytest.approx(6)


def test_percentages_that_are_scaled_again_are_noted():
    found = compared(table([82, 81, 85, 83, 84], [80, 80, 81, 79, 83]), "full", "other", "iou", scale=100).comparison
    assert found.note.startswith("values above 1 were multiplied by 100")


def test_a_column_of_images_that_this_metric_leaves_empty_is_none():
    both = pd.concat([table().assign(image=""), by_image().assign(metric="dice")])
    assert judged(both) == judged(table())


def test_where_a_ratio_is_given_the_corrected_test_decides():
    frame = table([0.82, 0.81, 0.85, 0.83, 0.84], [0.80, 0.80, 0.81, 0.79, 0.83])
    plain, both = judged(frame, margin=0.9), judged(frame, margin=0.9, test_train_ratio=0.2)
    assert plain["lower_bound"] > 0.9 and plain["verdict"] == "SUPPORTED"
    assert both["lower_bound"] == plain["lower_bound"] and both["verdict"] == "DIRECTION ONLY"


def test_the_bound_that_decided_is_that_of_the_deciding_test():
    plain, corrected = judged(table(), margin=0.9), judged(table(), margin=0.9, test_train_ratio=0.2)
    assert (plain["decided_by"], plain["bound"]) == ("lower bound", plain["lower_bound"])
    assert (corrected["decided_by"], corrected["bound"]) == ("lower bound", corrected["corrected"]["lower_bound"])
    refuted = judged(table(OTHER[::-1], FULL), margin=1.0)
    assert (refuted["decided_by"], refuted["bound"]) == ("upper bound", refuted["upper_bound"])
    undecided = judged(table(OTHER[::-1], OTHER), margin=0.0)
    assert (undecided["verdict"], undecided["bound"], undecided["fragile"]) == ("INCONCLUSIVE", None, "")


def test_a_fragile_verdict_says_why():
    assert judged(table(), margin=0.9)["fragile"] == "one seed decides"
    assert judged(table(), margin=-1.0)["fragile"] == ""


def test_the_seeds_that_would_decide_are_null_where_no_number_would():
    found = judged(table(), margin=1.5)
    assert found["pairs_needed_low"] < found["pairs_needed"] and found["pairs_needed_high"] is None


def test_a_scale_that_is_given_is_used():
    assert judged(table(), scale=1)["mean"] == pytest.approx(0.024)


def test_the_keys_are_those_that_are_promised():
    assert list(judged(table())) == [*KEYS, *VERDICT]
    assert list(judged(table(), test_train_ratio=0.25)) == [*KEYS, "corrected", *VERDICT]
    crossed = judged(by_image())
    assert list(crossed) == [*KEYS, "crossed", *VERDICT]
    assert list(crossed["crossed"]) == ["mean", "se", "df", "p", "ci_low", "ci_high"]


def test_a_ratio_gives_the_corrected_test():
    found = judged(table(), test_train_ratio=0.25)
    expected = corrected_test(found["mean"], found["sd"], 5, 0.25)
    assert found["corrected"] == {name: getattr(expected, name) for name in found["corrected"]}
    assert {"t", "df", "p", "ci_low", "lower_bound"} <= set(found["corrected"])


def test_images_give_the_mean_over_them_and_the_crossed_test():
    frame = by_image()
    cells = frame.pivot_table(index="seed", columns=["method", "image"], values="value")
    grid = 100 * (cells["full"] - cells["other"]).to_numpy()
    found, expected = judged(frame), crossed_test([grid])
    assert found["mean"] == pytest.approx(grid.mean()) and found["n"] == 3
    assert found["crossed"]["se"] == pytest.approx(expected.se) and found["crossed"]["p"] == pytest.approx(expected.p)


def test_images_that_change_with_the_seed_are_not_crossed():
    frame = by_image()
    frame["image"] = frame["image"] + "-" + frame["seed"].astype(str)
    found = compared(frame, "full", "other", "iou").comparison
    assert "crossed" not in as_json(found, 0.0) and "no crossed analysis" in found.note


def test_what_does_not_exist_is_null_and_the_rest_is_valid_json():
    found = judged(table(FULL[:2], OTHER[:2]))
    assert found["g_z"] is None
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_other_methods_and_metrics_do_not_matter():
    more = table([0.1, np.nan], [50, 60]).assign(metric="loss")
    third = table().assign(method="third", value="text")
    assert judged(pd.concat([table(), more, third])) == judged(table())


@pytest.mark.parametrize(
    ("margin", "expected"), [(0.5, "SUPPORTED"), (2.0, "DIRECTION ONLY"), (1.0, "DIRECTION ONLY"), (-3, "SUPPORTED")]
)
def test_the_verdict_is_that_of_the_lower_bound(margin, expected):
    found = judged(table(), margin=margin)
    assert found["verdict"] == expected
    assert (found["p_margin"] < 0.05) == (found["lower_bound"] > margin)


def test_seeds_as_text_are_paired_as_numbers():
    seeds = [str(seed) for seed in range(1, 12)]
    frame = table(np.linspace(0.5, 0.6, 11), np.linspace(0.4, 0.55, 11) ** 2)
    as_text = frame.assign(seed=2 * seeds, value=frame["value"].map(repr)).sort_values(["method", "seed"])
    assert judged(as_text) == judged(frame)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_the_rows_does_not_matter(seed):
    frame = by_image()
    one, other = judged(frame.sample(frac=1, random_state=seed)), judged(frame)
    assert one["mean"] == pytest.approx(other["mean"]) and one["p"] == pytest.approx(other["p"])
    assert one["crossed"] == pytest.approx(other["crossed"])


def test_swapping_the_methods_negates():
    there = compared(table(), "full", "other", "iou").comparison
    back = compared(table(), "other", "full", "iou").comparison
    one, other = as_json(there, 0.0), as_json(back, 0.0)
    for left, right in (("mean", "mean"), ("t", "t"), ("ci_low", "ci_high"), ("d_z", "d_z")):
        assert one[left] == pytest.approx(-other[right])
    assert one["p"] == other["p"] and one["p_sign_flip"] == other["p_sign_flip"]


@pytest.mark.parametrize("value", ["mean", "sd", "ci_low", "lower_bound"])
def test_scaling_scales(value):
    assert judged(table(), scale=100)[value] == pytest.approx(100 * judged(table(), scale=1)[value])


@pytest.mark.parametrize("value", ["t", "p", "d_z", "p_wilcoxon", "p_sign_flip"])
def test_what_has_no_unit_does_not_scale(value):
    assert judged(table(), scale=100)[value] == pytest.approx(judged(table(), scale=1)[value])


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (
            table().drop(columns="seed"),
            r"There is no column seed \(there are: method, metric, value\): name .* --pair-by",
        ),
        (table().iloc[:0], "The table has no rows"),
        (table(metric="f1"), "There is no metric 'iou': known are f1"),
        (table().replace("other", "another"), "There is no method 'other': did you mean 'another'"),
        (table(FULL[:4]), "iou of other has value for seed 4 and iou of full does not"),
        (table(other=OTHER[:4]), "iou of full has value for seed 4 and iou of other does not"),
        (pd.concat([table(), table().head(1)]), "iou of full has two rows for seed 0: keep one"),
        (table([*FULL[:4], np.nan]), "full, seed 4 has 'nan' for value"),
        (table([*FULL[:4], "n/a"]), "full, seed 4 has 'n/a' for value, which is no finite number"),
        (table([*FULL[:4], np.inf]), "full, seed 4 has 'inf' for value"),
        (
            table([82, 81, 85, 83, 84]),
            r"iou mixes percentages \(full, seed 0: 82\) with fractions \(other, seed 0: 0.8\)",
        ),
        (table([*FULL[:4], 84]), "iou mixes percentages"),
        (table(OTHER), "is the same in all 5 seeds"),
        (table([0.81, 0.82, 0.83, 0.84, 0.85], [0.79, 0.80, 0.81, 0.82, 0.83]), "is the same in all 5 seeds"),
        (table(FULL[:1], OTHER[:1]), "has 1 seed: a test needs at least 2"),
        (table().assign(seed=2 * ["", 1, 2, 3, 4]), "full has a row without seed"),
        (by_image().iloc[1:], "iou of other has value for .seed, image. 0 p0 and iou of full does not"),
        (pd.concat([by_image(), by_image().tail(1)]), "two rows for .seed, image. 2 p3"),
        (by_image().replace("p2", ""), "full, seed 0 has a row without image: fill in all or none"),
    ],
)
def test_what_cannot_be_paired_is_refused_in_a_sentence(frame, sentence):
    with pytest.raises(InputError, match=sentence):
        compared(frame, "full", "other", "iou")


def test_a_list_of_images_in_a_sentence_is_short():
    with pytest.raises(InputError, match=r"0 p0, 0 p1, 0 p2, 0 p3, 0 p4 and 35 more and iou of full does not"):
        frame = by_image(seeds=2, images=40)
        compared(frame[(frame["method"] == "other") | (frame["seed"] == 1)], "full", "other", "iou")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"scale": 0}, "The scale is 0"),
        ({"margin": np.nan}, "margin"),
        ({"test_train_ratio": -1}, "ratio of test"),
        ({"test_train_ratio": 0}, "ratio of test"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        compared(table(), "full", "other", "iou", **options)


def test_a_method_is_not_compared_with_itself():
    with pytest.raises(InputError, match="compared with itself"):
        compared(table(), "full", "full", "iou")


def test_small_values_that_are_no_percentages_are_not_taken_for_mixed():
    hours = table(
        [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30],
        [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29],
    )
    assert judged(hours)["p_wilcoxon"] == pytest.approx(2 * 0.01953125)


def test_a_fraction_in_a_single_image_among_percentages_is_refused():
    frame = by_image()
    frame["value"] *= 100
    frame.loc[2, "value"] /= 100
    with pytest.raises(InputError, match=r"mixes percentages \(full, seed 0: .*\) with fractions \(full, seed 0: 0"):
        judged(frame)


def test_images_that_were_missed_altogether_are_no_fractions():
    frame = by_image()
    frame["value"] *= 100
    frame.loc[2, "value"] = 0
    assert judged(frame)["n"] == 3


def test_counts_are_no_percentages():
    assert judged(table([1, 25, 40, 33, 18], [20, 24, 30, 35, 1]))["n"] == 5
