"""The pictures that predictions of one's own images are judged by."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest

from sgcldff.data.own_images import OwnImage
from sgcldff.evaluation.overlays import OUTLINE, overlay, thumbnail
from sgcldff.evaluation.own_images import OwnPrediction

SIZE = 400


def prediction(*, mask: bool = True, cam: bool = True, size: int = SIZE) -> OwnPrediction:
    """A grey square whose middle is the cell and whose left upper corner is the evidence."""
    cell, evidence = np.zeros((size, size), bool), np.zeros((64, 64), np.float32)
    cell[size // 4 : -size // 4, size // 4 : -size // 4], evidence[:16, :16] = True, 1
    pixels = np.full((size, size, 3), 128, np.uint8)
    image = OwnImage(Path("a.png"), "a")
    return OwnPrediction(image, pixels, np.array([0.2, 0.8]), cell if mask else None, evidence if cam else None)


def test_the_outline_lies_on_the_edge_of_the_mask_and_nowhere_else():
    drawn = overlay(prediction(cam=False))
    rows, columns = np.nonzero((drawn == OUTLINE).all(axis=2))
    reached = [rows.min(), columns.min(), SIZE - rows.max(), SIZE - columns.max()]
    np.testing.assert_allclose(reached, SIZE // 4, atol=2)
    assert (drawn[150:250, 150:250] == 128).all()


def test_grad_cam_stands_beside_the_image_and_is_bright_where_the_evidence_is():
    drawn = overlay(prediction(mask=False))
    assert drawn.shape == (SIZE, 2 * SIZE, 3) and (drawn[:, :SIZE] == 128).all()
    right = drawn[:, SIZE:].mean(axis=2)
    assert right[:80, :80].mean() > right[200:, 200:].mean() + 50


def test_without_mask_and_map_there_is_no_overlay_but_a_thumbnail():
    bare = prediction(mask=False, cam=False)
    assert overlay(bare) is None and thumbnail(bare, None).startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize(("size", "side"), [(40, 320), (SIZE, SIZE), (3200, 1600)])
def test_an_overlay_is_of_a_size_to_look_at(size, side):
    assert overlay(prediction(size=size)).shape == (side, 2 * side, 3)


@pytest.mark.parametrize(("cam", "shape"), [(False, (160, 160, 3)), (True, (160, 320, 3))])
def test_a_thumbnail_is_small_and_shows_both_sides(cam, shape):
    shown = prediction(cam=cam)
    address = thumbnail(shown, overlay(shown))
    content = np.frombuffer(base64.b64decode(address.partition(",")[2]), np.uint8)
    assert cv2.imdecode(content, cv2.IMREAD_COLOR).shape == shape
