"""Component 1: normalisation and augmentation of the training images (Research Method 1, Experimental Setup 2).

As listed in the paper: rotation by up to 15 degrees, horizontal and vertical flips, contrast, Gaussian noise. No change
of colour is listed, although the claim is robustness to stain: none is made. Strengths other than the angle are not
given; they are keys of the configuration (`training.augmentation`).
"""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.config.training import Augmentation

IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
IMAGENET_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)  # of red, green and blue in [0, 1]


def normalise(images: np.ndarray, how: str) -> np.ndarray:
    """uint8 [N, H, W, 3] -> float32, the reading of "pixel intensity normalization".

    `fixed`: 0..255 to -1..1, as the weights of EfficientNet-Lite0 and of the R50-ViT expect; `imagenet`: by mean and SD
    of ImageNet, as most other pretrained weights do; `image`: each channel of each image to mean 0 and SD
    1, which takes most of the stain's tint out.
    """
    if how == "imagenet":
        return (images.astype(np.float32) / 255 - IMAGENET_MEAN) / IMAGENET_DEVIATION
    scaled = images.astype(np.float32) / 127.5 - 1.0
    if how == "fixed":
        return scaled
    mean = scaled.mean(axis=(1, 2), keepdims=True)
    deviation = scaled.std(axis=(1, 2), keepdims=True)
    return (scaled - mean) / np.maximum(deviation, 1e-3)


def augment(
    image: np.ndarray, maps: list[np.ndarray], augmentation: Augmentation, generator: np.random.Generator
) -> tuple[np.ndarray, list[np.ndarray]]:
    """One random variant of an image and of the maps that lie over it.

    image: uint8 [H, W, 3]; maps: uint8 [H, W] each, moved with the image (nearest neighbour, so that codes stay
    codes). What turns in from outside the image is its mirror image, for the image and the maps alike.
    The number of draws is always the same, so that one setting does not shift another's stream.
    """
    angle = generator.uniform(-1, 1) * augmentation.rotation
    flip_x, flip_y = (generator.random(2) < 0.5) & augmentation.flips
    contrast = 1 + generator.uniform(-1, 1) * augmentation.contrast
    noise_seed = generator.integers(2**32)

    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    if flip_x:
        matrix[0] = -matrix[0]
        matrix[0, 2] += width - 1
    if flip_y:
        matrix[1] = -matrix[1]
        matrix[1, 2] += height - 1

    def warp(array: np.ndarray, interpolation: int) -> np.ndarray:
        return cv2.warpAffine(array, matrix, (width, height), flags=interpolation, borderMode=cv2.BORDER_REFLECT_101)

    varied = warp(image, cv2.INTER_LINEAR).astype(np.float32)
    mean = varied.mean()
    varied = (varied - mean) * contrast + mean
    noise = np.random.default_rng(noise_seed).standard_normal(varied.shape, dtype=np.float32)
    varied += augmentation.noise * noise
    return np.clip(np.round(varied), 0, 255).astype(np.uint8), [warp(each, cv2.INTER_NEAREST) for each in maps]
