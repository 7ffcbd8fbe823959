"""What a GPU does to a batch against what a CPU does to each of its images; both run on the CPU here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from sgcldff.config.training import Augmentation
from sgcldff.data import augment as on_cpu
from sgcldff.method import Samples
from sgcldff.training.device_augmentation import augment_batch
from sgcldff.training.seeding import stream

NOTHING = {"rotation": 0, "flips": False, "contrast": 0, "noise": 0}
EVERYTHING = {"rotation": 15, "flips": True, "contrast": 0.2, "noise": 5}
STAIN = {"hue": 30, "concentration": 2.0}
COUNT, SIZE = 12, 96


def both(samples: Samples, **settings: object) -> list[tuple[np.ndarray, np.ndarray]]:
    """(of the CPU, of the device): images, then masks."""
    augmentation = Augmentation(**(NOTHING | settings))
    one_by_one = [
        on_cpu.augment(image, [mask], augmentation, stream(3, "augmentation", 1, position))
        for position, (image, mask) in enumerate(zip(samples.images, samples.masks, strict=True))
    ]
    variants = [
        on_cpu.draw(augmentation, SIZE, SIZE, stream(3, "augmentation", 1, each)) for each in range(len(samples))
    ]
    images, (masks,) = augment_batch(
        torch.from_numpy(samples.images),
        [torch.from_numpy(samples.masks)],
        variants,
        torch.from_numpy(on_cpu.noise_table()),
    )
    return [
        (np.stack([image for image, _ in one_by_one]), images.numpy()),
        (np.stack([mask for _, (mask,) in one_by_one]), masks.numpy()),
    ]


@pytest.mark.parametrize(
    "settings",
    [{}, {"flips": True}, {"rotation": 15}, {"contrast": 0.2}, {"noise": 5}, STAIN, EVERYTHING, EVERYTHING | STAIN],
)
def test_each_image_is_what_the_cpu_makes_of_it(draw: Callable[..., Samples], settings: dict) -> None:
    (images, on_device), (masks, masks_on_device) = both(draw(COUNT, size=SIZE), **settings)
    assert on_device.dtype == masks_on_device.dtype == np.uint8
    difference = np.abs(images.astype(int) - on_device)
    # One level from the interpolation; a contrast above 1 can make two of it.
    assert difference.max() <= (2 if "contrast" in settings else 1) and (difference > 0).mean() < 1e-3
    assert (masks != masks_on_device).mean() < 1e-4
    if "rotation" not in settings:
        assert np.array_equal(images, on_device) and np.array_equal(masks, masks_on_device)
