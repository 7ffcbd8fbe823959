"""The concavity cut, the sampling and the machine of every image, on drawn smears."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest

from baselines.handcrafted.concavity import concave_points, split_touching
from baselines.self_supervised_svm import SelfSupervisedSVM, describe, relabel, sample, weak_edges

PLASMA, RED_CELL, CYTOPLASM, NUCLEUS = (246, 228, 226), (226, 178, 172), (206, 178, 212), (96, 44, 136)


def discs(*circles, size=96):
    canvas = np.zeros((size, size), dtype=np.uint8)
    for x, y, radius in circles:
        cv2.circle(canvas, (x, y), radius, 1, -1)
    return canvas > 0


def touching_smear(size=96):
    """A leukocyte with a red cell that touches it and others away, and the mask of the leukocyte."""
    unit = size / 96
    image = np.full((size, size, 3), PLASMA, dtype=np.uint8)

    def draw(x, y, radius, colour):
        cv2.circle(image, (round(x * unit), round(y * unit)), round(radius * unit), colour, -1)

    for x, y in ((69, 48), (12, 12), (84, 84), (12, 84)):
        draw(x, y, 9, RED_CELL)
    draw(44, 48, 18, CYTOPLASM)
    draw(44, 48, 11, NUCLEUS)
    mask = discs((round(44 * unit), round(48 * unit), round(18 * unit)), size=size)
    noise = np.random.default_rng(0).normal(0, 2, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8), mask


def overlap(one, other):
    return np.count_nonzero(one & other) / np.count_nonzero(one | other)


def test_two_discs_are_cut_where_they_touch_and_the_one_with_the_core_stays():
    left, right = discs((30, 48, 18)), discs((58, 48, 16))
    piece = split_touching(left | right, discs((30, 48, 8)))
    assert overlap(piece, left) > 0.9 and not piece[48, 62]


def test_a_core_on_both_sides_of_the_neck_keeps_both():
    both = discs((30, 48, 18), (58, 48, 16))
    kept = split_touching(both, discs((30, 48, 8), (58, 48, 8)))
    assert kept[48, 30] and kept[48, 58]


def test_a_cut_does_not_run_through_the_core():
    both = discs((30, 48, 18), (58, 48, 16))
    bridge = np.zeros_like(both)
    bridge[30:66, 28:62] = True
    assert np.array_equal(split_touching(both, bridge & both), both)


def test_a_disc_has_no_concave_point_and_two_touching_discs_have_two():
    def points(region):
        outlines, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        return concave_points(outlines[0], 2.0)

    assert points(discs((48, 48, 20))) == []
    assert len(points(discs((30, 48, 18), (58, 48, 16)))) == 2


def test_a_faint_edge_on_quiet_ground_counts_nearly_like_a_strong_one():
    image = np.full((96, 96, 3), 100, dtype=np.uint8)
    image[:, 30:60], image[:, 60:] = 140, 240
    edges = weak_edges(image)[48]
    faint, strong = edges[26:34].max(), edges[56:64].max()
    assert strong < 1.5 * faint and edges[44:46].max() < 0.1 * faint


def test_pixels_are_sampled_from_their_clusters_in_proportion():
    features = np.repeat([[0.0, 0, 0], [5, 0, 5]], [300, 100], axis=0)
    drawn = sample(features, np.arange(400), 40)
    assert len(np.unique(drawn)) == 40 and np.count_nonzero(drawn < 300) == 30
    assert np.array_equal(sample(features, np.arange(7), 40), np.arange(7))


def test_the_machine_takes_back_a_red_cell_that_the_coarse_label_holds():
    image, truth = touching_smear()
    red = discs((69, 48, 9))
    coarse = truth | (red & discs((64, 48, 6)))
    refined = relabel(describe(image), coarse, np.ones_like(coarse))
    assert overlap(refined, truth) > overlap(coarse, truth)
    assert refined[red & ~truth].mean() < 0.2


@pytest.mark.parametrize("label", [True, False])
def test_labels_that_are_all_alike_are_kept(label):
    image, _ = touching_smear()
    coarse = np.full((96, 96), label)
    assert np.array_equal(relabel(describe(image), coarse, ~coarse), coarse)


@pytest.mark.parametrize("size", [64, 96, 224])
def test_the_leukocyte_is_found_without_the_red_cell_that_touches_it(size):
    image, truth = touching_smear(size)
    method = SelfSupervisedSVM(("a",), size)
    prepared = method.prepare(image)
    cells = [method.segment(prepared, *setting) for setting in method.settings]
    assert min(overlap(each > 0, truth) for each in cells) > 0.95
    assert np.array_equal(cells[0], method.segment(method.prepare(image), *method.settings[0]))


def test_a_blank_image_has_no_cell():
    method = SelfSupervisedSVM(("a",), 64)
    blank = np.full((64, 64, 3), 230, dtype=np.uint8)
    assert not any(method.segment(method.prepare(blank), *setting).any() for setting in method.settings)


def test_importing_the_method_imports_no_torch():
    code = "import sys, baselines.self_supervised_svm; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
