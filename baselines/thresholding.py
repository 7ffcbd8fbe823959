"""Classical thresholding: nucleus after Tavakoli et al. 2021, cell by watershed, hand features, linear classifier."""

from __future__ import annotations

from itertools import product

import numpy as np

from baselines.handcrafted.cell import Seeds, find_seeds, grow_cells
from baselines.handcrafted.method import HandFeatureMethod

RIMS = (0.05, 0.1, 0.15, 0.2)
EXTENTS = (1.1, 0.7, 0.9, 1.3)
"""How far the sure cell and the farthest possible cell reach beyond the nucleus, in its radii: fit chooses a pair, the
first where the training part has no masks."""


class NucleusSeeded(HandFeatureMethod):
    """Every nucleus of a picture gets a cell, grown by a marker watershed."""

    settings = tuple(product(RIMS, EXTENTS))

    def prepare(self, image: np.ndarray) -> tuple[np.ndarray, Seeds]:
        return image, find_seeds(image)

    def segment(self, prepared: tuple[np.ndarray, Seeds], rim: float, extent: float) -> np.ndarray:
        return grow_cells(*prepared, rim, extent)
