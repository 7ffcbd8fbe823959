"""Maps made by hand, whose numbers can be read off them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN
from sgcldff.metrics.attention import (
    correlation,
    deletion_and_insertion,
    distance,
    pointing,
    rank_correlation,
    shares,
    spread,
)

# A nucleus of 4 pixels within a cell of 16, in a field of 64.
MASK = np.full((8, 8), BACKGROUND, np.uint8)
MASK[2:6, 2:6] = CYTOPLASM
MASK[3:5, 3:5] = NUCLEUS
CELL, NUCLEI = MASK != BACKGROUND, MASK == NUCLEUS
UNIFORM = np.ones((1, 8, 8))


def of(maps: np.ndarray, mask: np.ndarray = MASK) -> dict[str, float]:
    return {region: float(value[0]) for region, value in shares(maps[None].astype(float), mask[None]).items()}


def test_a_uniform_map_has_the_shares_of_the_areas():
    assert of(UNIFORM[0]) == {"cell": 0.25, "nucleus": 1 / 16, "outside": 0.75}


def test_a_map_on_the_nucleus_leaks_nothing_and_one_beside_the_cell_everything():
    assert of(NUCLEI) == {"cell": 1, "nucleus": 1, "outside": 0}
    assert of(~CELL) == {"cell": 0, "nucleus": 0, "outside": 1}


def test_the_shares_do_not_depend_on_the_maps_scale():
    one = np.random.default_rng(0).random((8, 8))
    assert of(one) == pytest.approx(of(7 * one)) and sum(of(one)[name] for name in ("cell", "outside")) == 1


def test_unknown_pixels_do_not_count():
    mask = MASK.copy()
    mask[:, 6:] = UNKNOWN
    assert of(UNIFORM[0], mask) == pytest.approx({"cell": 16 / 48, "nucleus": 4 / 48, "outside": 32 / 48})
    behind = np.where(mask == UNKNOWN, 5.0, 1.0)
    assert of(behind, mask) == of(UNIFORM[0], mask)
    assert pointing(behind[None] + CELL, mask[None]).tolist() == [1]


@pytest.mark.parametrize("mask", [np.full_like(MASK, UNKNOWN), np.full_like(MASK, BACKGROUND)])
def test_without_a_marked_cell_there_is_no_share_and_nothing_to_point_at(mask):
    assert all(np.isnan(value) for value in of(NUCLEI, mask).values())
    assert np.isnan(pointing(NUCLEI[None].astype(float), mask[None])).all()


def test_a_mask_without_a_nucleus_has_no_share_of_it():
    mask = np.where(NUCLEI, CYTOPLASM, MASK).astype(np.uint8)
    assert of(UNIFORM[0], mask)["cell"] == 0.25 and np.isnan(of(UNIFORM[0], mask)["nucleus"])


def test_a_map_without_energy_has_no_share_and_one_that_is_even_points_nowhere():
    assert all(np.isnan(value) for value in of(np.zeros((8, 8))).values())
    assert np.isnan(pointing(UNIFORM, MASK[None])).all()


def test_pointing_is_where_the_highest_pixel_lies():
    maps = np.zeros((3, 8, 8))
    maps[0, 3, 3] = maps[1, 0, 0] = 1
    maps[2, 3, 3] = maps[2, 0, 0] = 1
    assert pointing(maps, np.stack([MASK] * 3)).tolist() == [1, 0, 0.5]


def test_distance_and_spread_are_means_over_the_pixels_of_each_image():
    saliency = np.stack([np.full((8, 8), 0.3), CELL.astype(float)])
    assert distance(saliency, np.stack([np.full((8, 8), 0.5), ~CELL])) == pytest.approx([0.2, 1])
    assert spread(saliency) == pytest.approx([0, np.sqrt(0.25 * 0.75)])


def test_correlation_is_pearsons_and_undefined_of_a_constant_map():
    first, second = np.random.default_rng(0).random((2, 3, 8, 8))
    expected = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(first, second, strict=True)]
    assert correlation(first, second) == pytest.approx(expected)
    assert np.isnan(correlation(np.full((1, 8, 8), 0.1), UNIFORM * first[:1])).all()


def test_rank_correlation_is_spearmans_with_ties():
    first, second = np.random.default_rng(0).integers(0, 4, (2, 3, 8, 8))
    expected = [stats.spearmanr(a.ravel(), b.ravel()).statistic for a, b in zip(first, second, strict=True)]
    assert rank_correlation(first, second) == pytest.approx(expected)


def brightness_of_the_nucleus(images: np.ndarray) -> np.ndarray:
    return images[:, NUCLEI].mean(axis=(1, 2))


def curves(attention: np.ndarray, steps: int = 16) -> tuple[float, float]:
    image, blurred = np.ones((8, 8, 1)), np.zeros((8, 8, 1))
    return deletion_and_insertion(image, blurred, attention.astype(float), brightness_of_the_nucleus, steps)


def test_a_map_on_what_decides_has_the_least_deletion_and_the_most_insertion():
    """The nucleus is a sixteenth of the pixels: it is gone, or there, after the first of sixteen steps."""
    assert curves(NUCLEI) == pytest.approx((1 / 32, 31 / 32))


def test_a_map_on_everything_else_has_the_most_deletion_and_the_least_insertion():
    assert curves(~NUCLEI) == pytest.approx((31 / 32, 1 / 32))


def test_pixels_of_one_value_are_not_taken_from_the_top():
    """A map that prefers one corner pixel alone says nothing of the nucleus: both curves fall and rise evenly."""
    corner = np.zeros((32, 32))
    corner[0, 0] = 1
    image, blurred = np.ones((32, 32, 1)), np.zeros((32, 32, 1))
    top = lambda images: images[:, :16].mean(axis=(1, 2, 3))  # noqa: E731
    assert deletion_and_insertion(image, blurred, corner, top, 16) == pytest.approx((0.5, 0.5), abs=0.02)


def test_an_even_attention_has_no_curve():
    assert np.isnan(curves(np.ones((8, 8)))).all()
