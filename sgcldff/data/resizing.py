"""Bring images and masks to one size."""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

CODES = np.array([BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN], np.uint8)


def resize_image(image: np.ndarray, size: int) -> np.ndarray:
    """The whole field of an RGB uint8 image as [size, size, 3]; averages over areas where it shrinks."""
    return resize_to(image, size, size)


def resize_to(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """An image or a map, [h, w] or [h, w, C], as [height, width]; averages over areas where it shrinks."""
    shrinks = image.shape[0] * image.shape[1] > height * width
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def resize_mask(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """A mask, bool [h, w], as bool [height, width]: the pixels of which more than half are the cell's."""
    return resize_to(mask.astype(np.float32), height, width) > 0.5


def resize_codes(codes: np.ndarray, size: int) -> np.ndarray:
    """Mask codes as [size, size], each pixel the code with the largest share of what it covers.

    Shares come from the same resampling as the image's, so outline and image stay in place of each other and
    areas are not biased, as they are where single pixels are picked.
    """
    shares = np.stack([resize_image((codes == code).astype(np.float32), size) for code in CODES])
    return CODES[shares.argmax(axis=0)]
