"""Segmentation scores of whole-cell masks, from four pixel counts an image.

Foreground is the whole cell (cytoplasm or nucleus). Pixels whose truth is UNKNOWN are left out of every count. What the
definition leaves undefined is NaN and never a number: IoU and Dice of two empty masks, and every score of an image
without a known pixel. An empty truth with a predicted cell is defined and scores 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sgcldff.method import UNKNOWN, whole_cell


@dataclass(frozen=True)
class PixelCounts:
    """Counts over the known pixels, int64 [N], an entry an image.

    intersection: cell in both masks; predicted: cell in the prediction; truth: cell in the truth; known: all of them.
    """

    intersection: np.ndarray
    predicted: np.ndarray
    truth: np.ndarray
    known: np.ndarray

    @property
    def scored(self) -> np.ndarray:
        """bool [N]: the image has a truth mask, that is, at least one known pixel."""
        return self.known > 0

    @property
    def both_empty(self) -> np.ndarray:
        """bool [N]: a truth mask without a cell, and none predicted: IoU and Dice are undefined."""
        return self.scored & (self.truth == 0) & (self.predicted == 0)

    @property
    def empty_truth(self) -> np.ndarray:
        """bool [N]: a truth mask without a cell, and one predicted: IoU and Dice are 0."""
        return self.scored & (self.truth == 0) & (self.predicted > 0)


def pixel_counts(predicted: np.ndarray, truth: np.ndarray) -> PixelCounts:
    """Counts of `predicted` (bool [N, H, W], the whole cell) against `truth` (uint8 [N, H, W], prepared mask codes).

    Raises ValueError where the shapes differ.

    >>> counts = pixel_counts(np.array([[[True, True, False]]]), np.array([[[1, 0, 255]]], np.uint8))
    >>> counts.intersection, counts.predicted, counts.truth, counts.known
    (array([1]), array([2]), array([1]), array([2]))
    """
    if predicted.shape != truth.shape:
        raise ValueError(f"predicted masks of shape {predicted.shape} against a truth of shape {truth.shape}")
    known = truth != UNKNOWN
    cell = whole_cell(truth)
    predicted = predicted & known

    def count(pixels: np.ndarray) -> np.ndarray:
        return np.count_nonzero(pixels, axis=(-2, -1)).astype(np.int64)

    return PixelCounts(count(predicted & cell), count(predicted), count(cell), count(known))


def concatenate(batches: Sequence[PixelCounts]) -> PixelCounts:
    """The counts of several batches of images as one, so that masks need not be in memory together.

    >>> one_image = PixelCounts(*np.array([[1], [2], [1], [2]]))
    >>> concatenate([one_image, one_image]).intersection
    array([1, 1])
    """
    columns = ("intersection", "predicted", "truth", "known")
    return PixelCounts(*(np.concatenate([getattr(counts, column) for counts in batches]) for column in columns))


def iou(counts: PixelCounts) -> np.ndarray:
    """Foreground intersection over union of each image, float64 [N]; NaN where both masks are empty.

    >>> iou(PixelCounts(intersection=np.array([1, 0]), predicted=np.array([2, 0]), truth=np.array([1, 0]),
    ...                 known=np.array([4, 4])))
    array([0.5, nan])
    """
    return _ratio(counts.intersection, counts.predicted + counts.truth - counts.intersection)


def dice(counts: PixelCounts) -> np.ndarray:
    """Foreground Dice coefficient of each image, float64 [N]; NaN where both masks are empty.

    >>> dice(PixelCounts(intersection=np.array([1]), predicted=np.array([3]), truth=np.array([1]), known=np.array([4])))
    array([0.5])
    """
    return _ratio(2 * counts.intersection, counts.predicted + counts.truth)


def pixel_accuracy(counts: PixelCounts) -> np.ndarray:
    """Share of the known pixels that are rightly cell or background, float64 [N]; two empty masks agree: 1.

    >>> counts = PixelCounts(*np.array([[1, 0], [2, 0], [1, 0], [4, 4]]))
    >>> pixel_accuracy(counts)
    array([0.75, 1.  ])
    """
    return _ratio(_right_background(counts) + counts.intersection, counts.known)


def pooled_iou(counts: PixelCounts) -> float:
    """Sum of the foreground intersections of all images over the sum of their unions: large cells weigh more.

    >>> counts = PixelCounts(intersection=np.array([1, 8]), predicted=np.array([2, 8]), truth=np.array([1, 8]),
    ...                      known=np.array([10, 10]))
    >>> pooled_iou(counts)
    0.9
    """
    return float(iou(_pooled(counts))[0])


def mean_iou(counts: PixelCounts) -> float:
    """Mean of the pooled foreground IoU and the pooled background IoU (the usual mIoU); NaN if either is undefined.

    >>> counts = PixelCounts(*np.array([[1], [2], [1], [3]]))  # 1 pixel of 2 of the cell, 1 of 2 of the background
    >>> mean_iou(counts)
    0.5
    """
    pooled = _pooled(counts)
    right = _right_background(pooled)
    # The union of the two backgrounds is every known pixel that is not cell in both masks.
    background = _ratio(right, pooled.known - pooled.intersection)
    return float((iou(pooled)[0] + background[0]) / 2)


def _right_background(counts: PixelCounts) -> np.ndarray:
    return counts.known - counts.predicted - counts.truth + counts.intersection


def _pooled(counts: PixelCounts) -> PixelCounts:
    columns = (counts.intersection, counts.predicted, counts.truth, counts.known)
    return PixelCounts(*(column.sum(keepdims=True) for column in columns))


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    undefined = np.full(denominator.shape, np.nan)
    return np.divide(numerator, denominator, out=undefined, where=denominator > 0)
