"""Each perturbation does what its name says, more at a higher level, and always the same to the same image."""

from __future__ import annotations

from typing import get_args

import cv2
import numpy as np
import pytest

from sgcldff.config.perturbation import Perturbation
from sgcldff.data.perturbations import KINDS, perturb

STRONGEST = {"blur": 4.0, "noise": 30.0, "illumination": 0.6, "resolution": 6.0, "jpeg": 10.0}


@pytest.fixture
def image() -> np.ndarray:
    """A chequered disc on a grey field: edges, colours and an even surface."""
    y, x = np.mgrid[:96, :96]
    disc = np.hypot(x - 50, y - 40) < 25
    return np.where((disc & ((x // 4 + y // 4) % 2 > 0))[..., None], (120, 40, 150), (205, 200, 190)).astype(np.uint8)


def one(image: np.ndarray, kind: str, level: float, name: str = "smear-1") -> np.ndarray:
    return perturb(image[None], [name], kind, STRONGEST[kind], level)[0]


def test_the_kinds_are_those_that_a_configuration_can_name() -> None:
    assert list(KINDS) == list(get_args(Perturbation.model_fields["kind"].annotation))


@pytest.mark.parametrize("kind", STRONGEST)
def test_level_0_is_the_image_bit_for_bit(image: np.ndarray, kind: str) -> None:
    assert np.array_equal(one(image, kind, 0), image)


@pytest.mark.parametrize("kind", STRONGEST)
def test_a_higher_level_lies_further_away(image: np.ndarray, kind: str) -> None:
    far = [np.abs(one(image, kind, level).astype(float) - image).mean() for level in (0, 0.25, 0.5, 0.75, 1)]
    assert min(np.diff(far)) > 0.1


@pytest.mark.parametrize("kind", STRONGEST)
def test_an_image_is_perturbed_alike_whatever_stands_beside_it(image: np.ndarray, kind: str) -> None:
    pair = perturb(np.stack([image[::-1], image]), ["smear-2", "smear-1"], kind, STRONGEST[kind], 0.5)
    assert np.array_equal(pair[1], one(image, kind, 0.5))


def test_noise_has_the_sd_asked_for_and_no_mean() -> None:
    grey = np.full((128, 128, 3), 128, np.uint8)
    drawn = one(grey, "noise", 0.5).astype(float) - grey
    assert drawn.std() == pytest.approx(15, rel=0.03) and abs(drawn.mean()) < 0.3


def test_uneven_light_falls_by_the_share_asked_for_in_a_direction_of_the_images_own() -> None:
    grey = np.full((128, 128, 3), 200, np.uint8)
    lit = [one(grey, "illumination", 0.5, name)[..., 0] for name in ("smear-1", "smear-2")]
    for each in lit:
        assert (each.max(), each.min()) == (200, 140)
    assert np.abs(lit[0].astype(int) - lit[1]).max() > 10


def test_a_blur_is_as_wide_a_share_of_an_image_of_any_size() -> None:
    def width(size: int) -> float:
        point = np.zeros((size, size, 3), np.uint8)
        point[size // 2 - size // 28 : size // 2 + size // 28, :] = 255
        profile = one(point, "blur", 1)[:, size // 2, 0].astype(float)
        return np.sqrt(np.average((np.arange(size) - size / 2) ** 2, weights=profile)) / size

    assert width(112) == pytest.approx(width(448), rel=0.05)


def test_jpeg_at_level_1_is_the_file_of_the_quality_asked_for(image: np.ndarray) -> None:
    _, file = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 10])
    assert np.array_equal(one(image, "jpeg", 1), cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1])


def test_a_lower_resolution_leaves_blocks_of_the_factor() -> None:
    lines = np.zeros((96, 96, 3), np.uint8)
    lines[:, ::2] = 255
    assert one(lines, "resolution", 1).std() < 5  # lines of one pixel are gone
