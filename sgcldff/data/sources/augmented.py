"""A dataset made larger by augmented copies of its images, as the widely used BCCD of 12,500 was from about 350.

It is there to be divided twice: by source image, and by image as if each copy were one of its own. The second lets
a model be tested on copies of what it was trained on.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from sgcldff.data.sources.dataset import Dataset, Record, build_dataset
from sgcldff.errors import InputError

ROTATION = 20.0  # Degrees, at most
SHEAR = 0.1
ZOOM = 0.1
BRIGHTNESS = 0.15  # shares up or down, at most


class Augmented(Dataset):
    """The images of another dataset, each with `copies` - 1 augmented ones beside it.

    of: dotted class of the dataset, one that takes no arguments; copies: images made of each, the first being the
    image itself; seed: of the augmentation. All copies of an image are one group, which is that of the image where
    its source names one. A copy depends on the image's name, its own number and the seed, and on nothing else: more
    copies begin with the fewer ones.
    Raises InputError for a class that does not exist or needs arguments, and for fewer than two copies.
    """

    def __init__(self, of: str, copies: int, seed: int = 0) -> None:
        if copies < 2 or seed < 0:
            raise InputError(
                f"Augmented copies need copies >= 2 and seed >= 0, not {copies} and {seed}: correct the dataset's "
                "`arguments`."
            )
        self.source = build_dataset(of, {})
        self.copies, self.seed = copies, seed
        about = self.source.about
        self.about = replace(
            about,
            what=f"Every image {copies} times, once as it is and otherwise rotated, sheared, zoomed, mirrored and "
            f"made brighter or darker, made to measure what a split after augmentation is worth. The source: "
            f"{about.what or of}",
            # They count the source's images, of which there are several here.
            faults=tuple(f"Of the source: {fault}" for fault in about.faults),
        )

    def fetch(self, raw: Path, mirror: str | None) -> None:
        """See Dataset.fetch: the files are the source's; copies are made as they are read."""
        self.source.fetch(raw, mirror)

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records: the copies of an image follow each other, named <image>-copy-<number>."""
        return [
            replace(record, image_id=f"{record.image_id}-copy-{copy:02d}", group=record.group or record.image_id)
            for record in self.source.records(raw)
            for copy in range(self.copies)
        ]

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """See Dataset.read; image and mask have the size of the source's."""
        name, copy = record.image_id.rsplit("-copy-", 1)
        image, codes = self.source.read(raw, replace(record, image_id=name))
        if int(copy) == 0:
            return image, codes
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
        return _variant(image, codes, np.random.default_rng([self.seed, key, int(copy)]))


def _variant(image: np.ndarray, codes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """An image and its mask moved together; what comes in from outside is their mirror image."""
    angle = np.deg2rad(rng.uniform(-ROTATION, ROTATION))
    shear, zoom = rng.uniform(-SHEAR, SHEAR), 1 + rng.uniform(-ZOOM, ZOOM)
    flips = np.where(rng.random(2) < 0.5, -1.0, 1.0)
    brightness = 1 + rng.uniform(-BRIGHTNESS, BRIGHTNESS)

    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = zoom * np.diag(flips) @ rotation @ np.array([[1, shear], [0, 1]])
    height, width = codes.shape
    centre = np.array([width - 1, height - 1]) / 2
    matrix = np.column_stack([linear, centre - linear @ centre])

    def warp(array: np.ndarray, interpolation: int) -> np.ndarray:
        return cv2.warpAffine(array, matrix, (width, height), flags=interpolation, borderMode=cv2.BORDER_REFLECT_101)

    lit = np.clip(np.round(warp(image, cv2.INTER_LINEAR).astype(np.float32) * brightness), 0, 255)
    return lit.astype(np.uint8), warp(codes, cv2.INTER_NEAREST)
