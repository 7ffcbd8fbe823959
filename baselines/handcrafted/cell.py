"""The whole cell, grown from its nucleus by a marker watershed on the colours of the image.

Sure cell: the convex hull of the nucleus and a narrow rim around it. Sure background: all that is farther from every
nucleus than a cell reaches, and the brighter half of the plasma. Distances count in equivalent radii of the hull, so
that they hold at every magnification. Between the two the watershed follows the edge.

GrabCut from the same seeds is `baselines.grabcut`; an image takes it several times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from baselines.handcrafted.boundary import flood
from baselines.handcrafted.nucleus import label_nuclei, segment_nuclei


@dataclass(frozen=True)
class Seeds:
    """What the cells of one image grow from.

    nuclei: int32 [H, W], 0 elsewhere, 1 the largest; nearest: int32 [H, W], number of the nucleus that is nearest in
    its own radii, 0 everywhere if there is no nucleus; distance: float32 [H, W] to the hull of that nucleus, in
    equivalent radii of the hull, 0 inside, inf if there is no nucleus; plasma: bool [H, W], surely between the cells.
    """

    nuclei: np.ndarray
    nearest: np.ndarray
    distance: np.ndarray
    plasma: np.ndarray


def segment_plasma(image: np.ndarray, nuclei: np.ndarray) -> np.ndarray:
    """The brighter half of what Otsu on green calls bright outside the nuclei: bool [H, W].

    Half of it only, because pale cytoplasm and the centres of red cells are in the bright class too.
    """
    green = cv2.GaussianBlur(image[:, :, 1], (5, 5), 0)
    outside = np.ascontiguousarray(green[~nuclei])
    if outside.size == 0:
        return np.zeros(green.shape, dtype=bool)
    threshold, _ = cv2.threshold(outside, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = outside[outside > threshold]
    return (green > np.median(bright)) & ~nuclei if bright.size else np.zeros(green.shape, dtype=bool)


def nearest_nucleus(nuclei: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of the nearest nucleus and the distance to it, as `Seeds` holds them; nuclei: int32 [H, W], 1.. each."""
    nearest = np.zeros(nuclei.shape, dtype=np.int32)
    distance = np.full(nuclei.shape, np.inf, dtype=np.float32)
    for number in range(1, int(nuclei.max()) + 1):
        outside = np.ones(nuclei.shape, dtype=np.uint8)
        points = cv2.findNonZero((nuclei == number).astype(np.uint8))
        cv2.fillConvexPoly(outside, cv2.convexHull(points), 0)
        radius = np.sqrt((outside.size - np.count_nonzero(outside)) / np.pi)
        radii = cv2.distanceTransform(outside, cv2.DIST_L2, 5) / np.float32(radius)
        nearest[radii < distance] = number
        distance = np.minimum(distance, radii)
    return nearest, distance


def find_seeds(image: np.ndarray) -> Seeds:
    """Nuclei, distances to them and plasma of one image, uint8 [H, W, 3] RGB."""
    nuclei = label_nuclei(segment_nuclei(image))
    return Seeds(nuclei, *nearest_nucleus(nuclei), segment_plasma(image, nuclei > 0))


def grow_cells(image: np.ndarray, seeds: Seeds, rim: float, extent: float) -> np.ndarray:
    """The cell of each nucleus: int32 [H, W], numbered as the nuclei, 0 elsewhere.

    image: uint8 [H, W, 3], RGB; rim, extent: how far the sure cell and the farthest possible cell reach beyond the hull
    of the nucleus, in its equivalent radii. No nucleus gives no cell; where nothing is surely background, because the
    cells reach every pixel, they fill the image.
    """
    if not seeds.nuclei.any():
        return np.zeros(seeds.nuclei.shape, dtype=np.int32)
    background = int(seeds.nuclei.max()) + 1
    markers = np.where((seeds.distance > extent) | seeds.plasma, background, 0)
    flooded = flood(image, np.where(seeds.distance <= rim, seeds.nearest, markers))
    # The line between two basins (-1) is the edge itself; the masks of the datasets count it to the cell.
    cells = np.where(flooded == -1, seeds.nearest, flooded)
    return np.where(cells < background, cells, 0).astype(np.int32)
