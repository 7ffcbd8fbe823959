"""Component 1: augmentation of the training images (Research Method 1, Experimental Setup 2).

As listed in the paper: rotation by up to 15 degrees, horizontal and vertical flips, contrast, Gaussian noise. No change
of colour is listed, although the claim is robustness to stain: none is made but where `hue` or `concentration` is set,
as the arm `stain_augmentation` does. Strengths other than the angle are not
given; they are keys of the configuration (`training.augmentation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from sgcldff.config.training import Augmentation
from sgcldff.data.stain_shift import restain, stain_matrix

NOISE_VALUES = 2**22  # 28 images of 224 pixels a side, at four million places


@dataclass(frozen=True)
class Variant:
    """What was drawn for one image, in the form in which images and whole batches are varied by it.

    matrix: float64 [2, 3], takes a pixel (x, y, 1) of the image to its place in the variant; contrast: factor around
    the mean; noise: its SD in grey levels; window: where it begins in `noise_table`; stain: float64 [3, 3], what the
    optical densities are multiplied by, before all else, or None.
    """

    matrix: np.ndarray
    contrast: float
    noise: float
    window: int
    stain: np.ndarray | None = None


@cache
def noise_table() -> np.ndarray:
    """Standard normal float32 [2^22], the same always: an image's noise is a window of it.

    A table, because a CPU and a GPU draw different numbers and both look up the same ones. Past its end it begins anew.
    """
    return np.random.default_rng(0).standard_normal(NOISE_VALUES, dtype=np.float32)


def draw(augmentation: Augmentation, height: int, width: int, generator: np.random.Generator) -> Variant:
    """Draw a variant of an image of this size.

    Noise is drawn from none to its full strength: were it the same in every image, no network would ever be shown a
    clean one, and batch normalisation would meet other statistics in every test image. The number of draws is always
    the same, so that one setting does not shift another's stream.
    """
    angle = generator.uniform(-1, 1) * augmentation.rotation
    flip_x, flip_y = (generator.random(2) < 0.5) & augmentation.flips
    contrast = 1 + generator.uniform(-1, 1) * augmentation.contrast
    window = int(generator.integers(NOISE_VALUES))
    noise = generator.uniform(0, 1) * augmentation.noise
    hue, concentration = generator.uniform(-1, 1, 2)
    stain = None
    if augmentation.hue > 0 or augmentation.concentration > 1:
        stain = stain_matrix("hue", augmentation.hue, hue)
        stain = stain @ stain_matrix("concentration", augmentation.concentration, concentration)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    if flip_x:
        matrix[0] = -matrix[0]
        matrix[0, 2] += width - 1
    if flip_y:
        matrix[1] = -matrix[1]
        matrix[1, 2] += height - 1
    return Variant(matrix, contrast, noise, window, stain)


def augment(
    image: np.ndarray, maps: list[np.ndarray], augmentation: Augmentation, generator: np.random.Generator
) -> tuple[np.ndarray, list[np.ndarray]]:
    """One random variant of an image and of the maps that lie over it.

    image: uint8 [H, W, 3]; maps: uint8 [H, W] each, moved with the image (nearest neighbour, so that codes stay
    codes). What turns in from outside the image is its mirror image, for the image and the maps alike. A GPU does the
    same to whole batches: `sgcldff.training.device_augmentation`.
    """
    height, width = image.shape[:2]
    variant = draw(augmentation, height, width, generator)

    def warp(array: np.ndarray, interpolation: int) -> np.ndarray:
        size = (width, height)
        return cv2.warpAffine(array, variant.matrix, size, flags=interpolation, borderMode=cv2.BORDER_REFLECT_101)

    stained = image if variant.stain is None else restain(image, variant.stain)
    varied = warp(stained, cv2.INTER_LINEAR)
    mean = np.float32(varied.mean(dtype=np.float64))
    varied = (varied.astype(np.float32) - mean) * np.float32(variant.contrast) + mean
    places = np.arange(variant.window, variant.window + varied.size)
    noise = noise_table().take(places, mode="wrap").reshape(varied.shape)
    varied += np.float32(variant.noise) * noise
    return np.clip(np.round(varied), 0, 255).astype(np.uint8), [warp(each, cv2.INTER_NEAREST) for each in maps]
