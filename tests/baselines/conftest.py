"""Drawn smears for the methods without a network, and less work for those with frozen features."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, Samples

SIZE = 96
STAINS = {
    "purple": {
        "plasma": (246, 228, 226),
        "red cell": (226, 178, 172),
        "cytoplasm": (206, 178, 212),
        "nucleus": (96, 44, 136),
    },
    "yellow": {
        "plasma": (246, 226, 120),
        "red cell": (228, 190, 110),
        "cytoplasm": (212, 184, 112),
        "nucleus": (112, 36, 60),
    },
}


def draw_smear(cells, stain="purple", seed=0):
    """An image and its mask codes; cells: (x, y, radius of the cell, number of lobes)."""
    stain = STAINS[stain]
    generator = np.random.default_rng(seed)
    image = np.full((SIZE, SIZE, 3), stain["plasma"], dtype=np.uint8)
    mask = np.full((SIZE, SIZE), BACKGROUND, dtype=np.uint8)
    for x, y in generator.integers(0, SIZE, (4, 2)):
        if all(np.hypot(x - cell[0], y - cell[1]) > cell[2] + 9 for cell in cells):
            cv2.circle(image, (int(x), int(y)), 7, stain["red cell"], -1)
    for x, y, radius, lobes in cells:
        cv2.circle(image, (x, y), radius, stain["cytoplasm"], -1)
        cv2.circle(mask, (x, y), radius, CYTOPLASM, -1)
        for lobe in range(lobes):
            angle = 2 * np.pi * lobe / lobes
            away = 0.0 if lobes == 1 else 0.5 * radius
            centre = (round(x + away * np.cos(angle)), round(y + away * np.sin(angle)))
            reach = round(radius * (0.7 if lobes == 1 else 0.33))
            cv2.circle(image, centre, reach, stain["nucleus"], -1)
            cv2.circle(mask, centre, reach, NUCLEUS, -1)
    noisy = cv2.GaussianBlur(image, (3, 3), 0) + generator.normal(0, 3, image.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), mask


def draw_samples(count, seed=0):
    """Neutrophils (three lobes) and lymphocytes (one), in turn."""
    generator = np.random.default_rng(seed)
    images, labels = [], []
    for index in range(count):
        x, y = (int(value) for value in generator.integers(38, 58, 2))
        radius, label = int(generator.integers(15, 20)), index % 2
        images.append(draw_smear([(x, y, radius, 1 if label else 3)], seed=seed * 1000 + index))
        labels.append(label)
    images, masks = (np.stack(arrays) for arrays in zip(*images, strict=True))
    return Samples([str(index) for index in range(count)], images, np.array(labels, dtype=np.int64), masks)


@pytest.fixture(scope="session")
def draw():
    return draw_smear


@pytest.fixture(scope="session")
def drawn_samples():
    return draw_samples


@pytest.fixture(scope="module")
def one_variant() -> Iterator[None]:
    """One augmented variant of a training image is enough where features of a frozen network are taken."""
    from baselines.deep_features import method  # here, so that the tests without a network load no torch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(method, "VARIANTS", 1)
        yield
