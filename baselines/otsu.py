"""Multi-level Otsu thresholding: the classical baseline that knows nothing but the histogram of one channel.

The paper names "classical thresholding" and gives no algorithm. Built here: Otsu's criterion (1979) with two to five
classes (exact, by dynamic programming over grey levels), on green (stained matter is dark in it), on saturation, or on
the blueness of CIE Lab (red cells are the yellower ones); the brightest classes are plasma and red cells and are
dropped. Then opening, hole filling, and the components that hold enough of the darkest class, the nucleus.

The channel, the number of classes, how many are dropped and the opening are chosen on the training subset: no choice
serves every stain. Which ones may be tried was settled on training images of JTSC, CellaVision and BCCD at 96 x 96.
"""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np

from baselines.handcrafted.method import HandFeatureMethod
from baselines.handcrafted.nucleus import separated
from baselines.handcrafted.regions import separate_leukocytes

GREEN, SATURATION, BLUENESS = 0, 1, 2
CHANNELS = (BLUENESS, GREEN, SATURATION)
CLASSES = (5, 4, 3, 2)
DROPPED = (2, 1)
OPENINGS = (1 / 32, 0.0, 1 / 16)  # radii of the opening, in sides of the image

# Least difference of the mean grey level, 0..255, between what is kept and the rest: Otsu finds classes in noise too,
# a level or two apart.
LEAST_CONTRAST = 8.0


class MultiOtsu(HandFeatureMethod):
    """Thresholds one channel into classes and keeps the darkest of them.

    A setting: index of the channel, number of classes, how many of the brightest are dropped, radius of the opening.
    """

    settings = tuple(
        (channel, classes, dropped, opening)
        for channel, classes, dropped, opening in product(CHANNELS, CLASSES, DROPPED, OPENINGS)
        if dropped < classes
    )

    def prepare(self, image: np.ndarray) -> list[tuple[np.ndarray, list[list[int]]]]:
        """Each channel, uint8 [H, W], and its thresholds (`otsu_thresholds`)."""
        return [(channel, otsu_thresholds(channel, max(CLASSES))) for channel in stain_channels(image)]

    def segment(
        self,
        prepared: list[tuple[np.ndarray, list[list[int]]]],
        channel: float,
        classes: float,
        dropped: float,
        opening: float,
    ) -> np.ndarray:
        values, thresholds = prepared[int(channel)]
        cuts = thresholds[int(classes) - 2]
        foreground = values >= cuts[int(dropped) - 1]
        if not separated(values, foreground, LEAST_CONTRAST):
            return np.zeros(values.shape, dtype=np.int32)
        return separate_leukocytes(foreground, values >= cuts[-1], round(opening * len(values)))


def stain_channels(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Green (inverted), saturation and blueness of uint8 [H, W, 3] RGB, smoothed: uint8 [H, W], high where stained."""
    smooth = cv2.GaussianBlur(image, (5, 5), 0)
    blueness = 255 - cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB)[:, :, 2]
    return 255 - smooth[:, :, 1], cv2.cvtColor(smooth, cv2.COLOR_RGB2HSV)[:, :, 1], blueness


def otsu_thresholds(values: np.ndarray, most: int) -> list[list[int]]:
    """Thresholds, ascending, of 2, 3, .. `most` classes: those with the largest variance between the classes.

    values: uint8, any shape. A value belongs to the class above a threshold if it is at least as large.
    """
    lowest = int(values.min())
    counts = np.bincount(values.ravel() - lowest)
    weight = np.concatenate([[0.0], counts.cumsum()])
    total = np.concatenate([[0.0], (counts * np.arange(len(counts))).cumsum()])
    # between[i, j]: what a class of the grey levels i..j-1 adds to the variance between classes (times the pixels).
    size = weight - weight[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = np.where(size > 0, (total - total[:, None]) ** 2 / size, -np.inf)
    best, starts, thresholds = between[0], [], []
    for _ in range(most - 1):
        candidates = best[:, None] + between
        starts.append(candidates.argmax(axis=0))
        best = candidates.max(axis=0)
        end, cuts = len(counts), []
        for start in reversed(starts):
            end = int(start[end])
            cuts.append(lowest + end)
        thresholds.append(cuts[::-1])
    return thresholds
