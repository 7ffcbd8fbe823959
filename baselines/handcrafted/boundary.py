"""The contour of a cell, moved to the edge that is seen."""

from __future__ import annotations

import cv2
import numpy as np

BAND = 1 / 48  # how far the contour may move to either side, in sides of the image: two pixels of 96


def touching(region: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """The components of `region` (4 neighbours) that hold a pixel of `seeds`: bool [H, W], as both are."""
    count, components = cv2.connectedComponents(region.astype(np.uint8), connectivity=4)
    kept = np.zeros(count, dtype=bool)
    kept[components[seeds]] = True
    kept[0] = False
    return kept[components]


def flood(image: np.ndarray, markers: np.ndarray) -> np.ndarray:
    """Marker watershed on the colours: int32 [H, W], the markers' numbers and -1 on the lines between the basins.

    image: uint8 [H, W, 3], RGB; markers: integer [H, W], 0 where it is open.
    """
    # The watershed gives the outermost pixels to nobody: a margin keeps cells at the border whole.
    smooth = cv2.copyMakeBorder(cv2.GaussianBlur(image, (3, 3), 0), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    return cv2.watershed(smooth, np.pad(markers.astype(np.int32), 1, mode="edge"))[1:-1, 1:-1]


def follow_edges(image: np.ndarray, cell: np.ndarray, core: np.ndarray) -> np.ndarray:
    """`cell` with its contour at the strongest edge within BAND of it: bool [H, W].

    image: uint8 [H, W, 3], RGB; cell: bool [H, W]; core: bool [H, W], surely cell, however narrow. The watershed grows
    from what lies deeper than the band inside the cell, and from what lies farther than it outside.
    """
    reach = max(1, round(BAND * max(cell.shape)))
    # A cell cut by the border of the image has no contour there.
    depth = cv2.distanceTransform(np.pad(cell, 1, mode="edge").astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    distance = cv2.distanceTransform((~cell).astype(np.uint8), cv2.DIST_L2, 5)
    markers = np.where(distance > reach, 2, 0)
    markers[(depth > reach) | core] = 1
    flooded = flood(image, markers)
    # The line between the basins (-1) is the edge itself; the masks of the datasets count it to the cell.
    return (flooded == 1) | ((flooded == -1) & (distance <= reach))
