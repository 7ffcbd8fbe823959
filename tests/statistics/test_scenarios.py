from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.scenarios import scopes, values

CROSS = {"cross_stain": [["jtsc", "cellavision"], ["cellavision", "jtsc"]]}


def runs(rows):
    columns = ["trained_on", "tested_on", "method", "seed", "n_images", "iou", "auc"]
    return pd.DataFrame(rows, columns=columns)


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
    found = values(runs(ROWS), "full", scopes(CROSS)[0], ["iou"])
    assert found.seeds.tolist() == [1, 2]
    assert found.of("iou").tolist() == pytest.approx([0.7, 0.7])
    assert found.n_images.tolist() == [400, 400]


def test_a_pair_by_itself_takes_its_own_runs_alone():
    found = values(runs(ROWS), "full", scopes(CROSS)[1], ["iou"])
    assert found.of("iou").tolist() == [0.6, 0.5]
    assert found.n_images.tolist() == [100, 100]


def test_a_seed_that_lacks_a_pair_is_refused_and_not_averaged_over_the_rest():
    with pytest.raises(InputError, match="Seed 2 of full has no run for cellavision→jtsc"):
        values(runs(ROWS[:3]), "full", scopes(CROSS)[0], ["iou"])


def test_an_undefined_score_leaves_its_seed_undefined_and_is_named():
    found = values(runs(ROWS), "full", scopes(CROSS)[0], ["auc"])
    assert found.of("auc").tolist() == pytest.approx([0.8, np.nan], nan_ok=True)
    assert found.undefined("auc") == "auc of full is undefined in jtsc→cellavision (seed 2)"


def test_a_metric_that_a_method_never_has_gives_nothing():
    rows = runs([[*row[:5], np.nan, row[6]] for row in ROWS])
    assert values(rows, "full", scopes(CROSS)[0], ["iou"]).of("iou") is None


def test_a_method_that_was_not_run_gives_nothing():
    assert values(runs(ROWS), "unetpp", scopes(CROSS)[0], ["iou"]) is None


def test_seeds_stand_in_numeric_order():
    rows = runs([["jtsc", "cellavision", "full", seed, 100, seed / 100, 0.5] for seed in (10, 2, 1)])
    assert values(rows, "full", scopes(CROSS)[1], ["iou"]).seeds.tolist() == [1, 2, 10]
