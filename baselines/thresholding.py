"""Nucleus-seeded watershed: the nucleus after Tavakoli et al. 2021, the cell grown from it to its edge.

The paper names "classical thresholding" and gives no algorithm. Tavakoli 2021 (Scientific Reports 11:19428) thresholds
a map of optical channels by Otsu for the nucleus and takes its convex hull for the cell; here the hull is only where a
marker watershed starts (`handcrafted.cell`), and the features are wider than its own (`handcrafted.features`). How far
the sure and the farthest possible cell reach is chosen on the training subset.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from baselines.handcrafted.cell import Seeds, find_seeds, grow_cells
from baselines.handcrafted.method import HandFeatureMethod

# How far beyond the nucleus the sure cell and the farthest possible cell reach, in radii of the nucleus. `fit` chooses
# a pair; where the training subset has no masks, the first.
RIMS = (0.05, 0.1, 0.15, 0.2)
EXTENTS = (1.1, 0.7, 0.9, 1.3)


class NucleusSeeded(HandFeatureMethod):
    """Every nucleus of an image gets a cell, grown by a marker watershed."""

    settings = tuple(product(RIMS, EXTENTS))

    def prepare(self, image: np.ndarray) -> tuple[np.ndarray, Seeds]:
        return image, find_seeds(image)

    def segment(self, prepared: tuple[np.ndarray, Seeds], rim: float, extent: float) -> np.ndarray:
        return grow_cells(*prepared, rim, extent)
