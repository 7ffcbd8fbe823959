"""Bring pictures and masks to one size."""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

CODES = np.array([BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN], np.uint8)


def resize_picture(picture: np.ndarray, size: int) -> np.ndarray:
    """The whole field of an RGB uint8 picture as [size, size, 3]; averages over areas where it shrinks."""
    shrinks = picture.shape[0] * picture.shape[1] > size * size
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def resize_codes(codes: np.ndarray, size: int) -> np.ndarray:
    """Mask codes as [size, size], each pixel the code with the largest share of what it covers.

    Shares come from the same resampling as the picture's, so outline and picture stay in place of each other and
    areas are not biased, as they are where single pixels are picked.
    """
    shares = np.stack([resize_picture((codes == code).astype(np.float32), size) for code in CODES])
    return CODES[shares.argmax(axis=0)]
