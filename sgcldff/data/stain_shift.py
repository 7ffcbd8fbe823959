"""A controlled shift of the stain, in hue or in concentration; the background light stays as it is.

Colour is taken as optical density, OD = ln(I0 / I) in each channel. I0 is the image's own empty background, so that
JTSC's yellow light and BCCD's grey one stay what they are. In the hue-saturation-density plane of van der Laak,
Pahlplatz, Hanselaar and de Wilde (Cytometry 39:275, 2000) the density is the mean D of the three ODs R, G and B, the
chromaticity is c_x = R / D - 1 and c_y = (G - B) / (sqrt(3) D), and the hue is the angle of (c_x, c_y). To turn the hue
at constant D is to rotate OD space about its grey axis. That is linear, so it has no seam where D is near 0 or, in
reflections, below.

How far real stains lie apart was measured as the mean OD in the whole-cell masks of an image (224 x 224), and the
median of that over images:
- Hue: 117 degrees in JTSC, 91 in CellaVision and 88 in BCCD, at most 29 apart (nuclei 26, cytoplasm 46). A hue shift of
  30 degrees is thus the way between the two most distant stains.
- Density: 0.72, 0.53 and 0.21, at most a factor of 3.4 apart (nuclei 4.1, cytoplasm 3.4). A concentration of 2 spans
  about that much from end to end, from half to double. The whole factor in one direction would turn the cells of the
  densest stain black and those of the faintest invisible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import cv2
import numpy as np

from sgcldff.errors import InputError

KINDS = ("hue", "concentration")

# The background is this percentile of each channel: a fifth of the image must be empty, and single reflections do not
# count. In the three datasets it lies within 2 % of the commonest colour outside the cells (median), and within 6 % in
# 98 of 100 images.
BACKGROUND_PERCENTILE = 80

# Grey levels of light that no stain takes away. JTSC's camera set the green of 5 % of the cell pixels to nearly 0.
# Without the flare their ODs would be higher than any stain's, and a turned hue would make neon colours of them.
FLARE = 8


def shift_stain(images: np.ndarray, image_ids: Sequence[str], kind: str, strongest: float, level: float) -> np.ndarray:
    """The images with their stain shifted: RGB uint8 [N, H, W, 3], as `images`; level 0 gives them bit for bit.

    kind: `hue` turns the chromaticity by level x strongest degrees and keeps the density; `concentration` multiplies
    the OD by strongest ** level. level: from 0 to 1. An image's image_id decides whether it is shifted forwards or
    backwards (by the negative angle or the inverse factor), for every method, seed and level alike. Values are rounded
    to the nearest and clipped to 0..255. Memory beside the result is that of one image.
    Raises InputError for another kind, and for a level outside 0 to 1.

    Twice the concentration of a stain that lets half of the red and a quarter of the green light through. The
    background is 248, which is 256 with FLARE:

    >>> images = np.full((1, 2, 3, 3), 248, np.uint8)
    >>> images[0, 1, 1] = 120, 56, 248
    >>> shifted = shift_stain(images, ["jtsc-001"], "concentration", strongest=2, level=1)
    >>> shifted[0, 1, 1].tolist()
    [56, 8, 248]
    >>> shifted[0, 0, 0].tolist()
    [248, 248, 248]
    """
    if kind not in KINDS:
        raise InputError(f"There is no stain shift of the kind {kind!r}: use {' or '.join(KINDS)}.")
    if not 0 <= level <= 1:
        raise InputError(f"The level of a stain shift is {level:g}: give one from 0 (none) to 1 (the strongest).")
    if level == 0:
        return images.copy()
    shifted = np.empty_like(images)
    for row, (image, image_id) in enumerate(zip(images, image_ids, strict=True)):
        shifted[row] = _shifted(image, _matrix(kind, strongest, direction(image_id) * level))
    return shifted


def direction(image_id: str) -> int:
    """1 (forwards) or -1 (backwards), each for about half of all image_ids.

    >>> direction("jtsc-001"), direction("jtsc-002")
    (1, -1)
    """
    return 1 if hashlib.sha256(image_id.encode()).digest()[0] % 2 else -1


def _matrix(kind: str, strongest: float, level: float) -> np.ndarray:
    """What the three ODs of a pixel are multiplied by, float64 [3, 3]; level from -1 to 1."""
    if kind == "concentration":
        return np.eye(3) * strongest**level
    grey_axis = np.full(3, 1 / np.sqrt(3))
    return cv2.Rodrigues(np.radians(strongest * level) * grey_axis)[0]


def _shifted(image: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The image, RGB uint8 [H, W, 3], with the ODs of each pixel multiplied by the matrix [3, 3]."""
    background = np.percentile(image, BACKGROUND_PERCENTILE, axis=(0, 1)).astype(np.float32) + FLARE
    density = np.log(background / (image.astype(np.float32) + FLARE))
    light = background * np.exp(-cv2.transform(density, matrix.astype(np.float32)))
    return np.clip(np.rint(light - FLARE), 0, 255).astype(np.uint8)
