"""Saliency maps, the boundary step and the saliency-only method on drawn smears."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest

from baselines.handcrafted.boundary import follow_edges, touching
from baselines.handcrafted.contrast import CUBE, RAREST, Colours, histogram_contrast, surprise
from baselines.handcrafted.nucleus import drop_small
from baselines.saliency_only import SaliencyOnly, salient_nuclei
from sgcldff.method import Run, Samples

PLASMA, RED_CELL, CYTOPLASM, NUCLEUS = (246, 228, 226), (226, 178, 172), (206, 178, 212), (96, 44, 136)


def smear(x, y, size=64, radius=16):
    """A cell with one nucleus among red cells, and its mask; lengths in pixels of 64."""
    image = np.full((size, size, 3), PLASMA, dtype=np.uint8)
    unit = size / 64
    for at in ((8, 8), (56, 8), (8, 56), (56, 56)):
        cv2.circle(image, tuple(round(value * unit) for value in at), round(6 * unit), RED_CELL, -1)
    mask = np.zeros((size, size), dtype=np.uint8)
    middle = round(x * unit), round(y * unit)
    cv2.circle(image, middle, round(radius * unit), CYTOPLASM, -1)
    cv2.circle(mask, middle, round(radius * unit), 1, -1)
    cv2.circle(image, middle, round(0.6 * radius * unit), NUCLEUS, -1)
    noise = np.random.default_rng(0).normal(0, 2, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8), mask > 0


def overlap(one, other):
    return np.count_nonzero(one & other) / np.count_nonzero(one | other)


def test_contrast_is_the_mean_distance_to_all_colours():
    index = np.array([[0, 0], [0, 2]])  # three pixels of one colour, one that lies two cubes away
    contrast = histogram_contrast(Colours(index, (3, 1, 1)))
    np.testing.assert_allclose(contrast, np.array([[2, 2], [2, 6]]) * CUBE / 4)


def test_surprise_is_high_where_the_surround_lacks_the_colour():
    index = np.zeros((4, 4), dtype=np.int64)
    index[0, 0] = 20
    surround = np.ones((4, 4), dtype=bool)
    surround[0, 0] = False
    values = surprise(Colours(index, (21, 1, 1)), surround)
    assert values[0, 0] == pytest.approx(-np.log(RAREST))
    assert np.ptp(values[surround]) == 0 and values[1, 1] < 1


def test_a_component_below_a_tenth_of_the_largest_is_dropped():
    region = np.zeros((20, 20), dtype=bool)
    region[:10, :10], region[15, 15] = True, True
    assert drop_small(region).sum() == 100
    assert not drop_small(np.zeros((4, 4), dtype=bool)).any()


def test_only_components_with_a_seed_are_kept():
    region = np.zeros((9, 9), dtype=bool)
    region[1:3, 1:3] = region[5:8, 5:8] = True
    seeds = np.zeros_like(region)
    seeds[6, 6] = seeds[0, 8] = True
    kept = touching(region, seeds)
    assert kept.sum() == 9 and kept[6, 6]


def test_a_contour_that_is_off_by_a_pixel_or_two_moves_to_the_edge():
    image = np.full((96, 96, 3), 230, dtype=np.uint8)
    cv2.circle(image, (48, 48), 20, (120, 80, 160), -1)
    truth = image[:, :, 0] < 200
    off = np.zeros((96, 96), dtype=np.uint8)
    cv2.circle(off, (48, 48), 22, 1, -1)
    none = np.zeros_like(truth)
    assert overlap(follow_edges(image, off > 0, none), truth) > overlap(off > 0, truth) + 0.05


@pytest.mark.parametrize("size", [64, 96, 224])
def test_the_cell_is_found_and_the_red_cells_are_not(size):
    image, truth = smear(34, 30, size)
    method = SaliencyOnly(("a",), size)
    cells = method.segment(method.prepare(image), *method.settings[0])
    assert overlap(cells > 0, truth) > 0.85 and cells.max() == 1


def test_a_cell_cut_by_the_border_reaches_the_border():
    image, truth = smear(6, 32)
    method = SaliencyOnly(("a",), 64)
    cells = method.segment(method.prepare(image), *method.settings[0]) > 0
    assert cells[30:34, 0].all() and overlap(cells, truth) > 0.8


@pytest.mark.parametrize("level", [0, 128, 255])
def test_noise_holds_no_nucleus_and_no_cell(level):
    noise = np.random.default_rng(1).normal(0, 4, (64, 64, 3))
    image = np.clip(level + noise, 0, 255).astype(np.uint8)
    method = SaliencyOnly(("a",), 64)
    assert not salient_nuclei(Colours.of(image)).any()
    assert not method.segment(method.prepare(image), *method.settings[0]).any()


def test_fit_chooses_a_setting_and_a_restored_method_predicts_the_same_bytes():
    images = [smear(28 + 2 * index, 32, radius=12 + 3 * (index % 2)) for index in range(6)]
    images, masks = (np.stack(arrays) for arrays in zip(*images, strict=True))
    samples = Samples(list("abcdef"), images, np.arange(6) % 2, masks.astype(np.uint8))
    method, restored = SaliencyOnly(("a", "b"), 64), SaliencyOnly(("a", "b"), 64)
    method.fit(samples, samples, Run(seed=0))
    restored.restore(method.state())
    first, second = (each.predict(samples.without_truth()) for each in (method, restored))
    assert first.masks.tobytes() == second.masks.tobytes()
    assert first.probabilities.tobytes() == second.probabilities.tobytes()
    assert np.mean([overlap(mask, truth) for mask, truth in zip(first.masks, masks, strict=True)]) > 0.85


def test_importing_the_method_imports_no_torch():
    code = "import sys, baselines.saliency_only; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
