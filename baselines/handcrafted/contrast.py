"""Two low-level saliency maps of colour: contrast to the whole image, and surprise against the surround.

Both count the colours of one image in cubes of CIE Lab, in which distances are differences that are seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial.distance import cdist

# Side, in pixels, at which a Gaussian of one pixel takes the noise out of the colours; larger images scale it.
REFERENCE_SIZE = 96
CUBE = 4.0  # side of a cube of colours, in units of Lab: a difference that is plainly seen
RAREST = 1e-5  # density that a colour which the surround lacks is taken to have: it bounds the surprise at 11.5 nats


@dataclass(frozen=True)
class Colours:
    """The colours of one image: index int64 [H, W], number of each pixel's cube in a grid of `extent` cubes."""

    index: np.ndarray
    extent: tuple[int, ...]

    @classmethod
    def of(cls, image: np.ndarray) -> Colours:
        """image: uint8 [H, W, 3], RGB."""
        lab = cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
        smooth = cv2.GaussianBlur(lab, (0, 0), max(image.shape[:2]) / REFERENCE_SIZE)
        cube = ((smooth - smooth.min(axis=(0, 1))) / CUBE).astype(np.int64)
        extent = tuple(int(each) + 1 for each in cube.max(axis=(0, 1)))
        return cls(np.ravel_multi_index(tuple(np.moveaxis(cube, 2, 0)), extent), extent)


def histogram_contrast(colours: Colours) -> np.ndarray:
    """Mean distance of a pixel's colour to those of all pixels, in units of Lab: float64 [H, W].

    Cheng et al. 2011 (CVPR), equation 1, worked out for each cube of colours instead of each pixel.
    """
    counts = np.bincount(colours.index.ravel())
    present = np.flatnonzero(counts)
    cubes = np.stack(np.unravel_index(present, colours.extent), axis=1)
    contrast = np.zeros(len(counts))
    contrast[present] = CUBE * cdist(cubes, cubes) @ (counts[present] / counts.sum())
    return contrast[colours.index]


def surprise(colours: Colours, surround: np.ndarray) -> np.ndarray:
    """Self-information of a pixel's colour among those of the surround, in nats: float64 [H, W].

    Bruce and Tsotsos 2005 (NIPS), -log p, of single colours: p is the surround's histogram, smoothed by a Gaussian
    of one cube. surround: bool [H, W], at least one pixel.
    """
    counts = np.bincount(colours.index[surround], minlength=int(np.prod(colours.extent)))
    density = gaussian_filter((counts / counts.sum()).reshape(colours.extent), 1.0)
    return -np.log(density.ravel()[colours.index] + RAREST)
