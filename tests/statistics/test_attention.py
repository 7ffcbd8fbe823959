"""Attention over the seeds: means within a seed first, differences by seed, and nothing of what failed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sgcldff.statistics.attention import attention_over_seeds
from sgcldff.tables.attention import ATTENTION, ATTENTION_METRICS, IMAGES_ATTENDED

RATIO = 0.25
SHIFT = {0: 0.0, 1: 0.02, 2: 0.07}  # what `full` has less of in each seed


def image(dataset: str, method: str, seed: int, weights: str, name: str, **values: float) -> dict[str, Any]:
    about = {"dataset": dataset, "method": method, "seed": seed, "weights": weights, "image_id": name}
    return about | dict.fromkeys(ATTENTION_METRICS, math.nan) | values


def drawn() -> pd.DataFrame:
    """Two datasets and methods, three seeds; `a` has two images, of which the second has no mask."""
    rows = []
    for dataset in ("a", "b"):
        for method in ("full", "other"):
            for seed, shift in SHIFT.items():
                less = shift if method == "full" else 0.0
                for weights in ("trained", "random"):
                    cam = 0.8 if weights == "random" else 0.5 - less + 0.1 * (dataset == "b") + 0.01 * seed
                    shares = {"cam_outside": cam, "area_outside": 0.75 + 0.02 * seed}
                    rows.append(image(dataset, method, seed, weights, "one", **shares, deletion=0.2 + 0.1 * seed))
                    if dataset == "a":
                        rows.append(image(dataset, method, seed, weights, "two", deletion=0.4 + 0.1 * seed))
    return pd.DataFrame(rows, columns=list(IMAGES_ATTENDED.columns))


Find = Callable[..., pd.Series]


def finder(images: pd.DataFrame) -> Find:
    table = attention_over_seeds(images, "full", RATIO)

    def find(dataset: str, metric: str, method: str = "full", weights: str = "trained", against: str = "") -> pd.Series:
        wanted = {"dataset": dataset, "metric": metric, "method": method, "weights": weights, "against": against}
        rows = table[np.logical_and.reduce([table[name] == value for name, value in wanted.items()])]
        assert len(rows) == 1
        return rows.iloc[0]

    return find


@pytest.fixture
def find() -> Find:
    return finder(drawn())


def test_images_without_a_value_are_left_out_of_the_seeds_mean(find):
    assert find("a", "deletion")["mean"] == pytest.approx(0.4) and find("a", "deletion")["n_images"] == 2
    assert find("a", "cam_outside")["n_images"] == 1


def test_the_mean_over_datasets_is_made_within_a_seed(find):
    row = find("", "cam_outside")
    by_seed = [np.mean([0.5, 0.6]) - shift + 0.01 * seed for seed, shift in SHIFT.items()]
    assert (row["mean"], row["sd"]) == pytest.approx((np.mean(by_seed), np.std(by_seed, ddof=1)))
    assert row["n_seeds"] == 3 and row["n_images"] == 2


def test_the_interval_is_the_corrected_one_of_redrawn_splits(find):
    row = find("", "cam_outside", against="other")
    differences = -pd.Series(SHIFT)
    half = stats.t.ppf(0.975, 2) * differences.std() * math.sqrt(1 / 3 + RATIO)
    expected = (differences.mean(), differences.mean() - half, differences.mean() + half)
    assert tuple(row[["mean", "ci_low", "ci_high"]]) == pytest.approx(expected)
    assert row["basis"] == "redrawn splits"


def test_a_method_is_compared_with_itself_untrained_and_its_share_with_the_area(find):
    trained = find("b", "cam_outside", "other")["mean"]
    assert find("b", "cam_outside", "other", against="random_weights")["mean"] == pytest.approx(trained - 0.8)
    assert find("b", "cam_outside", "other", against="area")["mean"] == pytest.approx(trained - 0.77)


def test_the_area_is_that_of_the_images_that_have_the_share():
    images = drawn()
    second = (images["image_id"] == "two") & (images["weights"] == "trained")
    images.loc[second, "area_outside"] = 0.1  # its Grad-CAM has no energy, and so no share
    assert finder(images)("a", "cam_outside", "other", against="area")["mean"] == pytest.approx(0.51 - 0.77)


def test_only_the_reference_is_compared_with_others_and_only_shares_with_areas(find):
    table = attention_over_seeds(drawn(), "full", RATIO)
    compared = table[table["against"] == "full"]
    assert compared.empty and set(table["method"][table["against"] == "other"]) == {"full"}
    assert set(table["metric"][table["against"] == "area"]) == {"cam_outside"}
    assert set(table["against"][table["metric"] == "area_outside"]) == {""}


def test_a_seed_that_failed_leaves_the_others_without_an_interval():
    images = drawn()
    find = finder(images[(images["method"] != "other") | (images["seed"] != 1) | (images["dataset"] != "b")])
    for dataset in ("b", ""):
        row = find(dataset, "cam_outside", "other")
        assert row["n_seeds"] == 2 and math.isnan(row["ci_low"]) and "seed 1" in row["note"]
        row = find(dataset, "cam_outside", against="other")
        assert row["n_seeds"] == 2 and math.isnan(row["ci_low"]) and "seed 1" in row["note"]
        assert row["mean"] == pytest.approx(-0.035)
    assert not math.isnan(find("a", "cam_outside", "other")["ci_low"])


def test_a_dataset_without_masks_takes_no_part_in_the_mean_of_what_needs_them():
    images = drawn()
    images.loc[images["dataset"] == "b", ["cam_outside", "area_outside"]] = math.nan
    find = finder(images)
    assert find("", "cam_outside")["mean"] == find("a", "cam_outside")["mean"]
    assert find("", "deletion")["mean"] == pytest.approx((0.4 + 0.3) / 2)


def test_what_is_the_same_in_every_seed_has_no_interval(find):
    row = find("a", "cam_outside", weights="random")
    assert row["mean"] == pytest.approx(0.8) and math.isnan(row["ci_low"]) and "the same in every seed" in row["note"]


def test_without_any_image_the_table_is_empty():
    table = attention_over_seeds(drawn().head(0), "full", RATIO)
    assert table.empty and tuple(table.columns) == ATTENTION.columns
