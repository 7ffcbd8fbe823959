"""The three readings of "pixel intensity normalization"."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sgcldff.training.normalisation import normalise


@pytest.fixture
def images() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).integers(0, 256, (3, 48, 40, 3), np.uint8))


@pytest.mark.parametrize("how", ["fixed", "image", "imagenet"])
def test_channels_come_first_in_shape_and_last_in_memory(images: torch.Tensor, how: str) -> None:
    values = normalise(images, how)
    assert values.shape == (3, 3, 48, 40) and values.dtype == torch.float32
    assert values.is_contiguous(memory_format=torch.channels_last)


def test_fixed_is_minus_one_to_one() -> None:
    values = normalise(torch.tensor([0, 255, 51], dtype=torch.uint8).view(1, 1, 1, 3), "fixed")
    assert values.ravel().tolist() == pytest.approx([-1, 1, -0.6])


def test_by_image_gives_every_channel_mean_zero_and_deviation_one(images: torch.Tensor) -> None:
    values = normalise(torch.cat([images, images // 2 + 60]), "image").double()
    assert values.mean(dim=(2, 3)).abs().max() < 1e-6
    assert (values.std(dim=(2, 3), correction=0) - 1).abs().max() < 1e-6


def test_imagenet_is_by_the_mean_and_sd_of_its_channels() -> None:
    expected = [(128 / 255 - 0.485) / 0.229, (128 / 255 - 0.456) / 0.224, (128 / 255 - 0.406) / 0.225]
    values = normalise(torch.full((1, 1, 1, 3), 128, dtype=torch.uint8), "imagenet")
    assert values.ravel().tolist() == pytest.approx(expected, abs=1e-6)


def test_an_image_of_one_colour_becomes_zeros_by_itself() -> None:
    assert normalise(torch.full((1, 8, 8, 3), 90, dtype=torch.uint8), "image").abs().max() < 1e-3
