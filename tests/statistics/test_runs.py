from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.runs import checked_runs


def runs(**changed):
    columns = {
        "trained_on": ["bccd"] * 2,
        "tested_on": ["bccd"] * 2,
        "method": ["full", "unetpp"],
        "seed": [1, 1],
        "n_images": [60, 60],
        "iou": [0.9, 0.8],
    }
    return pd.DataFrame(columns | changed)


def test_seeds_and_scores_written_as_text_are_read_as_numbers():
    checked = checked_runs(runs(seed=["1", "10"], iou=["0.9", "0.8"]), ["iou"])
    assert checked["seed"].tolist() == [1, 10] and checked["seed"].dtype == "int64"
    assert checked["iou"].tolist() == [0.9, 0.8]


def test_an_empty_cell_is_a_missing_score():
    assert np.isnan(checked_runs(runs(iou=[0.9, None]), ["iou"])["iou"].iloc[1])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"iou": [0.9, "high"]}, "'high' in iou, which is no number"),
        ({"iou": [0.9, 81.0]}, "iou of unetpp, bccd→bccd, seed 1 lies outside 0 to 1"),
        ({"iou": [0.9, -0.1]}, "lies outside 0 to 1"),
        ({"iou": [0.9, np.inf]}, "lies outside 0 to 1"),
        ({"seed": [1, 1.5]}, "a seed that is no whole number"),
        ({"seed": [1, None]}, "row without"),
        ({"n_images": [60, None]}, "a n_images that is no whole number"),
        ({"method": ["full", "full"]}, "two rows for full, bccd→bccd, seed 1"),
        ({"n_images": [60, 59]}, "another number of images"),
    ],
)
def test_a_wrong_table_is_refused_with_a_sentence(changed, sentence):
    with pytest.raises(InputError, match=sentence):
        checked_runs(runs(**changed), ["iou"])


def test_a_distance_in_pixels_and_a_brier_score_may_exceed_one():
    checked = checked_runs(runs(hd95=[12.5, 0.0], brier=[1.9, 0.1]), ["hd95", "brier"])
    assert checked["hd95"].tolist() == [12.5, 0.0] and checked["brier"].tolist() == [1.9, 0.1]


def test_a_brier_score_beyond_two_is_refused():
    with pytest.raises(InputError, match="brier of full, bccd→bccd, seed 1 lies outside 0 to 2"):
        checked_runs(runs(brier=[2.1, 0.1]), ["brier"])


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no column dice"):
        checked_runs(runs(), ["iou", "dice"])
