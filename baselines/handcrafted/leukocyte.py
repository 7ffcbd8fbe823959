"""Which of the segmented cells of an image is the leukocyte whose class is asked for, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from baselines.handcrafted.cell import segment_plasma
from baselines.handcrafted.nucleus import label_nuclei, segment_nuclei


@dataclass(frozen=True)
class Leukocyte:
    """A leukocyte, bool [H, W] each: its nucleus, the whole cell (nucleus included) and the plasma of the image."""

    nucleus: np.ndarray
    cell: np.ndarray
    plasma: np.ndarray


def find_leukocyte(image: np.ndarray, cells: np.ndarray) -> Leukocyte | None:
    """The cell that holds the most of one stained nucleus; None where no cell holds any.

    image: uint8 [H, W, 3], RGB; cells: int32 [H, W], 0 elsewhere, 1.. the cells. A method that takes red cells for
    leukocytes is asked for the class of the one with a nucleus all the same. What lies outside the cell is not counted
    to the nucleus.
    """
    nuclei = label_nuclei(segment_nuclei(image))
    shared = (nuclei > 0) & (cells > 0)
    if not shared.any():
        return None
    columns = int(cells.max()) + 1
    number, cell = divmod(int(np.bincount(nuclei[shared] * columns + cells[shared]).argmax()), columns)
    whole = cells == cell
    return Leukocyte((nuclei == number) & whole, whole, segment_plasma(image, nuclei > 0))
