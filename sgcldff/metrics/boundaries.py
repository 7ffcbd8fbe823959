"""How well the outline of a whole-cell mask is met: boundary F1, normalised surface dice, Hausdorff distance.

The boundary of a mask are its pixels with a neighbour, of four, that is not in it; the image's edge counts as such a
neighbour. Pixels whose truth is UNKNOWN are on no boundary and make none. Distances are Euclidean, between the
centres of pixels and in pixels of the masks. That is the definition of MONAI 1.6 (`get_mask_edges`,
`compute_surface_dice`, `compute_hausdorff_distance`), and of Csurka, Larlus and Perronnin (2013) for the boundary F1.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from sgcldff.method import UNKNOWN, whole_cell

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


class BoundaryScores(NamedTuple):
    """boundary_f1, nsd: fractions, 0 where one of the masks is empty; hd95: pixels, NaN there. All NaN if both are."""

    boundary_f1: float = math.nan
    nsd: float = math.nan
    hd95: float = math.nan


def boundary_tolerance(height: int, width: int, share: float) -> int:
    """A share of the image's diagonal, rounded up to whole pixels.

    >>> boundary_tolerance(96, 96, share=0.0075), boundary_tolerance(224, 224, share=0.0075)
    (2, 3)
    """
    return math.ceil(share * math.hypot(height, width))


def boundary_scores(predicted: np.ndarray, truth: np.ndarray, share: float, nsd_tolerance: float) -> BoundaryScores:
    """Scores of one image: `predicted` (bool [H, W], the whole cell) against `truth` (uint8 [H, W], mask codes).

    boundary_f1: harmonic mean of the shares of either boundary that lie within the tolerance (`share` of the diagonal,
    rounded up) of the other. nsd: the pixels of both boundaries within `nsd_tolerance` pixels of the other, over all of
    them. hd95: the larger of the two 95th percentiles (linear between ranks) of the distances to the other boundary.
    Raises ValueError where the shapes differ.

    >>> truth = np.zeros((96, 96), np.uint8)
    >>> truth[30:60, 30:60] = 1
    >>> boundary_scores(np.roll(truth, 3, axis=1) > 0, truth, share=0.0075, nsd_tolerance=1.0).hd95
    3.0
    """
    if predicted.shape != truth.shape:
        raise ValueError(f"a predicted mask of shape {predicted.shape} against a truth of shape {truth.shape}")
    cell = whole_cell(truth)
    left, top, width, height = cv2.boundingRect((predicted | cell).view(np.uint8))
    # Neither mask reaches further, and a margin of one pixel tells what lies beside them: the rest changes nothing.
    near = np.s_[max(top - 1, 0) : top + height + 1, max(left - 1, 0) : left + width + 1]
    unknown = truth[near] == UNKNOWN
    ours, theirs = _boundary(predicted[near], unknown), _boundary(cell[near], unknown)
    found = [bool(edge.any()) for edge in (ours, theirs)]
    if not all(found):
        return BoundaryScores(boundary_f1=0.0, nsd=0.0) if any(found) else BoundaryScores()
    apart = [_distances(ours, theirs), _distances(theirs, ours)]
    tolerance = boundary_tolerance(*truth.shape, share)
    precision, recall = (_within(distances, tolerance) / distances.size for distances in apart)
    return BoundaryScores(
        boundary_f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        nsd=sum(_within(distances, nsd_tolerance) for distances in apart) / sum(distances.size for distances in apart),
        hd95=max(map(_percentile_95, apart)),
    )


def _boundary(mask: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """The pixels of the boundary of a mask, bool [H, W]; both arrays bool [H, W]."""
    # Unknown pixels beside the mask pass for its own, so that it has no edge towards them.
    filled = mask | unknown
    inside = cv2.erode(filled.view(np.uint8), _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return filled & ~unknown & ~inside.view(bool)


def _distances(edge: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The distance of each pixel of one boundary to the nearest of the other, float32, sorted."""
    to_other = cv2.distanceTransform((~other).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # OpenCV's roots differ in their last digit with its number of threads, and so with the machine. Squares are whole.
    return np.sort(np.sqrt(np.rint(np.square(to_other[edge]))))


def _within(distances: np.ndarray, tolerance: float) -> int:
    return int(np.searchsorted(distances, np.float32(tolerance), side="right"))


def _percentile_95(distances: np.ndarray) -> float:
    """As `np.percentile`, which takes as long as everything else here; distances are sorted."""
    rank = 0.95 * (distances.size - 1)
    low = int(rank)
    below, above = float(distances[low]), float(distances[min(low + 1, distances.size - 1)])
    return below + (rank - low) * (above - below)
