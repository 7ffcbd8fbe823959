"""The nucleus by colour within a known cell, on drawn and on real smears."""

from __future__ import annotations

import numpy as np
import pytest

from sgcldff.data.nucleus import nucleus_within
from sgcldff.data.sources.zheng import JTSC, CellaVision
from sgcldff.method import NUCLEUS, whole_cell


def overlap(predicted: np.ndarray, truth: np.ndarray) -> float:
    return np.count_nonzero(predicted & truth) / np.count_nonzero(predicted | truth)


@pytest.mark.slow
@pytest.mark.parametrize("dataset", [JTSC, CellaVision])
def test_the_nucleus_and_the_area_beside_it_are_those_that_experts_drew(dataset, mirror, tmp_path):
    source = dataset()
    source.fetch(tmp_path, mirror)
    records = source.records(tmp_path)
    overlaps, errors = [], []
    for record in records[:: len(records) // 30]:
        image, mask = source.read(tmp_path, record)
        cell, drawn = whole_cell(mask), mask == NUCLEUS
        found = nucleus_within(image, cell)
        assert not (found & ~cell).any()
        overlaps.append(overlap(found, drawn))
        errors.append((drawn.sum() - found.sum()) / cell.sum())
    assert np.mean(overlaps) > 0.88
    assert abs(np.mean(errors)) < 0.02 and np.median(np.abs(errors)) < 0.03


@pytest.mark.parametrize("cell", [np.zeros((8, 8), bool), np.ones((8, 8), bool)], ids=["no cell", "one colour"])
def test_without_a_cell_or_in_one_colour_there_is_no_nucleus(cell):
    assert not nucleus_within(np.full((8, 8, 3), 200, np.uint8), cell).any()


def test_dark_pixels_outside_the_cell_are_no_nucleus_and_move_no_threshold():
    image = np.full((40, 40, 3), (230, 210, 225), np.uint8)
    cell = np.zeros((40, 40), bool)
    cell[8:32, 8:32] = True
    image[cell] = (200, 160, 200)
    image[14:26, 14:26] = (110, 40, 140)
    truth = np.zeros_like(cell)
    truth[14:26, 14:26] = True
    assert overlap(nucleus_within(image, cell), truth) > 0.8
    image[0:4] = (20, 0, 30)
    assert overlap(nucleus_within(image, cell), truth) > 0.8
