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
from sgcldff.data.augment import augment, draw, noise_table
from sgcldff.method import Samples
from sgcldff.training.device_augmentation import augment_batch
from sgcldff.training.normalisation import normalise
from sgcldff.training.seeding import stream

# Of a GPU's memory, all of it and not what is free: where a fit is augmented must not depend on what runs beside it.
DEVICE_SHARE = 0.1


@dataclass
class Batch:
    """What a step learns from, on its device.

    images: float [B, 3, H, W] in channels-last order (faster convolutions on CPU and GPU alike); labels: int64 [B];
    masks: uint8 [B, H, W]; prior: float [B, H, W] in [0, 1] or None.
    """

    images: Tensor
    labels: Tensor
    masks: Tensor
    prior: Tensor | None


def to_tensor(images: np.ndarray, normalisation: str) -> Tensor:
    """uint8 [N, H, W, 3] -> normalised float32 [N, 3, H, W]."""
    return normalise(torch.from_numpy(images), normalisation).contiguous()


class AugmentedImages(Dataset):
    """The training images; an item is asked for as (epoch, position), so any worker makes the same variant of it.

    An item: the image uint8 [H, W, 3], its label, and the maps over it, each augmented alike.
    """

    def __init__(self, samples: Samples, prior: np.ndarray | None, augmentation: Augmentation, seed: int) -> None:
        self.samples = samples
        self.prior = prior
        self.maps = [samples.masks] if prior is None else [samples.masks, prior]
        self.augmentation = augmentation
        self.seed = seed

    def __getitem__(self, key: tuple[int, int]) -> tuple[Any, ...]:
        epoch, position = key
        maps = [each[position] for each in self.maps]
        image, maps = augment(self.samples.images[position], maps, self.augmentation, self.stream(epoch, position))
        return torch.from_numpy(image), int(self.samples.labels[position]), *(torch.from_numpy(each) for each in maps)

    def stream(self, epoch: int, position: int) -> np.random.Generator:
        """The generator of an image's variant in an epoch."""
        return stream(self.seed, "augmentation", epoch, position)


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


class HostBatches:
    """Iterates over the batches of an epoch, augmented on the CPU; the workers live as long as the object."""

    def __init__(
        self, images: AugmentedImages, order: EpochOrder, normalisation: str, device: str, workers: int
    ) -> None:
        self.order = order
        self.normalisation = normalisation
        self.device = device
        self.loader = DataLoader(
            images,
            batch_sampler=self.order,
            num_workers=workers,
            persistent_workers=workers > 0,
            pin_memory=device == "cuda",
            worker_init_fn=_one_thread,
            # Of its own: the loader draws a number whenever it starts workers, and from the common generator that would
            # shift the dropout of some epochs and not of others (of the first one after a resumption, for instance).
            generator=torch.Generator(),
        )

    def epoch(self, number: int) -> Iterator[Batch]:
        """The batches of one epoch, the same whenever and wherever it is asked for."""
        self.order.epoch = number
        for tensors in self.loader:
            images, labels, masks, *prior = (each.to(self.device, non_blocking=True) for each in tensors)
            yield _batch(images, labels, masks, prior, self.normalisation)


class DeviceBatches:
    """Iterates over the batches of an epoch; images, masks and priors lie on the device and are augmented there."""

    def __init__(self, images: AugmentedImages, order: EpochOrder, normalisation: str, device: str) -> None:
        self.order = order
        self.normalisation = normalisation
        self.source = images
        self.images = torch.from_numpy(images.samples.images).to(device)
        self.labels = torch.from_numpy(images.samples.labels).to(device)
        self.maps = [torch.from_numpy(each).to(device) for each in images.maps]
        self.noise = torch.from_numpy(noise_table()).to(device)

    def epoch(self, number: int) -> Iterator[Batch]:
        """The batches of one epoch, the same whenever it is asked for."""
        self.order.epoch = number
        height, width = self.images.shape[1:3]
        augmentation = self.source.augmentation
        for keys in self.order:
            chosen = torch.tensor([position for _, position in keys], device=self.images.device)
            variants = [draw(augmentation, height, width, self.source.stream(*key)) for key in keys]
            images, (masks, *prior) = augment_batch(
                self.images[chosen], [each[chosen] for each in self.maps], variants, self.noise
            )
            yield _batch(images, self.labels[chosen], masks, prior, self.normalisation)


def augmented_on(device: str, samples: Samples, prior: np.ndarray | None) -> str:
    """Where training images are augmented: on a GPU where they, their masks and priors take a share of its memory."""
    if device != "cuda":
        return "cpu"
    size = samples.images.nbytes + samples.masks.nbytes + (0 if prior is None else prior.nbytes)
    return "cuda" if size < DEVICE_SHARE * torch.cuda.mem_get_info()[1] else "cpu"


def training_batches(
    images: AugmentedImages, batch_size: int, normalisation: str, device: str, threads: int
) -> HostBatches | DeviceBatches:
    """Batches from where they are augmented (`augmented_on`).

    On a CPU all threads compute; beside a GPU those that do not feed it prepare batches.
    """
    order = EpochOrder(len(images.samples), batch_size, images.seed)
    if augmented_on(device, images.samples, images.prior) == "cuda":
        return DeviceBatches(images, order, normalisation, device)
    return HostBatches(images, order, normalisation, device, threads - 1 if device == "cuda" else 0)


def _batch(images: Tensor, labels: Tensor, masks: Tensor, prior: list[Tensor], normalisation: str) -> Batch:
    return Batch(normalise(images, normalisation), labels, masks, prior[0].float() / 255 if prior else None)


def _one_thread(_: int) -> None:
    cv2.setNumThreads(0)
