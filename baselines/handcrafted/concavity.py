"""Touching cells are cut apart where their common outline turns inwards."""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np

from baselines.handcrafted.boundary import touching

# How far a concave point lies inside the convex hull at least, in sides of the image: one pixel of 96.
LEAST_DEPTH = 1 / 96

# A cut is at most this share of the shorter outline between its ends: a neck, not a bay. (A half circle has .64.)
NARROWEST = 0.6
MOST_CUTS = 8  # a leukocyte has hardly more neighbours


def split_touching(region: np.ndarray, core: np.ndarray) -> np.ndarray:
    """What remains of the components of `region` that hold a pixel of `core` when their neighbours are cut off.

    region, core: bool [H, W]; returns bool [H, W]. Concave points of the outline are joined in pairs, the narrowest
    neck first, by straight cuts that run through the region and not the core; the parts without core are dropped.
    """
    piece = touching(region, core)
    for _ in range(MOST_CUTS):
        cut = _narrowest_cut(piece, core)
        if cut is None:
            break
        piece = touching(piece & ~cut, core)
    return piece


def _narrowest_cut(piece: np.ndarray, core: np.ndarray) -> np.ndarray | None:
    """Pixels of the best cut, bool [H, W]; None where no two concave points can be joined."""
    outlines, _ = cv2.findContours(piece.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    least_depth = LEAST_DEPTH * max(piece.shape)
    necks = sorted((neck for outline in outlines for neck in _necks(outline, least_depth)), key=lambda neck: neck[0])
    for _, start, end in necks:
        line = np.zeros(piece.shape, dtype=np.uint8)
        cv2.line(line, start, end, 1)
        cut = line > 0
        if not (cut & core).any() and np.count_nonzero(cut & ~piece) < 0.3 * np.count_nonzero(cut):
            return cut
    return None


def _necks(outline: np.ndarray, least_depth: float) -> list[tuple[float, tuple[int, int], tuple[int, int]]]:
    """Pairs of concave points of an outline with their narrowness: length of the cut to the shorter way round."""
    points = outline.reshape(-1, 2)
    step = np.linalg.norm(np.diff(points, axis=0, append=points[:1]), axis=1)
    along = np.concatenate([[0.0], step.cumsum()])
    necks = []
    for first, second in combinations(concave_points(outline, least_depth), 2):
        way = abs(along[first] - along[second])
        shorter = min(way, along[-1] - way)
        narrowness = float(np.linalg.norm(points[first] - points[second])) / shorter
        if narrowness < NARROWEST:
            start, end = (tuple(int(value) for value in points[index]) for index in (first, second))
            necks.append((narrowness, start, end))
    return necks


def concave_points(outline: np.ndarray, least_depth: float) -> list[int]:
    """Where an outline, int32 [N, 1, 2], is deepest inside each bay of its convex hull: ascending indices.

    least_depth: of a bay, in pixels.
    """
    if len(outline) < 4:
        return []
    defects = cv2.convexityDefects(outline, cv2.convexHull(outline, returnPoints=False))
    if defects is None:
        return []
    # OpenCV gives the depth in 1/256 of a pixel.
    return sorted(int(index) for _, _, index, depth in defects.reshape(-1, 4) if depth >= 256 * least_depth)
