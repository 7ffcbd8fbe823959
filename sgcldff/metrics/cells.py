"""What an image's true mask shows beside its class: whether a cell is cut off, the area, how many cells there are."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from sgcldff.method import UNKNOWN, whole_cell


class Cells(NamedTuple):
    """touches_border: a pixel of a cell lies on the image's edge or beside one whose truth is unknown; area: pixels."""

    touches_border: bool
    area: int
    n_cells: int


def cells_of(truth: np.ndarray, share: float) -> Cells:
    """The cells of a truth mask, uint8 [H, W] of mask codes.

    A cell is a piece of the whole-cell mask (pixels joined over sides or corners) of at least `share` of the area of
    the largest piece: smaller ones are specks. Cells that touch each other are one.

    >>> cells_of(np.array([[0, 0, 0, 0], [0, 1, 2, 0], [0, 0, 0, 0]], np.uint8), share=0.1)
    Cells(touches_border=False, area=2, n_cells=1)
    """
    cell = whole_cell(truth).astype(np.uint8)
    beyond = np.pad((truth == UNKNOWN).astype(np.uint8), 1, constant_values=1)
    beside = cv2.dilate(beyond, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    return Cells(bool((cell & beside).any()), int(cell.sum()), len(pieces(cell > 0, share)))


def pieces(mask: np.ndarray, share: float) -> list[np.ndarray]:
    """Each piece of a mask, bool [H, W]: pixels joined over sides or corners, without the specks of `cells_of`.

    >>> [piece.astype(int).tolist() for piece in pieces(np.array([[True, False, True]]), share=0.1)]
    [[[1, 0, 0]], [[0, 0, 1]]]
    """
    _, labels, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = found[1:, cv2.CC_STAT_AREA]  # the first is background
    return [labels == 1 + place for place in np.flatnonzero(areas >= share * areas.max(initial=0))]
