"""The area under a robustness curve is a run like any other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.evaluation.stain_curves import area_rows

HUE = {"hue": [0.25, 0.5, 1.0]}


def run(tested_on: str, f1: float, trained_on: str = "bccd", method: str = "full", seed: int = 0, **scores: float):
    keys = {"trained_on": trained_on, "tested_on": tested_on, "method": method, "seed": seed}
    return keys | {"n_images": 60, "n_neutrophil": 20, "f1": f1, "iou": 0.5, "iou_neutrophil": 0.25} | scores


def curve(dataset: str = "bccd", values=(0.9, 0.8, 0.6, 0.2), axis: str = "hue", **keys) -> list[dict]:
    names = [dataset, *(f"{dataset}@{axis}@{level}" for level in ("0.25", "0.5", "1"))]
    return [run(name, value, **keys) for name, value in zip(names, values, strict=True)]


def table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"n_images": "Int64", "n_neutrophil": "Int64"})


def test_a_score_is_the_mean_height_of_its_curve_by_the_trapezoid_rule():
    area = area_rows(table(*curve()), HUE)
    assert list(area["tested_on"]) == ["bccd@hue"]
    assert area["f1"].item() == pytest.approx(0.25 * 0.85 + 0.25 * 0.7 + 0.5 * 0.4)


def test_a_score_that_never_changes_is_its_own_area_however_long_the_axis():
    runs = table(*curve(values=(0.7, 0.7, 0.7, 0.7)))
    assert area_rows(runs, HUE)[["f1", "iou", "iou_neutrophil"]].to_numpy() == pytest.approx(
        np.array([[0.7, 0.5, 0.25]])
    )
    short = runs[runs["tested_on"] != "bccd@hue@1"]
    assert area_rows(short, {"hue": [0.25, 0.5]})["f1"].item() == pytest.approx(0.7)


def test_the_order_of_levels_and_of_runs_makes_no_difference():
    runs = table(*curve(), *curve(seed=1, values=(0.5, 0.4, 0.3, 0.2)))
    areas = [area_rows(frame, axes) for frame, axes in ((runs, HUE), (runs[::-1], {"hue": [1.0, 0.25, 0.5]}))]
    pd.testing.assert_frame_equal(*(area.sort_values("seed", ignore_index=True) for area in areas))


def test_the_columns_and_kinds_are_those_of_the_runs_and_counts_are_level_0s():
    runs = table(*curve())
    runs.loc[1:, "n_images"] = 7
    area = area_rows(runs, HUE)
    pd.testing.assert_series_equal(area.dtypes, runs.dtypes)
    assert area["n_images"].item() == 60


def test_a_score_that_is_undefined_at_one_level_has_no_area_and_the_others_keep_theirs():
    rows = curve()
    rows[2]["f1"] = np.nan
    area = area_rows(table(*rows), HUE)
    assert np.isnan(area["f1"].item()) and area["iou"].item() == pytest.approx(0.5)


def test_every_fit_dataset_and_axis_has_its_own_area():
    rows = [
        *curve(),
        *curve(seed=1),
        *curve(method="unetpp"),
        *curve("jtsc", trained_on="jtsc"),
        *curve("jtsc", trained_on="pooled"),
        *curve(axis="concentration")[1:],
    ]
    area = area_rows(table(*rows), HUE | {"concentration": [0.25, 0.5, 1.0]})
    tests = set(zip(area["trained_on"], area["tested_on"], area["method"], area["seed"], strict=True))
    assert tests == {
        ("bccd", "bccd@hue", "full", 0),
        ("bccd", "bccd@hue", "full", 1),
        ("bccd", "bccd@hue", "unetpp", 0),
        ("jtsc", "jtsc@hue", "full", 0),
        ("pooled", "jtsc@hue", "full", 0),
        ("bccd", "bccd@concentration", "full", 0),
    }
    assert len(area) == len(tests)


@pytest.mark.parametrize("missing", ["bccd", "bccd@hue@0.5"])
def test_a_level_that_was_not_tested_is_named(missing):
    runs = table(*curve(seed=3))
    with pytest.raises(InputError, match=f"full on bccd with seed 3 has no run on {missing},"):
        area_rows(runs[runs["tested_on"] != missing], HUE)


def test_runs_without_a_stain_shifted_test_have_no_areas():
    runs = table(run("bccd", 0.9), run("jtsc", 0.4))
    area = area_rows(runs, HUE)
    assert area.empty and list(area.columns) == list(runs.columns)
    assert area_rows(runs, {}).empty
