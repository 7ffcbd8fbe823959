from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from sgcldff.statistics.method_ranks import rank_methods
from sgcldff.statistics.ranks import critical_difference

SCENARIOS = {"in_domain": [("a", "a"), ("b", "b")]}
SCORES = {"ours": 0.9, "theirs": 0.8, "old": 0.5}


@pytest.fixture
def runs() -> pd.DataFrame:
    """Three seeds on two datasets; in seed 2 on b the first two change places."""
    rows = [
        {"trained_on": name, "tested_on": name, "method": method, "seed": seed, "f1": score, "iou": score}
        for (name, seed), (method, score) in product(product("ab", range(3)), SCORES.items())
    ]
    table = pd.DataFrame(rows)
    swapped = (table["trained_on"] == "b") & (table["seed"] == 2) & (table["method"] == "theirs")
    return table.assign(f1=table["f1"].where(~swapped, 0.95))


def of(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    return table[table["metric"] == metric].set_index("method")


def test_a_block_is_a_pair_of_datasets_in_one_seed(runs):
    found = of(rank_methods(runs, SCENARIOS, SCORES), "f1")
    assert found["rank"].round(6).to_dict() == {"ours": round(7 / 6, 6), "theirs": round(11 / 6, 6), "old": 3.0}
    assert found[["blocks", "pairs", "seeds", "methods"]].drop_duplicates().to_numpy().tolist() == [[6, 2, 3, 3]]


def test_letters_join_what_nemenyi_does_not_divide(runs):
    found = of(rank_methods(runs, SCENARIOS, SCORES), "iou")
    assert found["critical"].iloc[0] == pytest.approx(critical_difference(6, 3))  # 1.35
    assert found["groups"].to_dict() == {"ours": "a", "theirs": "ab", "old": "b"}


def test_a_method_without_a_score_in_some_block_drops_out_of_that_metric_alone(runs):
    runs.loc[(runs["method"] == "old") & (runs["seed"] == 1), "f1"] = np.nan
    table = rank_methods(runs, SCENARIOS, SCORES)
    assert set(of(table, "f1").index) == {"ours", "theirs"} and set(of(table, "iou").index) == set(SCORES)


def test_a_pair_without_truth_for_a_metric_drops_out_for_every_method(runs):
    runs.loc[runs["tested_on"] == "b", "iou"] = np.nan
    assert set(of(rank_methods(runs, SCENARIOS, SCORES), "iou")["blocks"]) == {3}


def test_methods_that_are_not_asked_for_have_no_rank(runs):
    assert set(rank_methods(runs, SCENARIOS, ["ours", "theirs"])["method"]) == {"ours", "theirs"}


def test_scenarios_along_an_axis_and_single_blocks_have_no_ranks(runs):
    scenarios = {"stain_hue": [("a", "a@hue")], "one": [("a", "a")]}
    assert rank_methods(runs[runs["seed"] == 0], scenarios, SCORES).empty
