"""Batches: every image once an epoch, in an order and a variant that follow seed and epoch alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch._subclasses.fake_tensor import FakeTensorMode

from sgcldff.config.training import Augmentation, Training
from sgcldff.method import Samples
from sgcldff.training.batches import (
    AugmentedImages,
    DeviceBatches,
    EpochOrder,
    HostBatches,
    to_tensor,
    training_batches,
)

Draw = Callable[..., Samples]


def batches(
    samples: Samples, augmentation: Augmentation, workers: int = 0, seed: int = 3, prior: bool = True, on_device=False
) -> HostBatches | DeviceBatches:
    stack = (samples.masks > 0).astype(np.uint8) * 255 if prior else None
    images = AugmentedImages(samples, stack, augmentation, seed)
    made = EpochOrder(len(samples), 4, seed)
    return (
        DeviceBatches(images, made, "fixed", "cpu") if on_device else HostBatches(images, made, "fixed", "cpu", workers)
    )


def order(count: int, batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    made = EpochOrder(count, batch_size, seed)
    made.epoch = epoch
    return [[position for _, position in batch] for batch in made]


@given(count=st.integers(2, 200), batch_size=st.integers(3, 40), seed=st.integers(0, 5), epoch=st.integers(1, 5))
def test_every_image_comes_once_and_no_batch_holds_one_alone(
    count: int, batch_size: int, seed: int, epoch: int
) -> None:
    made = order(count, batch_size, seed, epoch)
    assert sorted(position for batch in made for position in batch) == list(range(count))
    sizes = [len(batch) for batch in made]
    assert min(sizes) > 1 and max(sizes) <= batch_size and max(sizes) - min(sizes) <= 1
    assert len(made) == len(EpochOrder(count, batch_size, seed))


def test_the_order_follows_seed_and_epoch_and_nothing_else() -> None:
    first = order(20, 4, seed=1, epoch=2)
    torch.manual_seed(99)
    np.random.seed(99)
    assert order(20, 4, seed=1, epoch=2) == first
    assert order(20, 4, seed=1, epoch=3) != first
    assert order(20, 4, seed=2, epoch=2) != first


def test_items_are_asked_for_with_their_epoch() -> None:
    made = EpochOrder(5, 4, 0)
    made.epoch = 7
    assert {epoch for batch in made for epoch, _ in batch} == {7}


def test_worker_processes_do_not_change_a_batch(draw: Draw, settings: Callable[..., Training]) -> None:
    samples, augmentation = draw(9), settings().augmentation
    alone, helped = batches(samples, augmentation), batches(samples, augmentation, workers=2)
    for epoch in (2, 1):
        pairs = list(zip(alone.epoch(epoch), helped.epoch(epoch), strict=True))
        assert len(pairs) == 3
        for one, other in pairs:
            assert torch.equal(one.images, other.images) and torch.equal(one.labels, other.labels)
            assert torch.equal(one.masks, other.masks) and torch.equal(one.prior, other.prior)


@pytest.mark.parametrize("workers", [0, 1])
def test_asking_for_batches_draws_nothing_from_the_generator_of_dropout(
    draw: Draw, settings: Callable[..., Training], workers: int
) -> None:
    made = batches(draw(4), settings().augmentation, workers)
    before = torch.get_rng_state()
    for epoch in (1, 2):
        list(made.epoch(epoch))
        assert torch.equal(torch.get_rng_state(), before)


def test_an_image_is_augmented_again_in_each_epoch(draw: Draw, settings: Callable[..., Training]) -> None:
    images = batches(draw(4), settings().augmentation).loader.dataset
    assert torch.equal(images[1, 2][0], images[1, 2][0])
    assert not torch.equal(images[1, 2][0], images[2, 2][0])


def test_an_arm_without_a_prior_sees_the_same_images(draw: Draw, settings: Callable[..., Training]) -> None:
    samples, augmentation = draw(6), settings().augmentation
    pairs = zip(batches(samples, augmentation).epoch(1), batches(samples, augmentation, prior=False).epoch(1))  # noqa: B905
    for with_prior, without in pairs:
        assert without.prior is None
        assert torch.equal(with_prior.images, without.images) and torch.equal(with_prior.masks, without.masks)


def test_images_masks_and_priors_stay_together(draw: Draw, settings: Callable[..., Training]) -> None:
    for batch in batches(draw(9), settings().augmentation).epoch(1):
        cell = (batch.masks > 0).float()
        assert batch.prior.dtype == torch.float32 and torch.equal(batch.prior, cell)
        darkness = 1 - batch.images.mean(dim=1)
        assert (darkness * cell).sum() / cell.sum() > (darkness * (1 - cell)).sum() / (1 - cell).sum()
        lobes = [np.unique(mask).size for mask in batch.masks.numpy()]
        assert lobes == [3] * len(batch.labels)


def test_tensors_are_normalised_and_channels_come_first() -> None:
    image = np.zeros((1, 4, 6, 3), np.uint8)
    image[..., 0] = 255
    tensor = to_tensor(image, "fixed")
    assert tensor.shape == (1, 3, 4, 6) and tensor.is_contiguous() and tensor.dtype == torch.float32
    assert tensor[0, :, 0, 0].tolist() == [1, -1, -1]


def test_batches_made_on_a_device_are_those_of_the_cpu(draw: Draw, settings: Callable[..., Training]) -> None:
    samples, augmentation = draw(9), settings().augmentation
    two_levels = 2 * 2 / 255
    for prior in (True, False):
        host, device = (batches(samples, augmentation, prior=prior, on_device=each) for each in (False, True))
        pairs = list(zip(host.epoch(2), device.epoch(2), strict=True))
        assert len(pairs) == 3
        for one, other in pairs:
            assert torch.equal(one.labels, other.labels)
            assert (one.images - other.images).abs().max() <= two_levels * 1.01
            assert (one.images != other.images).float().mean() < 1e-3
            assert (one.masks != other.masks).float().mean() < 1e-3
            assert other.images.is_contiguous(memory_format=torch.channels_last)
            if prior:
                assert (one.prior != other.prior).float().mean() < 1e-3
            else:
                assert other.prior is None


@pytest.mark.parametrize(("memory", "kind"), [(10**9, DeviceBatches), (10**4, HostBatches)])
def test_images_lie_on_a_gpu_where_they_fit(
    draw: Draw, settings: Callable[..., Training], monkeypatch: pytest.MonkeyPatch, memory: int, kind: type
) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (0, memory))  # whatever is free
    monkeypatch.setattr(DeviceBatches, "__init__", lambda *_: None)
    images = AugmentedImages(draw(4), None, settings().augmentation, 0)
    assert isinstance(training_batches(images, 2, "fixed", "cuda", threads=1), kind)


def test_on_a_gpu_no_batch_is_made_on_the_cpu(draw: Draw, settings: Callable[..., Training]) -> None:
    """An imitated GPU: tensors without content that refuse to meet a tensor of another device."""
    samples = draw(5)
    with FakeTensorMode(allow_non_fake_inputs=True):
        for normalisation in ("fixed", "image", "imagenet"):
            images = AugmentedImages(samples, samples.masks, settings().augmentation, 0)
            made = DeviceBatches(images, EpochOrder(5, 4, 0), normalisation, "cuda")
            for batch in made.epoch(1):
                tensors = (batch.images, batch.labels, batch.masks, batch.prior)
                assert {each.device.type for each in tensors} == {"cuda"}
