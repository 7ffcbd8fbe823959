from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.scenarios import scopes, values
from sgcldff.tables.truth import lacks

CROSS = {"cross_stain": [["jtsc", "cellavision"], ["cellavision", "jtsc"]]}


def runs(rows):
    columns = ["trained_on", "tested_on", "method", "seed", "n_images", "iou", "auc"]
    return pd.DataFrame(rows, columns=columns)


def values_of(table, scope, metrics, method="full"):
    return values(table, method, scope, metrics, lacks(table))


ROWS = [
    ["jtsc", "cellavision", "full", 1, 100, 0.6, 0.9],
    ["cellavision", "jtsc", "full", 1, 300, 0.8, 0.7],
    ["jtsc", "cellavision", "full", 2, 100, 0.5, np.nan],
    ["cellavision", "jtsc", "full", 2, 300, 0.9, 0.5],
    ["jtsc", "jtsc", "full", 1, 60, 0.1, 0.1],
]


def test_a_scenario_gives_its_average_and_each_of_its_pairs():
    assert [scope.label for scope in scopes(CROSS)] == ["", "jtsc→cellavision", "cellavision→jtsc"]


def test_a_scenario_without_pairs_gives_nothing():
    assert scopes({"cross_stain": []}) == []


@pytest.mark.parametrize("pair", [["jtsc"], "jtsc", ["a", "b", "c"]])
def test_a_pair_that_is_not_two_names_is_refused(pair):
    with pytest.raises(InputError, match="not \\[trained on, tested on\\]"):
        scopes({"cross_stain": [pair]})


def test_a_pair_named_twice_is_refused():
    with pytest.raises(InputError, match="names a pair twice"):
        scopes({"in_domain": [["bccd", "bccd"], ["bccd", "bccd"]]})


def test_the_average_weighs_each_pair_alike_within_a_seed():
    found = values_of(runs(ROWS), scopes(CROSS)[0], ["iou"])
    assert found.seeds.tolist() == [1, 2]
    assert found.of("iou").tolist() == pytest.approx([0.7, 0.7])
    assert found.n_images.tolist() == [400, 400]


def test_a_pair_by_itself_takes_its_own_runs_alone():
    found = values_of(runs(ROWS), scopes(CROSS)[1], ["iou"])
    assert found.of("iou").tolist() == [0.6, 0.5]
    assert found.n_images.tolist() == [100, 100]


def test_a_seed_that_lacks_a_pair_is_refused_and_not_averaged_over_the_rest():
    with pytest.raises(InputError, match="Seed 2 of full has no run for cellavision→jtsc"):
        values_of(runs(ROWS[:3]), scopes(CROSS)[0], ["iou"])


def test_an_undefined_score_leaves_its_seed_undefined_and_is_named():
    found = values_of(runs(ROWS), scopes(CROSS)[0], ["auc"])
    assert found.of("auc").tolist() == pytest.approx([0.8, np.nan], nan_ok=True)
    assert found.undefined("auc") == "auc of full is undefined in jtsc→cellavision (seed 2)"


def test_a_metric_that_a_method_never_has_gives_nothing():
    rows = runs([[*row[:5], np.nan, row[6]] for row in ROWS])
    assert values_of(rows, scopes(CROSS)[0], ["iou"]).of("iou") is None


def test_a_method_that_was_not_run_gives_nothing():
    assert values_of(runs(ROWS), scopes(CROSS)[0], ["iou"], method="unetpp") is None


def test_seeds_stand_in_numeric_order():
    rows = runs([["jtsc", "cellavision", "full", seed, 100, seed / 100, 0.5] for seed in (10, 2, 1)])
    assert values_of(rows, scopes(CROSS)[1], ["iou"]).seeds.tolist() == [1, 2, 10]


def annotated(*counts):
    """Runs of two seeds in both directions, with so many images with masks in each: [onto cellavision, onto jtsc]."""
    table = runs(ROWS[:4])
    return table.assign(n_annotated=[*counts] * 2, n_labelled=100)


def test_a_pair_of_which_fewer_than_five_images_have_masks_takes_no_part_in_the_mean_iou():
    found = values_of(annotated(4, 300), scopes(CROSS)[0], ["iou", "auc"])
    assert found.of("iou").tolist() == [0.8, 0.9]
    assert found.without("iou") == "without jtsc→cellavision: fewer than 5 images with masks"


def test_five_images_with_masks_are_enough():
    found = values_of(annotated(5, 300), scopes(CROSS)[0], ["iou"])
    assert found.of("iou").tolist() == pytest.approx([0.7, 0.7]) and found.without("iou") == ""


def test_fewer_than_five_in_one_seed_leave_the_pair_out_in_every_seed():
    table = annotated(100, 300)
    table.loc[0, "n_annotated"] = 4
    assert values_of(table, scopes(CROSS)[0], ["iou"]).of("iou").tolist() == [0.8, 0.9]


def test_the_pair_by_itself_shows_what_its_few_images_give():
    found = values_of(annotated(4, 300), scopes(CROSS)[1], ["iou"])
    assert found.of("iou").tolist() == [0.6, 0.5] and found.without("iou") == ""


def test_metrics_of_classes_ask_for_no_masks():
    found = values_of(annotated(4, 300), scopes(CROSS)[0], ["auc"])
    assert found.pairs("auc") == [("jtsc", "cellavision"), ("cellavision", "jtsc")] and found.without("auc") == ""


def test_a_mean_says_apart_which_pairs_have_no_masks_and_which_have_few():
    three = {"onto": [["jtsc", "cellavision"], ["cellavision", "jtsc"], ["jtsc", "jtsc"]]}
    scope = scopes(three, redrawn=())[0]
    table = runs([ROWS[0], ROWS[1], ROWS[4]]).assign(n_annotated=[0, 2, 9], n_labelled=9)
    found = values_of(table, scope, ["iou"])
    assert found.of("iou").tolist() == [0.1]
    assert found.without("iou") == (
        "without jtsc→cellavision: no masks; without cellavision→jtsc: fewer than 5 images with masks"
    )
