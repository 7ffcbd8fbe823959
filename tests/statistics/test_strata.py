"""Scores of the images of each kind, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.statistics.strata import strata

# Six images: areas 1 to 6, the last at the border and with two cells; a seventh whose mask shows no cell.
CELLS = pd.DataFrame(
    {
        "dataset": "bccd",
        "image_id": list("abcdefg"),
        "touches_border": [0, 0, 0, 0, 0, 1, 0],
        "area": [1, 2, 3, 4, 5, 6, 0],
        "n_cells": [1, 1, 1, 1, 1, 2, 0],
    }
)


def scored(values: dict[str, float], seed: int = 0, metric: str = "iou", tested_on: str = "bccd") -> pd.DataFrame:
    run = {"trained_on": "bccd", "tested_on": tested_on, "method": "full", "seed": seed, "metric": metric}
    return pd.DataFrame([run | {"image_id": name, "value": value} for name, value in values.items()])


def found(table: pd.DataFrame, stratum: str, metric: str = "iou") -> pd.Series:
    (row,) = table[(table["stratum"] == stratum) & (table["metric"] == metric)].to_dict("records")
    return pd.Series(row)


def test_a_stratum_has_the_mean_and_sd_over_seeds_of_its_images_means():
    table = strata(CELLS, pd.concat([scored({"a": 0.8, "b": 0.6, "f": 0.1}), scored({"a": 0.9, "f": 0.3}, seed=1)]))
    small = found(table, "small")
    assert (small["n_seeds"], small["mean"], small["n_images"]) == (2, pytest.approx((0.7 + 0.9) / 2), 1.5)
    assert small["sd"] == pytest.approx(np.std([0.7, 0.9], ddof=1))
    assert found(table, "at the border")["mean"] == found(table, "several cells")["mean"] == pytest.approx(0.2)


def test_the_terciles_are_those_of_the_dataset_and_not_of_what_a_seed_tested():
    table = strata(CELLS, scored({"e": 0.5, "f": 0.7}))
    assert set(table.loc[table["divided_by"] == "area", "stratum"]) == {"large"}
    assert found(table, "large")["limits"] == "over 4 px"


def test_the_terciles_hold_as_many_images_each():
    table = strata(CELLS, scored(dict.fromkeys("abcdef", 0.5)))
    assert [found(table, stratum)["n_images"] for stratum in ("small", "medium", "large")] == [2, 2, 2]


def test_accuracy_is_that_of_the_images_of_the_stratum():
    table = strata(CELLS, scored({"a": 1.0, "b": 0.0, "f": 1.0}, metric="correct"))
    assert found(table, "whole", "accuracy")["mean"] == 0.5 and found(table, "at the border", "accuracy")["mean"] == 1


def test_an_image_without_a_cell_and_an_undefined_score_are_in_no_stratum():
    table = strata(CELLS, scored({"a": 0.8, "b": np.nan, "g": 0.0}))
    assert found(table, "whole")["n_images"] == 1 and found(table, "whole")["mean"] == 0.8


def test_one_seed_has_no_spread_and_a_stratum_without_an_image_no_row():
    table = strata(CELLS, scored({"a": 0.8}))
    assert np.isnan(found(table, "small")["sd"]) and "several cells" not in set(table["stratum"])


def test_stain_shifted_tests_have_no_strata():
    assert strata(CELLS, scored({"a": 0.8}, tested_on="bccd@hue@1")).empty


def test_strata_stand_in_the_order_of_the_tables():
    table = strata(CELLS, scored(dict.fromkeys("abcdef", 0.5)))
    expected = ["whole", "at the border", "small", "medium", "large", "one cell", "several cells"]
    assert table["stratum"].tolist() == expected
