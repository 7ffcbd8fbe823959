"""Small drawn smears, a network of a few weights, and the settings of a short fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from sgcldff.config.training import Training
from sgcldff.method import CYTOPLASM, NUCLEUS, Samples


def _draw(count: int, classes: int = 2, size: int = 64, seed: int = 0) -> Samples:
    """A cell in each image; its class is the number of its nuclei."""
    generator = np.random.default_rng(seed)
    images = np.full((count, size, size, 3), (232, 222, 214), np.uint8)
    masks = np.zeros((count, size, size), np.uint8)
    labels = np.arange(count) % classes
    for image, mask, label in zip(images, masks, labels, strict=True):
        x, y = (int(each) for each in generator.integers(3 * size // 8, 5 * size // 8, 2))
        radius = size // 4
        cv2.circle(image, (x, y), radius, (186, 170, 210), -1)
        cv2.circle(mask, (x, y), radius, CYTOPLASM, -1)
        for lobe in range(label + 1):
            middle = (x - radius // 2 + lobe * radius // 2, y)
            cv2.circle(image, middle, radius // 4, (110, 60, 150), -1)
            cv2.circle(mask, middle, radius // 4, NUCLEUS, -1)
    noisy = images + generator.normal(0, 4, images.shape)
    names = [f"image-{seed}-{number}" for number in range(count)]
    return Samples(names, np.clip(noisy, 0, 255).astype(np.uint8), labels.astype(np.int64), masks)


@pytest.fixture
def draw() -> Callable[..., Samples]:
    """(count, classes, size, seed): drawn cells, the same for the same seed."""
    return _draw


class TinyNetwork(nn.Module):
    """Batch normalisation and dropout, so that whatever a resumption forgets shows in its weights."""

    def __init__(self, classes: int = 2) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5))
        self.mask = nn.Conv2d(4, 1, 1)
        self.classes = nn.Linear(4, classes)

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        features = self.features(images)
        return {"mask": self.mask(features)[:, 0], "classes": self.classes(features.mean(dim=(2, 3)))}


@pytest.fixture
def tiny_network() -> Callable[..., nn.Module]:
    """(seed, classes): a new TinyNetwork with the weights of that seed."""

    def build(seed: int = 0, classes: int = 2) -> nn.Module:
        torch.manual_seed(seed)
        return TinyNetwork(classes)

    return build


@pytest.fixture
def settings() -> Callable[..., Training]:
    """Keywords replace values of a fit of four epochs."""

    def build(**changes: Any) -> Training:
        base = {
            "epochs": 4,
            "batch_size": 4,
            "learning_rate": 0.01,
            "decay_factor": 0.1,
            "decay_every": 2,
            "patience": 10,
            "precision": "float32",
            "augmentation": {"rotation": 15, "flips": True, "contrast": 0.2, "noise": 5},
        }
        return Training(**(base | changes))

    return build
