"""Explainable-CNN-style: a plain CNN on masked images (Islam et al. 2024, J. Pathol. Inform. 15:100389).

The source's abstract says: images are padded, thresholded, eroded, dilated and masked; a CNN whose structure and
hyperparameters were optimised in experiments classifies them, and beats InceptionV3, MobileNetV2 and DenseNet201; SHAP,
LIME, Grad-CAM and Grad-CAM++ explain its decisions afterwards. Its body could not be read, and no code of it was found:
neither the layers nor the thresholds are known. Hence "-style", and in their places:

- the images' preparation: Otsu's threshold on smoothed grey levels, erosion, a wider dilation, and all else set to
  black. Chosen on training images of JTSC, BCCD and CellaVision at 96 pixels, without training, so that no cell is
  lost: the mask keeps 98, 100 and 96 % of the annotated cell's pixels. Images are square already: nothing to pad;
- the CNN in the form usual for networks of this kind: five blocks of a 3x3 convolution with batch normalisation and
  ReLU, max-pooling and dropout, then two dense layers with dropout. Trained from random weights, as a network of its
  own make has no others. Its last block keeps its place in the image, which Grad-CAM needs.

Explanations are made after training and change no prediction: they are no part of this build. Learning rate, schedule
and augmentation are common to all methods. It classifies alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import cv2
import numpy as np
from torch import Tensor, nn

from sgcldff.method import Run, Samples
from sgcldff.model.heads import conv3x3
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import NetworkMethod

WIDTHS = (32, 64, 128, 256, 256)
DENSE = 256
REFERENCE_SIZE = 96  # side, in pixels, at which the radii below are meant; larger images scale them
# Radii: erosion takes specks and thin outlines away; dilation gives back that much and a rim of pale cytoplasm.
ERODED, DILATED = 2, 10


def mask_background(image: np.ndarray) -> np.ndarray:
    """The image with everything black that is neither dark nor close to it; uint8 [H, W, 3], RGB."""
    scale = image.shape[0] / REFERENCE_SIZE
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (0, 0), scale)
    _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    kept = cv2.dilate(cv2.erode(dark, _disc(ERODED * scale)), _disc(DILATED * scale))
    return cv2.bitwise_and(image, image, mask=kept)


def _disc(radius: float) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(radius) + 1,) * 2)


class PlainCNN(nn.Module):
    """Five convolution blocks and two dense layers for images of `size` pixels a side (a multiple of 32)."""

    def __init__(self, classes: int, size: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        for channels, width in zip((3, *WIDTHS), WIDTHS, strict=False):
            blocks += [conv3x3(channels, width), nn.MaxPool2d(2), nn.Dropout2d(0.1)]
        self.features = nn.Sequential(*blocks)
        self.classify = nn.Sequential(
            nn.Flatten(),
            nn.Linear(WIDTHS[-1] * (size // 2 ** len(WIDTHS)) ** 2, DENSE),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(DENSE, classes),
        )

    def forward(self, images: Tensor) -> Outputs:
        return {"classes": self.classify(self.features(images))}


class ExplainableCNN(NetworkMethod):
    """Explainable-CNN-style classification of masked images; arguments: see `NetworkMethod`, without weights."""

    class_maps = "features"

    def __init__(self, classes: Sequence[str], size: int, *, weights: Literal["none"] = "none", **shared: Any) -> None:
        super().__init__(classes, size, weights=weights, **shared)

    def build_network(self, weights: str) -> nn.Module:
        return PlainCNN(len(self.classes), self.size)

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        self.check_subsets(train, validation)
        return super().fit(masked(train), masked(validation), run)

    def seen(self, samples: Samples) -> Samples:
        return masked(samples)


def masked(samples: Samples) -> Samples:
    """The same samples with their images' background black."""
    return replace(samples, images=np.stack([mask_background(image) for image in samples.images]))
