"""Reinhard's normalisation brings one stain to another, and leaves an image of the target as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sgcldff.data.reinhard import lab_statistics, reinhard
from sgcldff.data.sources.zheng import JTSC, CellaVision


def patches(mean: tuple[int, int, int], seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(mean, 12, (4, 32, 32, 3))
    return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)


def test_images_get_the_mean_and_sd_of_the_target() -> None:
    target = lab_statistics(patches((150, 120, 180), 0))
    moved = reinhard(patches((190, 140, 150), 1), target)
    assert lab_statistics(moved) == pytest.approx(target, abs=0.5)


def test_an_image_that_is_the_target_stays_as_it_is() -> None:
    (image,) = images = patches((150, 120, 180), 0)[:1]
    assert np.abs(reinhard(images, lab_statistics(images))[0].astype(int) - image).max() <= 1


def test_an_image_of_one_colour_gets_the_mean_alone() -> None:
    flat = np.full((1, 8, 8, 3), 90, np.uint8)
    moved = reinhard(flat, lab_statistics(patches((150, 120, 180), 0)))
    assert np.unique(moved.reshape(-1, 3), axis=0).shape == (1, 3)


@pytest.mark.slow
def test_it_brings_the_two_real_stains_together(mirror, tmp_path) -> None:
    """Mean Lab distance of the mean colours: far apart before, near after."""
    sets = {}
    for source in (JTSC, CellaVision):
        dataset = source()
        dataset.fetch(tmp_path / source.__name__, mirror)
        records = dataset.records(tmp_path / source.__name__)[:40]
        images = [dataset.read(tmp_path / source.__name__, record)[0] for record in records]
        sets[source] = np.stack([cv2.resize(image, (96, 96), interpolation=cv2.INTER_AREA) for image in images])
    target = lab_statistics(sets[CellaVision])
    before, after = (
        np.linalg.norm(lab_statistics(images)[0] - target[0]) for images in (sets[JTSC], reinhard(sets[JTSC], target))
    )
    assert before > 15 and after < 2
