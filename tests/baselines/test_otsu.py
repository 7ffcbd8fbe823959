"""Multi-level Otsu: exact thresholds, and the components that are leukocytes."""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np
import pytest

from baselines.handcrafted.nucleus import separated
from baselines.handcrafted.regions import open_region, separate_leukocytes
from baselines.otsu import BLUENESS, GREEN, LEAST_CONTRAST, SATURATION, otsu_thresholds, stain_channels


def disc(x, y, radius, size=64):
    canvas = np.zeros((size, size), dtype=np.uint8)
    cv2.circle(canvas, (x, y), radius, 1, -1)
    return canvas > 0


def variance_between(values, cuts):
    parts = np.split(np.sort(values), np.searchsorted(np.sort(values), cuts))
    return sum(len(part) * (part.mean() - values.mean()) ** 2 for part in parts if len(part))


def test_two_classes_are_those_of_opencv():
    values = np.random.default_rng(0).integers(0, 256, (20, 20)).astype(np.uint8)
    cut, _ = cv2.threshold(values, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # OpenCV counts the threshold itself to the lower class.
    assert otsu_thresholds(values, 2) == [[int(cut) + 1]]


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_thresholds_have_the_largest_variance_between_classes(classes):
    values = np.random.default_rng(1).integers(100, 112, 60).astype(np.uint8)
    best = max(variance_between(values, cuts) for cuts in combinations(range(101, 112), classes - 1))
    thresholds = otsu_thresholds(values, 4)[classes - 2]
    assert len(thresholds) == classes - 1 and thresholds == sorted(thresholds)
    assert variance_between(values, thresholds) == pytest.approx(best)


def test_a_channel_with_fewer_levels_than_classes_keeps_nothing():
    values = np.repeat(np.array([40, 90], dtype=np.uint8), 8)
    two, *more = otsu_thresholds(values, 4)
    assert np.array_equal(values >= two[0], values == 90)
    assert not any(separated(values, values >= cuts[0], LEAST_CONTRAST) for cuts in more)


def test_noise_is_not_separated():
    values = np.random.default_rng(2).normal(120, 2, 500).astype(np.uint8)
    assert not separated(values, values >= otsu_thresholds(values, 2)[0][0], LEAST_CONTRAST)


def test_the_nucleus_is_high_and_the_plasma_low_in_every_channel():
    image = np.full((16, 16, 3), (246, 228, 226), dtype=np.uint8)
    image[:, :8] = (96, 44, 136)
    channels = stain_channels(image)
    for channel in (GREEN, SATURATION, BLUENESS):
        assert channels[channel][:, 2].mean() > channels[channel][:, 13].mean() + 10


def test_blueness_ranks_cytoplasm_above_red_cells():
    image = np.full((16, 16, 3), (226, 178, 172), dtype=np.uint8)
    image[:, :8] = (206, 178, 212)
    blueness = stain_channels(image)[BLUENESS]
    assert blueness[:, 2].mean() > blueness[:, 13].mean() + 10


def test_a_component_without_enough_nucleus_is_no_leukocyte():
    leukocyte, red_cell = disc(18, 18, 10), disc(46, 46, 12)
    cells = separate_leukocytes(leukocyte | red_cell, disc(18, 18, 7), opening=0)
    assert np.array_equal(cells > 0, leukocyte)
    assert separate_leukocytes(leukocyte, disc(18, 18, 2), opening=0).max() == 0


def test_holes_are_filled_and_specks_dropped():
    ring = disc(18, 18, 12) & ~disc(18, 18, 4)
    cells = separate_leukocytes(ring | disc(50, 50, 2), ring | disc(50, 50, 2), opening=0)
    assert np.array_equal(cells > 0, disc(18, 18, 12))


def test_an_opening_cuts_the_bridge_to_a_neighbour():
    left, right = disc(16, 32, 10), disc(46, 32, 10)
    touching = left | right
    touching[31:34, 16:46] = True
    assert separate_leukocytes(touching, left, opening=0)[32, 46] == 1
    cells = separate_leukocytes(touching, left, opening=3)
    assert cells[32, 16] == 1 and cells[32, 46] == 0


def test_an_opening_leaves_a_cell_at_the_border_there():
    cell = disc(0, 32, 14)
    assert np.array_equal(open_region(cell, 3)[28:36, :8], cell[28:36, :8])


def test_nothing_in_the_foreground_is_no_leukocyte():
    nothing = np.zeros((64, 64), dtype=bool)
    assert separate_leukocytes(nothing, nothing, opening=2).max() == 0
