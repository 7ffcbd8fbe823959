"""What a true mask shows: cells at the edge, areas, and how many."""

from __future__ import annotations

import numpy as np
import pytest

from sgcldff.method import UNKNOWN
from sgcldff.metrics.cells import cells_of


def mask(*squares: tuple[int, int, int], size: int = 24) -> np.ndarray:
    """Squares (top, left, side) in an empty mask."""
    drawn = np.zeros((size, size), np.uint8)
    for top, left, side in squares:
        drawn[top : top + side, left : left + side] = 1
    return drawn


def test_a_whole_cell_has_its_area_and_touches_no_border():
    assert cells_of(mask((4, 5, 6)), share=0.1) == (False, 36, 1)


@pytest.mark.parametrize("place", [(0, 5, 6), (18, 5, 6), (5, 0, 6), (5, 18, 6)])
def test_a_cell_at_any_side_touches_the_border(place):
    assert cells_of(mask(place), share=0.1).touches_border


def test_a_cell_beside_unknown_pixels_touches_the_border_of_what_is_known():
    truth = mask((4, 5, 6))
    truth[:, 11:] = UNKNOWN
    assert cells_of(truth, share=0.1) == (True, 36, 1)
    truth[:, 11] = 0
    assert not cells_of(truth, share=0.1).touches_border


def test_nucleus_and_cytoplasm_are_one_cell():
    truth = mask((4, 5, 6))
    truth[6:8, 5:11] = 2
    assert cells_of(truth, share=0.1).n_cells == 1


def test_a_piece_counts_as_a_cell_from_a_tenth_of_the_largest_on():
    assert cells_of(mask((2, 2, 10), (15, 15, 3)), share=0.1).n_cells == 1
    assert cells_of(mask((2, 2, 9), (15, 15, 3)), share=0.1).n_cells == 2


def test_an_empty_mask_shows_no_cell():
    assert cells_of(mask(), share=0.1) == (False, 0, 0)
