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

import cv2
import numpy as np

STAIN_KINDS = ("hue", "concentration")

# The background is this percentile of each channel: a fifth of the image must be empty, and single reflections do not
# count. In the three datasets it lies within 2 % of the commonest colour outside the cells (median), and within 6 % in
# 98 of 100 images.
BACKGROUND_PERCENTILE = 80

# Grey levels of light that no stain takes away. JTSC's camera set the green of 5 % of the cell pixels to nearly 0.
# Without the flare their ODs would be higher than any stain's, and a turned hue would make neon colours of them.
FLARE = 8


def shift_stain(image: np.ndarray, image_id: str, kind: str, strongest: float, level: float) -> np.ndarray:
    """The image with its stain shifted: RGB uint8 [H, W, 3].

    kind: `hue` turns the chromaticity by level x strongest degrees and keeps the density; `concentration` multiplies
    the OD by strongest ** level. level: from 0 to 1. The image_id decides whether it is shifted forwards or backwards
    (by the negative angle or the inverse factor), for every method, seed and level alike.

    Twice the concentration of a stain that lets half of the red and a quarter of the green light through. The
    background is 248, which is 256 with FLARE:

    >>> image = np.full((2, 3, 3), 248, np.uint8)
    >>> image[1, 1] = 120, 56, 248
    >>> shifted = shift_stain(image, "jtsc-001", "concentration", strongest=2, level=1)
    >>> shifted[1, 1].tolist()
    [56, 8, 248]
    >>> shifted[0, 0].tolist()
    [248, 248, 248]
    """
    return restain(image, stain_matrix(kind, strongest, direction(image_id) * level))


def direction(image_id: str) -> int:
    """1 (forwards) or -1 (backwards), each for about half of all image_ids.

    >>> direction("jtsc-001"), direction("jtsc-002")
    (1, -1)
    """
    return 1 if hashlib.sha256(image_id.encode()).digest()[0] % 2 else -1


def stain_matrix(kind: str, strongest: float, level: float) -> np.ndarray:
    """What the three ODs of a pixel are multiplied by, float64 [3, 3]; level from -1 to 1.

    >>> stain_matrix("concentration", strongest=4, level=-0.5).diagonal()
    array([0.5, 0.5, 0.5])
    """
    if kind == "concentration":
        return np.eye(3) * strongest**level
    grey_axis = np.full(3, 1 / np.sqrt(3))
    return cv2.Rodrigues(np.radians(strongest * level) * grey_axis)[0]


def restain(image: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The image, RGB uint8 [H, W, 3], with the ODs of each pixel multiplied by the matrix [3, 3].

    Values are rounded to the nearest and clipped to 0..255.

    >>> image = np.full((2, 3, 3), 248, np.uint8)
    >>> image[1, 1] = 120
    >>> restain(image, 2 * np.eye(3))[1, 1].tolist()
    [56, 56, 56]
    """
    background = np.percentile(image, BACKGROUND_PERCENTILE, axis=(0, 1)).astype(np.float32) + FLARE
    density = np.log(background / (image.astype(np.float32) + FLARE))
    light = background * np.exp(-cv2.transform(density, matrix.astype(np.float32)))
    return np.clip(np.rint(light - FLARE), 0, 255).astype(np.uint8)
