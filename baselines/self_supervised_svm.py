"""Self-supervised segmentation in the style of Zheng et al. 2018 (Micron 107:55): an SVM for every image.

The abstract says: K-means extracts the foreground, touching cells are split by concavity analysis, which gives a coarse
leukocyte; that is the automatic label from which a support vector machine is trained, and the machine classifies every
pixel of the same image. Its features are median colours and a weak edge enhancement operator (WEEO); a cluster
sampling of the pixels saves time. The body could not be read, so these are choices of this build:
- K-means is that of `baselines.kmeans`; number of clusters and weight of the lightness are chosen on training images;
- the leukocyte among the split cells is the one with a stained nucleus (Tavakoli 2021), and no cut crosses a nucleus;
- median colours: Lab of three median filters; WEEO: the gradient divided by its mean nearby, so that a faint edge on
  quiet ground counts like a strong one on busy ground;
- cluster sampling: pixels of either label are drawn from eight clusters of their colour in proportion to their size;
- Gaussian kernel and penalty 1, scikit-learn's defaults; opening and hole filling at the end.
The source segments; classes come from hand features and a linear classifier, as for every classical method.

Chosen on training and validation images of JTSC, BCCD and CellaVision at 96 pixels. There the machine raises the mean
IoU of the coarse labels from .94 to .95, .83 to .86 and .78 to .84; WEEO makes no difference that shows, a second round
of training from the machine's own labels neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import binary_fill_holes
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from baselines.handcrafted.boundary import touching
from baselines.handcrafted.cell import nearest_nucleus
from baselines.handcrafted.concavity import split_touching
from baselines.handcrafted.method import HandFeatureMethod
from baselines.handcrafted.nucleus import label_nuclei, segment_nuclei
from baselines.handcrafted.regions import open_region
from baselines.kmeans import rank_clusters

REFERENCE_SIZE = 96  # side, in pixels, at which the lengths below hold; another size scales them
MEDIAN_RADII = (1, 3, 5)
EDGE_RADIUS = 4
OPENING = 1
REACH = 1.3  # where a cell ends at the latest, in radii of its nucleus from the nucleus's hull
PIXELS = 300  # how many of either label the machine is trained on
SAMPLED_CLUSTERS = 8


@dataclass(frozen=True)
class Described:
    """An image in Lab, float32 [H, W, 3], features of its pixels, standardised, float64 [H, W, F], and its nuclei.

    nuclei, nearest: int32 [H, W]; distance: float32 [H, W], as in `baselines.handcrafted.cell.Seeds`.
    """

    lab: np.ndarray
    features: np.ndarray
    nuclei: np.ndarray
    nearest: np.ndarray
    distance: np.ndarray


class SelfSupervisedSVM(HandFeatureMethod):
    """A setting: weight of the lightness in K-means, number of clusters; the brightest cluster is the plasma."""

    settings = ((0.25, 3), (1.0, 3), (0.25, 4))

    def prepare(self, image: np.ndarray) -> Described:
        nuclei = label_nuclei(segment_nuclei(image))
        return Described(to_lab(cv2.GaussianBlur(image, (5, 5), 0)), describe(image), nuclei, *nearest_nucleus(nuclei))

    def segment(self, prepared: Described, weight: float, clusters: float) -> np.ndarray:
        nuclei = prepared.nuclei > 0
        if not nuclei.any():
            return np.zeros(nuclei.shape, dtype=np.int32)
        within = prepared.distance < REACH
        opening = scaled(OPENING, len(nuclei))
        foreground = rank_clusters(prepared.lab, weight, int(clusters)) < clusters - 1
        opened = binary_fill_holes(open_region(foreground | nuclei, opening)) | nuclei
        coarse = split_touching(opened, nuclei) & within
        refined = open_region(relabel(prepared.features, coarse, within), opening) | nuclei
        return np.where(binary_fill_holes(touching(refined, nuclei)), prepared.nearest, 0)


def scaled(length: float, side: int) -> int:
    """A length given at REFERENCE_SIZE, in whole pixels of an image with that side, at least one."""
    return max(1, round(length * side / REFERENCE_SIZE))


def to_lab(image: np.ndarray) -> np.ndarray:
    """CIE Lab, float32 [H, W, 3], of uint8 RGB."""
    return cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)


def weak_edges(image: np.ndarray) -> np.ndarray:
    """Gradient of green divided by its mean nearby: float32 [H, W], about 1 where edges are as elsewhere around.

    A grey level a pixel is added to the mean, so that noise on flat ground is no edge.
    """
    side = max(image.shape[:2])
    green = cv2.GaussianBlur(image[:, :, 1].astype(np.float32), (0, 0), side / REFERENCE_SIZE)
    gradient = np.hypot(*(cv2.Sobel(green, cv2.CV_32F, *order) / 8 for order in ((1, 0), (0, 1))))
    window = 2 * scaled(EDGE_RADIUS, side) + 1
    return gradient / (cv2.blur(gradient, (window, window)) + 1.0)


def describe(image: np.ndarray) -> np.ndarray:
    """Median colours and weak edges of each pixel, standardised: float64 [H, W, 10]; image: uint8 [H, W, 3], RGB."""
    windows = (2 * scaled(radius, max(image.shape[:2])) + 1 for radius in MEDIAN_RADII)
    medians = [to_lab(cv2.medianBlur(image, window)) for window in windows]
    stacked = np.concatenate([*medians, weak_edges(image)[:, :, None]], axis=2)
    return StandardScaler().fit_transform(stacked.reshape(-1, stacked.shape[2])).reshape(stacked.shape)


def sample(features: np.ndarray, pixels: np.ndarray, count: int) -> np.ndarray:
    """At most `count` of the pixels, int64 indices into features [N, F], from clusters in proportion to their size."""
    if len(pixels) <= count:
        return pixels
    colours = features[None, pixels, :3].astype(np.float32)
    order = rank_clusters(colours, 1.0, SAMPLED_CLUSTERS)[0].argsort(kind="stable")
    return pixels[order[np.linspace(0, len(pixels) - 1, count).round().astype(int)]]


def relabel(features: np.ndarray, coarse: np.ndarray, within: np.ndarray) -> np.ndarray:
    """What a machine trained on the coarse labels calls leukocyte, bool [H, W]; the labels where they are all alike.

    features: [H, W, F]; coarse: bool [H, W]; within: bool [H, W], where there can be a leukocyte at all.
    """
    if coarse.all() or not coarse.any():
        return coarse
    points = features.reshape(-1, features.shape[2])
    inside, outside = (sample(points, np.flatnonzero(label), PIXELS) for label in (coarse, ~coarse))
    drawn = np.concatenate([inside, outside])
    machine = SVC().fit(points[drawn], np.repeat([1, 0], [len(inside), len(outside)]))
    refined = np.zeros_like(coarse)
    refined[within] = machine.decision_function(features[within]) > 0
    return refined
