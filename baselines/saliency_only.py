"""Saliency and boundary, no deep backbone: the paper's row "Asha et al. (2024)", a build in the style of its sources.

The paper describes Asha 2024 as a visual-saliency method for rapidly stained leukocytes. Of Asha 2024 (Expert Systems
with Applications 253:124309) no text could be read; its title says that saliency and boundary guide a segmentation for
cell counting. The description fits Zheng et al. 2014 (Micron 56:19), whose body could not be read either. The abstract
of that group's paper of July 2014 on the same images could: a saliency of nuclei from absolute differences locates
each leukocyte, a histogram-based contrast map gives the nuclei, an adaptive attention window the cytoplasm, and its
contour is corrected afterwards. No numbers are given.

Built here, from published parts in that order. Localisation: histogram contrast (Cheng 2011) cut by Otsu is the nuclei;
lobes near each other are one. Attention window: all that is nearer to the nucleus than so many of its radii.
Segmentation: within reach of the window, pixels whose colour is surprising (Bruce and Tsotsos 2005) against all that
lies outside of the windows. Boundary: the contour is moved to the strongest edge in a narrow band by a watershed.
Classification: the sources have none; hand features of the cell and a linear classifier, as for every classical method.

The parts and the fixed lengths were chosen on training and validation images of JTSC, BCCD and CellaVision at 96
pixels. Frequency-tuned saliency and centre-surround differences were tried for localisation and were worse; the
boundary step adds .01 to .02 of IoU to surprise alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from scipy.ndimage import binary_fill_holes

from baselines.handcrafted.boundary import follow_edges, touching
from baselines.handcrafted.cell import nearest_nucleus
from baselines.handcrafted.contrast import Colours, histogram_contrast, surprise
from baselines.handcrafted.method import HandFeatureMethod
from baselines.handcrafted.nucleus import drop_small, label_nuclei, separated
from baselines.handcrafted.regions import open_region

# How far the attention window reaches beyond the hull of the nucleus, in its equivalent radii.
WINDOWS = (0.9, 0.7, 1.2)

# Self-information, in nats, from which a pixel is cell. `fit` chooses a pair, the first of each where there are no
# masks.
SURPRISES = (5.5, 5.0, 6.0, 4.5)

# Where a cell ends at the latest, in radii from the hull; it may be larger than the window that it is judged by.
REACH = 1.3

# Least difference of the mean contrast, in units of Lab, between nuclei and the rest: Otsu finds two classes in noise
# too. In JTSC, CellaVision and BCCD it is at least 10.
LEAST_CONTRAST = 8.0
OPENING = 1 / 48  # radius of the opening that takes off threads between cells, in sides of the image


@dataclass(frozen=True)
class Located:
    """An image, uint8 [H, W, 3], with its nuclei.

    nuclei: int32 [H, W], 0 elsewhere, 1 the largest; nearest, distance: see `nearest_nucleus`.
    """

    image: np.ndarray
    colours: Colours
    nuclei: np.ndarray
    nearest: np.ndarray
    distance: np.ndarray


class SaliencyOnly(HandFeatureMethod):
    """A setting: reach of the attention window in radii of the nucleus, least surprise in nats."""

    settings = tuple(product(WINDOWS, SURPRISES))

    def prepare(self, image: np.ndarray) -> Located:
        colours = Colours.of(image)
        nuclei = label_nuclei(salient_nuclei(colours))
        return Located(image, colours, nuclei, *nearest_nucleus(nuclei))

    def segment(self, prepared: Located, window: float, least: float) -> np.ndarray:
        nuclei = prepared.nuclei > 0
        if not nuclei.any():
            return np.zeros(nuclei.shape, dtype=np.int32)
        surround = prepared.distance > window
        cell = prepared.distance < REACH
        if surround.any():
            cell &= surprise(prepared.colours, surround) > least
        opened = open_region(cell | nuclei, round(OPENING * len(nuclei)))
        cell = binary_fill_holes(touching(opened | nuclei, nuclei))
        return np.where(follow_edges(prepared.image, cell, nuclei), prepared.nearest, 0)


def salient_nuclei(colours: Colours) -> np.ndarray:
    """Pixels of high contrast to the image, bool [H, W]; all False where nothing stands out (LEAST_CONTRAST)."""
    contrast = histogram_contrast(colours)
    grey = np.rint(255 * contrast / max(contrast.max(), 1.0)).astype(np.uint8)
    _, foreground = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inside = foreground > 0
    if not separated(contrast, inside, LEAST_CONTRAST):
        return np.zeros(inside.shape, dtype=bool)
    return drop_small(inside)
