"""Normalisation and augmentation: the same for the same seed, and maps move exactly as their image does."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from sgcldff.config.training import Augmentation
from sgcldff.data.augment import augment
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

NOTHING = {"rotation": 0, "flips": False, "contrast": 0, "noise": 0}
EVERYTHING = {"rotation": 15, "flips": True, "contrast": 0.2, "noise": 5}


@pytest.fixture
def image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8)


@pytest.fixture
def codes() -> np.ndarray:
    mask = np.full((64, 64), BACKGROUND, np.uint8)
    cv2.circle(mask, (38, 26), 16, CYTOPLASM, -1)
    cv2.circle(mask, (42, 24), 8, NUCLEUS, -1)
    mask[50:60, 5:20] = UNKNOWN
    return mask


def varied(image: np.ndarray, maps: list[np.ndarray], seed: int, **settings: Any):
    return augment(image, maps, Augmentation(**(NOTHING | settings)), np.random.default_rng(seed))


def test_the_same_seed_makes_the_same_variant(codes: np.ndarray) -> None:
    image = np.dstack([codes] * 3)
    (one, [mask]), (again, [same]), (other, _) = (varied(image, [codes], seed, **EVERYTHING) for seed in (1, 1, 2))
    assert np.array_equal(one, again) and np.array_equal(mask, same)
    assert not np.array_equal(one, other)


def test_with_nothing_asked_for_the_image_stays_as_it_is(image: np.ndarray) -> None:
    for seed in range(5):
        same, [moved] = varied(image, [image[..., 0]], seed)
        assert np.array_equal(same, image) and np.array_equal(moved, image[..., 0])


def test_flips_mirror_image_and_map_alike_and_every_way_occurs(image: np.ndarray) -> None:
    mirrored = [image[::y, ::x] for y in (1, -1) for x in (1, -1)]
    seen = set()
    for seed in range(30):
        image, [moved] = varied(image, [image[..., 1]], seed, flips=True)
        assert np.array_equal(image[..., 1], moved)
        seen |= {way for way, each in enumerate(mirrored) if np.array_equal(image, each)}
    assert seen == {0, 1, 2, 3}


@pytest.mark.parametrize("seed", range(8))
def test_maps_move_with_their_image(codes: np.ndarray, seed: int) -> None:
    cell = np.where((codes == CYTOPLASM) | (codes == NUCLEUS), 255, 0).astype(np.uint8)
    image, [moved, mask] = varied(np.dstack([cell] * 3), [cell, codes], seed, rotation=15, flips=True)
    assert np.array_equal(moved == 255, (mask == CYTOPLASM) | (mask == NUCLEUS))
    # Nearest neighbour against bilinear: they may differ within a pixel of the edge and nowhere else.
    edge = cv2.dilate(moved, np.ones((3, 3))) != cv2.erode(moved, np.ones((3, 3)))
    assert np.array_equal(image[~edge, 0], moved[~edge])
    rows, columns = np.indices(codes.shape)
    for axis in (rows, columns):
        centre = np.average(axis, weights=image[..., 0])
        assert centre == pytest.approx(np.average(axis, weights=moved), abs=0.25)


@pytest.mark.parametrize("seed", range(8))
def test_codes_stay_codes(codes: np.ndarray, seed: int) -> None:
    _, [mask] = varied(np.dstack([codes] * 3), [codes], seed, **EVERYTHING)
    assert mask.dtype == np.uint8 and set(np.unique(mask)) <= set(np.unique(codes))


def test_contrast_and_noise_leave_maps_alone(codes: np.ndarray) -> None:
    image = np.dstack([codes] * 3)
    changed, [mask] = varied(image, [codes], 4, contrast=0.5, noise=20)
    assert np.array_equal(mask, codes) and not np.array_equal(changed, image)


def test_a_setting_does_not_shift_what_the_others_draw(codes: np.ndarray) -> None:
    image = np.dstack([codes] * 3)
    for seed in range(5):
        moved = varied(image, [codes], seed, rotation=15, flips=True)[1][0]
        assert np.array_equal(moved, varied(image, [codes], seed, **EVERYTHING)[1][0])


def test_the_angle_keeps_to_its_limit() -> None:
    bar = np.zeros((101, 101), np.uint8)
    bar[50, 20:81] = 255
    angles = []
    for seed in range(60):
        _, [turned] = varied(np.dstack([bar] * 3), [bar], seed, rotation=15)
        rows, columns = np.nonzero(turned)
        angles.append(np.degrees(np.arctan(np.polyfit(columns, rows, 1)[0])))
    assert max(np.abs(angles)) < 15.5 and max(angles) > 10 and min(angles) < -10


def test_contrast_scales_around_the_mean_within_its_limit() -> None:
    image = np.full((8, 8, 3), 100, np.uint8)
    image[:4] = 150
    factors = [(int(v.max()) - int(v.min())) / 50 for v in (varied(image, [], s, contrast=0.2)[0] for s in range(50))]
    assert 0.78 <= min(factors) < 0.9 and 1.1 < max(factors) <= 1.22
    assert varied(image, [], 1, contrast=0.2)[0].mean() == pytest.approx(125, abs=1)


def test_noise_is_of_every_strength_up_to_the_one_that_is_asked_for() -> None:
    grey = np.full((96, 96, 3), 128, np.uint8)
    noise = np.stack([varied(grey, [], seed, noise=5)[0].astype(float) - 128 for seed in range(200)])
    assert noise.mean() == pytest.approx(0, abs=0.1)
    strengths = np.sort(noise.std(axis=(1, 2, 3)))
    assert np.abs(strengths - np.linspace(0, 5, 200)).max() < 0.6  # uniform (Kolmogorov-Smirnov at 200 draws: 0.12 x 5)


def test_noise_is_cut_at_black_and_white() -> None:
    for grey in (0, 255):
        image = varied(np.full((32, 32, 3), grey, np.uint8), [], 0, noise=20)[0]
        assert abs(image.astype(int) - grey).max() < 120


def test_the_image_given_is_not_changed(image: np.ndarray) -> None:
    before = image.copy()
    varied(image, [image[..., 0]], 1, **EVERYTHING)
    assert np.array_equal(image, before)


@pytest.mark.parametrize("settings", [{"hue": 30}, {"concentration": 2.0}])
def test_a_varied_stain_changes_cells_and_leaves_the_light_and_the_maps(settings: dict[str, float]) -> None:
    image = np.full((32, 48, 3), 230, np.uint8)
    image[8:20, 10:30] = (120, 60, 160)
    seen = set()
    for seed in range(6):
        stained, [moved] = varied(image, [image[..., 0]], seed, **settings)
        assert np.array_equal(moved, image[..., 0]) and np.array_equal(stained[0, 0], image[0, 0])
        seen.add(tuple(stained[10, 15]))
    assert len(seen) == 6


def test_a_varied_stain_leaves_the_other_draws_as_they_are(image: np.ndarray) -> None:
    settings = {"rotation": 15, "flips": True}
    (plain, [mask]), (stained, [same]) = (varied(image, [image[..., 0]], 3, **settings, hue=hue) for hue in (0.0, 1e-6))
    assert np.array_equal(mask, same) and np.abs(plain.astype(int) - stained).max() <= 1
