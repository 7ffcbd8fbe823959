"""What is done to test images along the axes of the robustness scenarios, at growing strength.

Beside the stain (`stain_shift`) what the robustness challenges of the field change: sharpness, noise, light, resolution
and compression (Hendrycks and Dietterich, ICLR 2019, in the form that a microscope and its files give them). Everything
random is drawn from the image_id: an image is changed alike for every method and seed, and at a higher level by more of
the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np

from sgcldff.data.stain_shift import STAIN_KINDS, shift_stain
from sgcldff.errors import InputError

# Side, in pixels, at which the SD of a blur is stated: the paper's. Smaller images are blurred by the same share.
BLUR_SIDE = 224


def perturb(images: np.ndarray, image_ids: Sequence[str], kind: str, strongest: float, level: float) -> np.ndarray:
    """The images perturbed: RGB uint8 [N, H, W, 3], as `images`; level 0 gives them bit for bit.

    kind: one of KINDS, where what `strongest` means stands; level: from 0 to 1. Values are rounded to the nearest and
    clipped to 0..255. Raises InputError for another kind, and for a level outside 0 to 1.
    """
    if kind not in KINDS:
        raise InputError(f"There is no perturbation of the kind {kind!r}: use one of {', '.join(KINDS)}.")
    if not 0 <= level <= 1:
        raise InputError(f"The level of a perturbation is {level:g}: give one from 0 (none) to 1 (the strongest).")
    if level == 0:
        return images.copy()
    perturbed = np.empty_like(images)
    for row, (image, image_id) in enumerate(zip(images, image_ids, strict=True)):
        perturbed[row] = KINDS[kind](np.asarray(image), image_id, strongest=strongest, level=level)
    return perturbed


def blur(image: np.ndarray, _: str, strongest: float, level: float) -> np.ndarray:
    """Out of focus: a Gaussian with an SD of level x strongest pixels of an image of BLUR_SIDE."""
    sigma = level * strongest * max(image.shape[:2]) / BLUR_SIDE
    return cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)


def noise(image: np.ndarray, image_id: str, strongest: float, level: float) -> np.ndarray:
    """Of the camera: Gaussian with an SD of level x strongest grey levels, independent in every value."""
    drawn = _generator(image_id).standard_normal(image.shape, dtype=np.float32)
    return _rounded(image + np.float32(level * strongest) * drawn)


def illumination(image: np.ndarray, image_id: str, strongest: float, level: float) -> np.ndarray:
    """A lamp off its axis: light falls linearly over the image, in a direction of its own, by level x strongest of it.

    The brightest corner keeps its light.
    """
    height, width = image.shape[:2]
    angle = _generator(image_id).uniform(0, 2 * np.pi)
    y, x = np.mgrid[:height, :width]
    along = np.cos(angle) * x / max(width - 1, 1) + np.sin(angle) * y / max(height - 1, 1)
    fall = (along - along.min()) / max(np.ptp(along), np.finfo(float).tiny)
    return _rounded(image * (1 - level * strongest * fall)[..., None])


def resolution(image: np.ndarray, _: str, strongest: float, level: float) -> np.ndarray:
    """A weaker lens: reduced strongest ** level times by averaging, and enlarged again."""
    height, width = image.shape[:2]
    factor = strongest**level
    small = (max(1, round(width / factor)), max(1, round(height / factor)))
    reduced = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    return cv2.resize(reduced, (width, height), interpolation=cv2.INTER_LINEAR)


def jpeg(image: np.ndarray, _: str, strongest: float, level: float) -> np.ndarray:
    """Compressed as JPEG, whose quality falls from 100 to `strongest` at level 1."""
    quality = round(100 - level * (100 - strongest))
    done, encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise InputError(f"An image of shape {image.shape} cannot be written as JPEG: give one of RGB.")
    return cv2.cvtColor(cv2.imdecode(encoded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


# kind -> what changes an image [H, W, 3] with a name by level (above 0) of strongest.
KINDS = {kind: partial(shift_stain, kind=kind) for kind in STAIN_KINDS} | {
    "blur": blur,
    "noise": noise,
    "illumination": illumination,
    "resolution": resolution,
    "jpeg": jpeg,
}


def _generator(image_id: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(image_id.encode()).digest()[:8]))


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
