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

from sgcldff.method import CYTOPLASM, NUCLEUS, UNKNOWN

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
    unknown = truth == UNKNOWN
    ours = _boundary(predicted, unknown)
    theirs = _boundary((truth == CYTOPLASM) | (truth == NUCLEUS), unknown)
    left, top, width, height = cv2.boundingRect(ours | theirs)
    if not width:
        return BoundaryScores()
    # Distances between the boundaries do not change with what lies around both of them.
    ours, theirs = (edge[top : top + height, left : left + width] for edge in (ours, theirs))
    if not (ours.any() and theirs.any()):
        return BoundaryScores(boundary_f1=0.0, nsd=0.0)
    from_ours, from_theirs = _distances(ours, theirs), _distances(theirs, ours)
    tolerance = boundary_tolerance(*truth.shape, share)
    precision, recall = np.mean(from_ours <= tolerance), np.mean(from_theirs <= tolerance)
    close = np.count_nonzero(from_ours <= nsd_tolerance) + np.count_nonzero(from_theirs <= nsd_tolerance)
    return BoundaryScores(
        boundary_f1=float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0,
        nsd=float(close / (from_ours.size + from_theirs.size)),
        hd95=float(max(np.percentile(from_ours, 95), np.percentile(from_theirs, 95))),
    )


def _boundary(mask: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """The boundary of a mask as 0 and 1, uint8 [H, W]."""
    # Unknown pixels beside the mask pass for its own, so that it has no edge towards them.
    filled = (mask | unknown).astype(np.uint8)
    inside = cv2.erode(filled, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return (filled & ~unknown) & (1 - inside)


def _distances(edge: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The distance of each pixel of one boundary to the nearest of the other, float64."""
    to_other = cv2.distanceTransform(1 - other, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return to_other[edge > 0].astype(float)
