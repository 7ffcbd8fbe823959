from __future__ import annotations

import numpy as np
import pytest

from sgcldff.data.plausibility import cell_shares, doubts
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

LABELS = ["neutrophil", "lymphocyte", "neutrophil"]


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)


def test_the_share_is_that_of_the_known_pixels():
    mask = np.full((4, 4), BACKGROUND, np.uint8)
    mask[0], mask[1], mask[2] = UNKNOWN, CYTOPLASM, NUCLEUS
    assert cell_shares(np.stack([mask, np.full((4, 4), UNKNOWN, np.uint8)])) == pytest.approx(
        [2 / 3, np.nan], nan_ok=True
    )


@pytest.mark.parametrize("cells", [[0.2, 0.3, 0.1], [0.0, 0.0, 0.1], [0.9, 0.2, 0.3], [np.nan, np.nan, np.nan]])
def test_plausible_masks_raise_no_doubt(images, cells):
    assert doubts(images, np.array(cells), LABELS) == []


def test_masks_that_are_all_empty_are_doubted(images):
    (doubt,) = doubts(images, np.array([0.0, np.nan, 0.0]), LABELS)
    assert doubt.startswith("No mask shows a cell, of 2: ")


def test_cells_larger_than_the_background_are_doubted(images):
    (doubt,) = doubts(images, np.array([0.86, 0.86, 0.2]), LABELS)
    assert doubt.startswith("The cell covers 86% of the image in the median: check that the masks are not inverted")


def test_one_class_alone_is_doubted(images):
    (doubt,) = doubts(images, np.full(3, 0.2), ["neutrophil"] * 3)
    assert doubt.startswith("All 3 images have the class neutrophil")


def test_images_that_are_all_alike_are_doubted(images):
    alike = images[[0, 0, 0]]
    alike[1, 0, 0] ^= 1
    (doubt,) = doubts(alike, np.full(3, 0.2), LABELS)
    assert doubt.startswith("The images are all alike, 3 that were compared")


def test_images_that_are_nearly_black_are_doubted(images):
    (doubt,) = doubts(images // 64, np.full(3, 0.2), LABELS)
    assert doubt.startswith("The images are nearly of one brightness (1 of 255 on average)")
