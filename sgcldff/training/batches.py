"""Training batches: images in a seeded order, each augmented from its own stream."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from sgcldff.config.training import Augmentation
from sgcldff.data.augment import augment, normalise
from sgcldff.method import Samples
from sgcldff.training.seeding import stream


@dataclass
class Batch:
    """images float [B, 3, H, W]; labels int64 [B]; masks uint8 [B, H, W]; prior float [B, H, W] in [0, 1] or None."""

    images: Tensor
    labels: Tensor
    masks: Tensor
    prior: Tensor | None

    def to(self, device: str) -> Batch:
        """The batch on a device, images in channels-last order (faster convolutions on CPU and GPU alike)."""
        return Batch(
            self.images.to(device, non_blocking=True, memory_format=torch.channels_last),
            self.labels.to(device, non_blocking=True),
            self.masks.to(device, non_blocking=True),
            None if self.prior is None else self.prior.to(device, non_blocking=True),
        )


def to_tensor(images: np.ndarray, normalisation: str) -> Tensor:
    """uint8 [N, H, W, 3] -> normalised float32 [N, 3, H, W]."""
    return torch.from_numpy(np.ascontiguousarray(normalise(images, normalisation).transpose(0, 3, 1, 2)))


class AugmentedImages(Dataset):
    """The training images; an item is asked for as (epoch, position), so any worker makes the same variant of it."""

    def __init__(
        self, samples: Samples, prior: np.ndarray | None, augmentation: Augmentation, normalisation: str, seed: int
    ) -> None:
        self.samples = samples
        self.prior = prior
        self.augmentation = augmentation
        self.normalisation = normalisation
        self.seed = seed

    def __getitem__(self, key: tuple[int, int]) -> tuple[Any, ...]:
        epoch, position = key
        maps = [self.samples.masks[position]]
        if self.prior is not None:
            maps.append(self.prior[position])
        image, maps = augment(
            self.samples.images[position], maps, self.augmentation, stream(self.seed, "augmentation", epoch, position)
        )
        tensors = [torch.from_numpy(array) for array in maps]
        return to_tensor(image[None], self.normalisation)[0], int(self.samples.labels[position]), *tensors


class EpochOrder:
    """Batches of (epoch, position) in the seeded order of one epoch.

    The batches are of nearly the same size, at most `batch_size`: a last batch of one image would break batch
    normalisation.
    """

    def __init__(self, count: int, batch_size: int, seed: int) -> None:
        self.count = count
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return math.ceil(self.count / self.batch_size)

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        order = stream(self.seed, "order", self.epoch).permutation(self.count)
        for positions in np.array_split(order, len(self)):
            yield [(self.epoch, int(position)) for position in positions]


class TrainingBatches:
    """Iterates over the batches of an epoch; the workers live as long as the object."""

    def __init__(self, images: AugmentedImages, batch_size: int, workers: int, pinned: bool) -> None:
        self.order = EpochOrder(len(images.samples), batch_size, images.seed)
        self.loader = DataLoader(
            images,
            batch_sampler=self.order,
            num_workers=workers,
            persistent_workers=workers > 0,
            pin_memory=pinned,
            worker_init_fn=_one_thread,
            # Of its own: the loader draws a number whenever it starts workers, and from the common generator that would
            # shift the dropout of some epochs and not of others (of the first one after a resumption, for instance).
            generator=torch.Generator(),
        )

    def epoch(self, number: int) -> Iterator[Batch]:
        """The batches of one epoch, the same whenever and wherever it is asked for."""
        self.order.epoch = number
        for images, labels, masks, *prior in self.loader:
            yield Batch(images, labels, masks, prior[0].float() / 255 if prior else None)


def _one_thread(_: int) -> None:
    cv2.setNumThreads(0)
