"""GrabCut from the nuclei keeps to its seeds."""

from __future__ import annotations

import cv2
import numpy as np

from baselines.grabcut import cut_cells
from baselines.handcrafted.cell import Seeds, find_seeds, nearest_nucleus

SETTING = (0.1, 1.1)


def test_a_drawn_cell_is_cut_out_to_its_edge(draw):
    image, mask = draw([(48, 48, 20, 3)])
    cell = cut_cells(image, find_seeds(image), *SETTING) > 0
    assert np.count_nonzero(cell & (mask > 0)) > 0.9 * np.count_nonzero(cell | (mask > 0))


def test_the_sure_cell_is_inside_and_the_sure_background_outside(draw):
    image, _ = draw([(30, 40, 18, 1), (70, 68, 14, 3)])
    seeds = find_seeds(image)
    cells = cut_cells(image, seeds, *SETTING)
    assert (cells > 0)[seeds.distance <= SETTING[0]].all()
    assert not cells[seeds.distance > SETTING[1]].any()


def test_a_cell_bears_the_number_of_its_nucleus(draw):
    image, _ = draw([(22, 24, 12, 1), (70, 68, 16, 1)])
    seeds = find_seeds(image)
    cells = cut_cells(image, seeds, *SETTING)
    assert np.array_equal(cells[seeds.nuclei > 0], seeds.nuclei[seeds.nuclei > 0])


def test_what_is_cut_out_apart_from_the_nucleus_is_no_cell():
    image = np.full((64, 64, 3), (240, 230, 230), dtype=np.uint8)
    nuclei = np.zeros((64, 64), dtype=np.int32)
    for x in (16, 44):
        cv2.circle(image, (x, 32), 9, (96, 44, 136), -1)
    cv2.circle(nuclei, (16, 32), 8, 1, -1)
    seeds = Seeds(nuclei, *nearest_nucleus(nuclei), np.zeros((64, 64), dtype=bool))
    cells = cut_cells(image, seeds, 0.0, 6.0)
    assert cells[32, 16] == 1 and not cells[32, 44]


def test_a_nucleus_that_reaches_every_pixel_fills_the_image():
    nuclei = np.ones((16, 16), dtype=np.int32)
    seeds = Seeds(nuclei, nuclei, np.zeros((16, 16), dtype=np.float32), np.zeros((16, 16), dtype=bool))
    assert (cut_cells(np.full((16, 16, 3), 90, dtype=np.uint8), seeds, *SETTING) == 1).all()


def test_a_single_pixel_of_background_is_enough():
    nuclei = np.ones((16, 16), dtype=np.int32)
    distance = np.zeros((16, 16), dtype=np.float32)
    distance[0, 0] = 2.0
    image = np.full((16, 16, 3), 90, dtype=np.uint8)
    image[0, 0] = 240
    cells = cut_cells(image, Seeds(nuclei, nuclei, distance, distance > 1), *SETTING)
    assert cells[0, 0] == 0 and np.count_nonzero(cells) == 255


def test_the_cut_does_not_depend_on_the_random_numbers_drawn_before(draw):
    image, _ = draw([(48, 48, 20, 3)])
    seeds = find_seeds(image)
    cv2.setRNGSeed(5)
    first = cut_cells(image, seeds, *SETTING)
    cv2.setRNGSeed(6)
    assert np.array_equal(first, cut_cells(image, seeds, *SETTING))
