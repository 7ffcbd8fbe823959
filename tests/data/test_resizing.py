from __future__ import annotations

import numpy as np
import pytest

from sgcldff.data.resizing import resize_codes, resize_image, resize_mask


@pytest.mark.parametrize("shape", [(88, 120), (480, 640), (61, 61)])
def test_resized_masks_keep_the_areas(shape):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    radius = np.hypot(rows / shape[0] - 0.5, columns / shape[1] - 0.5)
    codes = ((radius < 0.3).astype(np.uint8) + (radius < 0.2)).astype(np.uint8)
    small = resize_codes(codes, 96)
    for code in (0, 1, 2):
        assert np.mean(small == code) == pytest.approx(np.mean(codes == code), abs=0.005)


def test_a_resized_mask_stays_in_place_of_its_image():
    codes = np.zeros((90, 90), np.uint8)
    codes[30:60, 15:45] = 2
    image = np.repeat((codes > 0)[..., None] * np.uint8(200), 3, axis=2)
    assert np.array_equal(resize_image(image, 30)[..., 0] > 100, resize_codes(codes, 30) == 2)


def test_unknown_pixels_stay_unknown():
    assert (resize_codes(np.full((20, 30), 255, np.uint8), 8) == 255).all()


@pytest.mark.parametrize("shape", [(200, 300), (61, 40), (64, 64)])
def test_a_mask_that_is_brought_back_to_the_images_own_size_keeps_its_share_and_place(shape):
    rows, columns = np.mgrid[:64, :64] / 64
    mask = np.hypot(rows - 0.4, columns - 0.6) < 0.25
    back = resize_mask(mask, *shape)
    assert back.shape == shape and back.dtype == bool
    assert back.mean() == pytest.approx(mask.mean(), abs=0.005)
    middle = [places.mean() / side for places, side in zip(np.nonzero(back), shape, strict=True)]
    assert middle == pytest.approx([0.4, 0.6], abs=0.015)
