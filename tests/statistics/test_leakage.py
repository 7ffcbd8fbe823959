from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.leakage import leakage_gain
from sgcldff.tables.leakage import LEAKAGE

RATIO = 2 / 7


@pytest.fixture
def split_twice(runs):
    """Runs of two methods on `by_source`, and on `by_image` with 10 points more accuracy in the mean."""

    def build(methods=("full", "thresholding"), seeds=(1, 2, 3, 4, 5)) -> pd.DataFrame:
        own = runs(seeds=seeds, methods=methods)
        parts = []
        for dataset, name, gain in (("jtsc", "by_source", 0.0), ("bccd", "by_image", 0.1)):
            part = own[(own["trained_on"] == dataset) & (own["tested_on"] == dataset)]
            parts.append(part.assign(trained_on=name, tested_on=name, accuracy=part["accuracy"] + gain))
        return pd.concat(parts, ignore_index=True)

    return build


@pytest.fixture
def table_of(measured):
    scenarios = {"in_domain": [["by_source", "by_source"], ["by_image", "by_image"]]}
    return lambda runs: leakage_gain(measured(runs, scenarios), {"honest": "by_source", "inflated": "by_image"})


def test_the_difference_is_that_of_the_same_seeds_in_points(split_twice, table_of, row):
    runs = split_twice()
    found = row(table_of(runs), method="full", metric="accuracy")
    mine = runs[runs["method"] == "full"].pivot(index="seed", columns="trained_on", values="accuracy")
    differences = 100 * (mine["by_image"] - mine["by_source"])
    assert found["mean"] == pytest.approx(differences.mean()) and found["n"] == 5
    assert found["honest"] == pytest.approx(mine["by_source"].mean())
    assert found["inflated"] == pytest.approx(mine["by_image"].mean())
    assert found["inflated_sd"] == pytest.approx(mine["by_image"].std())


def test_the_interval_is_the_one_for_redrawn_splits(split_twice, table_of, row):
    found = row(table_of(split_twice()), method="full", metric="iou")
    half = stats.t.ppf(0.975, 4) * found["sd"] * np.sqrt(1 / 5 + RATIO)
    assert found["basis"] == "redrawn splits"
    assert found["corrected_high"] - found["mean"] == pytest.approx(half)


def test_every_method_and_metric_has_its_row(split_twice, table_of):
    table = table_of(split_twice())
    assert table.columns.tolist() == list(LEAKAGE.columns)
    assert len(table) == 2 * 3


def test_a_method_that_was_run_on_one_of_the_two_has_no_row(split_twice, table_of):
    runs = split_twice()
    alone = runs[(runs["method"] == "full") | (runs["trained_on"] == "by_source")]
    assert set(table_of(alone)["method"]) == {"full"}


def test_a_metric_that_a_method_does_not_give_has_no_row(split_twice, table_of, blank):
    table = table_of(blank(split_twice(), "iou", method="thresholding"))
    assert set(table.loc[table["method"] == "thresholding", "metric"]) == {"accuracy", "f1"}


def test_a_metric_undefined_in_one_seed_is_not_tested_and_said(split_twice, table_of, blank, row):
    table = table_of(blank(split_twice(), "f1", method="full", seed=3, trained_on="by_source"))
    found = row(table, method="full", metric="f1")
    assert np.isnan(found["mean"]) and np.isnan(found["corrected_p"])
    assert found["note"] == "not tested: f1 of full is undefined in by_source→by_source (seed 3)"


def test_other_seeds_on_the_one_than_on_the_other_are_refused(split_twice, table_of):
    runs = split_twice()
    with pytest.raises(InputError, match="full has other seeds in in_domain .by_image→by_image. than in "):
        table_of(runs[(runs["seed"] != 4) | (runs["trained_on"] == "by_source")])


@pytest.mark.filterwarnings("error")
def test_one_seed_gives_the_difference_and_no_test(split_twice, table_of):
    table = table_of(split_twice(seeds=(1,)))
    assert table["mean"].notna().all() and table["p"].isna().all() and table["honest_sd"].isna().all()


def test_where_no_leakage_is_declared_the_table_is_empty(split_twice, measured):
    table = leakage_gain(measured(split_twice(), {}), {})
    assert table.empty and table.columns.tolist() == list(LEAKAGE.columns)
