"""The saliency prior A: what it marks, and whose it is."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sgcldff.data.sources.zheng import JTSC, CellaVision
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN, Samples
from sgcldff.model.prior import annotated_cell, colour_and_edges, colour_contrast, priors


def drawn_cell(seed: int, size: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """A violet cell off the middle of a pale, noisy field with two pink red cells; image and mask codes."""
    generator = np.random.default_rng(seed)
    image = np.full((size, size, 3), (232, 222, 214), np.uint8)
    mask = np.zeros((size, size), np.uint8)
    x, y = (int(each) for each in generator.integers(24, 40, 2))
    for corner in ((10, 10), (54, 50)):
        cv2.circle(image, corner, 8, (226, 190, 186), -1)
    cv2.circle(image, (x, y), 15, (186, 170, 210), -1)
    cv2.circle(mask, (x, y), 15, CYTOPLASM, -1)
    cv2.circle(image, (x + 2, y), 9, (110, 60, 150), -1)
    cv2.circle(mask, (x + 2, y), 9, NUCLEUS, -1)
    noisy = image + generator.normal(0, 4, image.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), mask


def cells(count: int) -> Samples:
    images, masks = zip(*(drawn_cell(seed) for seed in range(count)), strict=True)
    names = [f"cell-{number}" for number in range(count)]
    return Samples(names, np.stack(images), np.zeros(count, np.int64), np.stack(masks))


@pytest.mark.parametrize("size", [64, 224])
def test_colour_contrast_tells_a_drawn_cell_from_its_field(size: int) -> None:
    image, mask = drawn_cell(3, size)
    contrast = colour_contrast(image)
    assert contrast.shape == mask.shape and contrast.dtype == np.float32
    assert contrast.min() >= 0 and contrast.max() == 1
    assert roc_auc_score(mask.ravel() != BACKGROUND, contrast.ravel()) > 0.97


def test_edges_mark_the_outline_that_colour_alone_does_not() -> None:
    image, mask = drawn_cell(3)
    outline = cv2.morphologyEx((mask > 0).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    added = colour_and_edges(image) - colour_contrast(image) / 2
    assert added[outline].mean() > 3 * added[~outline].mean()
    assert colour_and_edges(image).min() >= 0 and colour_and_edges(image).max() <= 1


def test_an_image_of_one_colour_has_no_contrast() -> None:
    assert not colour_contrast(np.full((64, 64, 3), 128, np.uint8)).any()


def test_a_darker_light_leaves_the_order_of_the_contrast_nearly_as_it_is() -> None:
    image, mask = drawn_cell(5)
    dark = (image * 0.8).astype(np.uint8)
    assert roc_auc_score(mask.ravel() != BACKGROUND, colour_contrast(dark).ravel()) > 0.97


@pytest.mark.slow
@pytest.mark.parametrize(("dataset", "expected"), [(JTSC, 0.95), (CellaVision, 0.85)])
def test_colour_contrast_separates_cells_from_background_on_real_images(
    dataset: type, expected: float, mirror: str, tmp_path: Path
) -> None:
    source = dataset()
    source.fetch(tmp_path, mirror)
    records = source.records(tmp_path)
    areas = []
    for record in records[:: len(records) // 30]:
        image, mask = source.read(tmp_path, record)
        image = cv2.resize(image, (96, 96), interpolation=cv2.INTER_AREA)
        mask = cv2.resize(mask, (96, 96), interpolation=cv2.INTER_NEAREST)
        areas.append(roc_auc_score(mask.ravel() != BACKGROUND, colour_contrast(image).ravel()))
    assert np.mean(areas) > expected


def test_the_prior_from_masks_is_the_whole_cell() -> None:
    mask = np.array([[BACKGROUND, CYTOPLASM], [NUCLEUS, UNKNOWN]], np.uint8)
    assert annotated_cell(mask).tolist() == [[0, 1], [1, 0]]
    samples = cells(2)
    assert np.array_equal(priors(samples, "mask"), 255 * (samples.masks != BACKGROUND))


def test_the_prior_by_colour_uses_no_annotation() -> None:
    samples = cells(3)
    assert np.array_equal(priors(samples, "colour"), priors(samples.without_truth(), "colour"))


def test_priors_are_the_contrast_in_steps_of_255() -> None:
    samples = cells(2)
    made = priors(samples, "colour")
    assert made.dtype == np.uint8
    assert np.abs(made / 255 - np.stack([colour_contrast(each) for each in samples.images])).max() <= 0.5 / 255 + 1e-6


@pytest.mark.parametrize("count", [2, 3, 10])
@pytest.mark.parametrize("seed", range(5))
def test_no_image_keeps_its_own_prior_when_they_are_shuffled(count: int, seed: int) -> None:
    samples = cells(count)
    own, shuffled = priors(samples, "colour"), priors(samples, "colour", shuffle_seed=seed)
    given = [[index for index in range(count) if np.array_equal(own[index], each)] for each in shuffled]
    assert all(position not in owners for position, owners in enumerate(given))
    assert sorted(owners[0] for owners in given) == list(range(count))


def test_the_shuffle_follows_its_seed() -> None:
    samples = cells(10)
    first = priors(samples, "mask", shuffle_seed=1)
    assert np.array_equal(first, priors(samples, "mask", shuffle_seed=1))
    assert not np.array_equal(first, priors(samples, "mask", shuffle_seed=2))


def test_an_image_without_its_mask_is_refused_where_the_prior_is_the_mask() -> None:
    samples = cells(3)
    samples.masks[1, 5, 5] = UNKNOWN
    with pytest.raises(InputError, match="prior: mask.*cell-1.*prior: colour"):
        priors(samples, "mask")
