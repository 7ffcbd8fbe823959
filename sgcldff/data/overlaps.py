"""Find pictures that show the same piece of a smear, so that a split can keep them together.

In BCCD and JTSC the same cell was often photographed or cut out twice, a few or some hundred pixels apart and at
another focus: no checksum finds that. Two pictures overlap when many of their SIFT keypoints (Lowe 2004) match by one
common shift. Measured on all pairs of the real files: every pair that overlaps to the eye has at least 6 such matches
(most have 20 to 100), no other pair has more than 5, except that dust on the camera, which stays in its place, gives
up to 8 without a shift, where true pairs have at least 28. Of the pictures in the four classes that joins 64 in BCCD
(30 groups), 28 in JTSC (14 pairs, 112 and 139 with the same pixels) and 2 in CellaVision. All of them are shifted
only, neither turned nor scaled (a search for similarity transforms found no other). A pair that is joined wrongly costs
nothing but a little freedom of the split.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from tqdm import tqdm

LONG_SIDE = 240
"""Pixels to which the longer side is brought before keypoints are sought: coarse enough to bridge two foci."""
KEYPOINTS = 200
CONTRAST = 0.02
RATIO = 0.8
"""Lowe's ratio between the distances of the best and the second match."""
TOLERANCE = 0.015
"""How far shifts may differ and still count as the same, as a fraction of the longer side."""
SHIFTED_MATCHES = 6
UNSHIFTED_MATCHES = 12


@dataclass(frozen=True)
class Keypoints:
    """points: float32 [n, 2], (x, y) in pixels of the source; descriptors: float32 [n, 128], unit length; long_side:
    the picture's longer side in pixels of the source."""

    points: np.ndarray
    descriptors: np.ndarray
    long_side: int


def find_keypoints(picture: np.ndarray) -> Keypoints:
    """SIFT keypoints of an RGB uint8 picture [h, w, 3]."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    long_side = max(grey.shape)
    scale = LONG_SIDE / long_side
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=method)
    found, descriptors = cv2.SIFT_create(nfeatures=KEYPOINTS, contrastThreshold=CONTRAST).detectAndCompute(grey, None)
    if not found:
        return Keypoints(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32), long_side)
    points = np.array([keypoint.pt for keypoint in found], np.float32) / scale
    return Keypoints(points, descriptors / np.linalg.norm(descriptors, axis=1, keepdims=True), long_side)


def overlap(one: Keypoints, other: Keypoints) -> bool:
    """Whether the two pictures share a piece of the smear."""
    if min(len(one.points), len(other.points)) < SHIFTED_MATCHES:
        return False
    cosine = one.descriptors @ other.descriptors.T
    best = cosine.argmax(axis=1)
    mutual = np.flatnonzero(cosine.argmax(axis=0)[best] == np.arange(len(best)))
    if len(mutual) < SHIFTED_MATCHES:
        return False
    first = cosine[mutual, best[mutual]]
    cosine[mutual, best[mutual]] = -1
    # Between unit vectors the squared distance is 2 - 2 cos.
    matched = mutual[1 - first < RATIO**2 * (1 - cosine[mutual].max(axis=1))]
    if len(matched) < SHIFTED_MATCHES:
        return False
    shifts = other.points[best[matched]] - one.points[matched]
    tolerance = TOLERANCE * max(one.long_side, other.long_side)
    agreeing = (np.abs(shifts[:, None] - shifts[None]) <= tolerance).all(axis=2).sum(axis=1)
    common = agreeing.argmax()
    moved = np.abs(shifts[common]).max() > tolerance
    return bool(agreeing[common] >= (SHIFTED_MATCHES if moved else UNSHIFTED_MATCHES))


def group_pictures(sha256: list[str], keypoints: list[Keypoints]) -> np.ndarray:
    """Group number of each picture, int [n]: same pixels or overlapping, also by way of a third picture.

    Every pair is compared (0.3 ms each on one core: half a minute for the 67,161 pairs of BCCD).
    """
    count = len(sha256)
    first_with: dict[str, int] = {}
    pairs = [(index, first_with.setdefault(digest, index)) for index, digest in enumerate(sha256)]
    for one in tqdm(range(count), desc="find overlapping pictures", unit="picture", mininterval=1):
        pairs += [(one, other) for other in range(one + 1, count) if overlap(keypoints[one], keypoints[other])]
    rows, columns = np.array(pairs, dtype=int).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows), bool), (rows, columns)), shape=(count, count))
    return connected_components(graph, directed=False)[1]
