"""Saliency from disjoint windows on drawn smears, and the region that is cut from it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from baselines.deep_features.saliency import (
    LEVELS,
    WORKING_SIZE,
    colour_codes,
    enhance,
    salient_region,
    window_saliency,
)


def smear(size: int = 96, x: float = 0.5, y: float = 0.5, radius: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """A purple cell among pinkish red cells, and where it is; lengths as shares of the side."""
    image = np.full((size, size, 3), (240, 226, 224), np.uint8)
    centre = round(x * size), round(y * size)
    generator = np.random.default_rng(0)
    for _ in range(12):
        place = tuple(int(each) for each in generator.integers(0, size, 2))
        if np.hypot(place[0] - centre[0], place[1] - centre[1]) > (radius + 0.1) * size:
            cv2.circle(image, place, size // 12, (224, 176, 170), -1)
    cv2.circle(image, centre, round(radius * size), (150, 90, 180), -1)
    truth = np.zeros((size, size), np.uint8)
    cv2.circle(truth, centre, round(radius * size), 1, -1)
    return np.clip(image + generator.normal(0, 3, image.shape), 0, 255).astype(np.uint8), truth > 0


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return np.count_nonzero(one & other) / np.count_nonzero(one | other)


@pytest.mark.parametrize("place", [(0.5, 0.5), (0.25, 0.7), (0.85, 0.15)])
@pytest.mark.parametrize("radius", [0.1, 0.25])
def test_the_cell_is_found_wherever_it_is_and_not_a_red_cell(place: tuple[float, float], radius: float) -> None:
    image, truth = smear(96, *place, radius)
    saliency = window_saliency(image, 0.0)
    assert saliency.min() >= 0 and saliency.max() <= 1
    assert saliency[truth].mean() > saliency[~truth].mean() + 0.3
    assert overlap(salient_region(saliency, 0.6, 0.0), truth) > 0.8


@pytest.mark.parametrize("size", [64, 224])
def test_an_image_of_another_size_has_the_region_in_the_same_place(size: int) -> None:
    image, truth = smear(size)
    saliency = window_saliency(image, 0.0)
    assert saliency.shape == (size, size)
    assert overlap(salient_region(saliency, 0.6, 0.0), truth) > 0.8


def test_a_blank_image_has_no_salient_region() -> None:
    for level in (0, 128, 255):
        saliency = window_saliency(np.full((64, 64, 3), level, np.uint8), 1.0)
        assert not salient_region(saliency, 0.5, 0.2).any()


def test_growth_is_in_radii_of_the_region() -> None:
    saliency = smear()[1].astype(np.float32)
    areas = [np.count_nonzero(salient_region(saliency, 0.5, growth)) for growth in (0.0, 0.2)]
    assert areas[1] / areas[0] == pytest.approx(1.2**2, rel=0.05)


def test_the_region_is_that_of_the_maximum_and_convex() -> None:
    saliency = np.zeros((WORKING_SIZE, WORKING_SIZE), np.float32)
    saliency[10:60, 10:60] = 0.8
    saliency[70:90, 70:90] = 1.0
    saliency[70:80, 78:82] = 0.0
    region = salient_region(saliency, 0.5, 0.0)
    assert region[75, 80] and region[85, 85] and not region[30, 30]


def test_enhancement_spreads_a_cell_from_its_surroundings() -> None:
    image, truth = smear()

    def contrast(strength: float) -> float:
        enhanced = enhance(image, strength)
        return float(enhanced[~truth].mean() - enhanced[truth].mean())

    assert contrast(1.0) > 1.2 * contrast(0.0)


def test_grey_has_no_hue() -> None:
    colours = np.array([[[0.5, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]], np.float32)
    hue, saturation, value = colour_codes(colours)
    assert hue.tolist() == [[LEVELS, 0, round(240 / 360 * LEVELS - 0.5)]]
    assert saturation.tolist() == [[0, LEVELS - 1, LEVELS - 1]]
    assert value.tolist() == [[LEVELS // 2, LEVELS - 1, LEVELS - 1]]
