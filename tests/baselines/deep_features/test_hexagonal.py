"""The hexagonal lattice over the square one: its kernels, filters and patterns, against geometry."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from baselines.deep_features.hexagonal import (
    COUNT,
    NECKLACES,
    RESPONSES,
    binary_patterns,
    describe,
    neighbour_kernels,
    neighbours,
    responses,
)

ROWS, COLUMNS = np.mgrid[:41, :41].astype(np.float32)
CENTRE = (20, 20)


def ramp(degrees: float) -> np.ndarray:
    """Rises by one a pixel in a direction, 90 degrees being up."""
    angle = np.deg2rad(degrees)
    return (np.cos(angle) * COLUMNS - np.sin(angle) * ROWS).astype(np.float32)


def at_centre(channel: np.ndarray, distance: float) -> dict[str, float]:
    filtered = responses(channel, neighbours(channel, distance))
    return dict(zip(RESPONSES, filtered[(slice(None), *CENTRE)], strict=True))


@pytest.mark.parametrize("distance", [1.0, 2.0, 2.6, 4.0])
def test_kernels_interpolate_at_six_points_of_one_distance_60_degrees_apart(distance: float) -> None:
    kernels = neighbour_kernels(distance)
    reach = kernels.shape[1] // 2
    np.testing.assert_allclose(kernels.sum(axis=(1, 2)), 1)
    assert (kernels >= 0).all() and (np.count_nonzero(kernels > 1e-9, axis=(1, 2)) <= 4).all()
    offsets = np.arange(-reach, reach + 1)
    x, y = (kernels * offsets).sum(axis=(1, 2)), -(kernels * offsets[:, None]).sum(axis=(1, 2))
    np.testing.assert_allclose(np.hypot(x, y), distance)
    np.testing.assert_allclose(np.rad2deg(np.arctan2(y, x)) % 360, 60 * np.arange(6), atol=1e-9)


def test_neighbours_of_a_ramp_lie_on_it() -> None:
    ring = neighbours(ramp(30), 2.0)[(slice(None), *CENTRE)] - ramp(30)[CENTRE]
    np.testing.assert_allclose(ring, 2 * np.cos(np.deg2rad(60 * np.arange(6) - 30)), atol=1e-4)


@pytest.mark.parametrize("degrees", [0, 17, 30, 45, 90, 133])
def test_the_gradient_is_as_long_in_every_direction(degrees: float) -> None:
    responses = at_centre(ramp(degrees), 2.0)
    assert responses["gradient"] == pytest.approx(2, abs=1e-3)
    assert responses["laplacian"] == pytest.approx(0, abs=1e-3)
    assert responses["mean"] == pytest.approx(ramp(degrees)[CENTRE], abs=1e-3)


def test_each_axis_hears_the_direction_along_it_most() -> None:
    for axis in (0, 60, 120):
        responses = at_centre(ramp(axis), 2.0)
        assert max(("axis_0", "axis_60", "axis_120"), key=responses.get) == f"axis_{axis}"
        assert responses[f"axis_{axis}"] == pytest.approx(2, abs=1e-3)


def test_the_laplacian_of_a_bowl_is_its_rise_at_the_neighbours() -> None:
    bowl = (COLUMNS - 20) ** 2 + (ROWS - 20) ** 2
    # Interpolation overestimates a bowl between the pixels by at most half a unit.
    assert at_centre(bowl, 4.0)["laplacian"] == pytest.approx(16, abs=0.5)


def test_patterns_that_turn_into_each_other_are_one() -> None:
    assert NECKLACES.min() == 0 and NECKLACES.max() == 13
    assert len({NECKLACES[1 << bit] for bit in range(6)}) == 1
    opposite, beside, apart = NECKLACES[0b001001], NECKLACES[0b000011], NECKLACES[0b000101]
    assert len({opposite, beside, apart}) == 3
    assert NECKLACES[0b110000] == beside and NECKLACES[0b100100] == opposite


def test_flat_bright_and_dark_points_have_their_patterns() -> None:
    point = np.zeros((21, 21), np.float32)
    point[10, 10] = 100
    flat = binary_patterns(np.full((21, 21), 7, np.float32), neighbours(np.full((21, 21), 7, np.float32), 2.0))
    assert (flat == NECKLACES[63]).all()
    assert binary_patterns(point, neighbours(point, 2.0))[10, 10] == NECKLACES[0]


def test_a_half_plane_lights_half_of_the_hexagon() -> None:
    half = np.where(COLUMNS > 20, 100, 0).astype(np.float32)
    half[:, 20] = 50
    # Of the six, those at 300, 0 and 60 degrees lie in the bright half.
    assert binary_patterns(half, neighbours(half, 4.0))[CENTRE] == NECKLACES[0b100011]


def test_an_image_has_as_many_finite_features_at_every_size() -> None:
    for size in (64, 96, 224):
        features = describe(np.random.default_rng(0).integers(0, 256, (size, size, 3), dtype=np.uint8))
        assert features.shape == (COUNT,) and np.isfinite(features).all()


def test_the_features_of_an_enlarged_image_are_nearly_the_same() -> None:
    small = np.full((96, 96, 3), 220, np.uint8)
    cv2.circle(small, (48, 48), 24, (110, 60, 150), -1)
    small = cv2.GaussianBlur(small, (0, 0), 2)
    features, enlarged = describe(small), describe(cv2.resize(small, (192, 192), interpolation=cv2.INTER_CUBIC))
    statistics = np.concatenate([np.arange(18) + start for start in range(0, COUNT, 32)])
    assert np.corrcoef(features[statistics], enlarged[statistics])[0, 1] > 0.999


def test_a_turn_by_60_degrees_leaves_the_features_nearly_as_they_are() -> None:
    noise = cv2.GaussianBlur(np.random.default_rng(0).normal(128, 400, (96, 96, 3)).astype(np.float32), (0, 0), 3)
    disc = np.hypot(*(np.mgrid[:96, :96] - 47.5))[..., None] < 40
    image = np.where(disc, np.clip(noise, 0, 255), 128).astype(np.uint8)
    turned = cv2.warpAffine(
        image,
        cv2.getRotationMatrix2D((47.5, 47.5), 60, 1),
        (96, 96),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    gradient = [describe(each)[32 * 3 * 2 + 2] for each in (image, turned)]
    assert gradient[0] == pytest.approx(gradient[1], rel=0.05)
