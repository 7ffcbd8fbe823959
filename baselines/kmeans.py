"""Clustering of the colours: the classical baseline that takes the darkest and bluest of k clusters for the leukocytes.

The paper names "classical thresholding" and gives no algorithm; clustering the pixels in CIE Lab is its usual
neighbour. Built here: Lloyd's k-means of the smoothed image in Lab, lightness weighted down where that serves, as
light varies more than hue. Clusters are ranked by L + b of their mean: nuclei are dark and blue, cytoplasm comes next,
red cells are as dark and yellower, plasma is bright. The first ones are kept; then opening, hole filling, and the
components that hold enough of the first cluster, the nucleus.

The weight, k, how many are kept and the opening are chosen on the training subset. L + b, and what may be tried, were
settled on training images of JTSC, CellaVision and BCCD at 96 x 96 (against L, green and b, alone or weighted).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import product

import cv2
import numpy as np

from baselines.handcrafted.method import HandFeatureMethod
from baselines.handcrafted.regions import separate_leukocytes

LIGHTNESS_WEIGHTS = (0.5, 1.0)
CLUSTERS = (4, 3, 5, 6)
KEPT = (2, 3)
OPENINGS = (1 / 32, 0.0)  # radii of the opening, in sides of the image

# k-means begins at equal lengths of L + b, then at k-means++ centres of a fixed seed; the tightest result is kept.
STARTS = 3

# Iterations at most, and the movement of the centres, in units of Lab, at which k-means ends.
STOP = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 50, 0.1)

# Least distance in Lab between the means of what is kept and of the rest: noise has clusters too, a unit or two
# apart.
LEAST_CONTRAST = 8.0


class LabKMeans(HandFeatureMethod):
    """Clusters each image by itself.

    A setting: weight of the lightness, number of clusters, how many are kept, radius of the opening.
    """

    settings = tuple(
        (weight, clusters, kept, opening)
        for weight, clusters, kept, opening in product(LIGHTNESS_WEIGHTS, CLUSTERS, KEPT, OPENINGS)
        if kept < clusters
    )

    def prepare(self, image: np.ndarray) -> tuple[np.ndarray, Callable[[float, int], np.ndarray]]:
        """The image in Lab, float32 [H, W, 3], and `rank_clusters` of it, which works each out once."""
        lab = cv2.cvtColor(cv2.GaussianBlur(image, (5, 5), 0).astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
        return lab, cache(partial(rank_clusters, lab))

    def segment(
        self,
        prepared: tuple[np.ndarray, Callable[[float, int], np.ndarray]],
        weight: float,
        clusters: float,
        kept: float,
        opening: float,
    ) -> np.ndarray:
        lab, ranks_of = prepared
        ranks = ranks_of(weight, int(clusters))
        foreground = ranks < kept
        outside = lab[~foreground]
        if not len(outside) or np.linalg.norm(lab[foreground].mean(axis=0) - outside.mean(axis=0)) < LEAST_CONTRAST:
            return np.zeros(ranks.shape, dtype=np.int32)
        return separate_leukocytes(foreground, ranks == 0, round(opening * len(ranks)))


def rank_clusters(lab: np.ndarray, weight: float, clusters: int) -> np.ndarray:
    """The cluster of each pixel, numbered by L + b of the mean, 0 the darkest and bluest: int64 [H, W].

    lab: float32 [H, W, 3]; weight: of L against a and b in the distance.
    """
    along = (lab[:, :, 0] + lab[:, :, 2]).ravel()
    # Equal lengths and not equal numbers of pixels: those split the plasma where it is half of the image.
    first = (along - along.min()) / max(float(np.ptp(along)), 1.0) * clusters
    first = np.minimum(first.astype(np.int32), clusters - 1)
    points = (lab * np.array([weight, 1.0, 1.0], dtype=np.float32)).reshape(-1, 3)
    cv2.setRNGSeed(0)
    start = cv2.KMEANS_USE_INITIAL_LABELS + cv2.KMEANS_PP_CENTERS
    _, labels, _ = cv2.kmeans(points, clusters, first[:, None], STOP, STARTS, start)
    labels = labels.ravel()
    sizes = np.bincount(labels, minlength=clusters)
    means = np.bincount(labels, weights=along, minlength=clusters) / np.maximum(sizes, 1)
    return means.argsort().argsort()[labels].reshape(lab.shape[:2])
