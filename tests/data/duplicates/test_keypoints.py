from __future__ import annotations

from dataclasses import fields

import cv2
import numpy as np
import pytest

from sgcldff.data.duplicates.keypoints import MOST, collect, find_keypoints, read_store, write_store
from sgcldff.data.sources.synthetic import SyntheticSmears
from sgcldff.errors import InputError


@pytest.fixture(scope="module")
def smear():
    return SyntheticSmears("field", 1, size=240).draw(0)[0]


@pytest.mark.parametrize("axis", [0, 1])
def test_mirrored_descriptors_are_those_of_the_flipped_image(smear, axis):
    mirrored = find_keypoints(smear).mirrored()
    flipped = find_keypoints(np.ascontiguousarray(np.flip(smear, axis)))
    places = mirrored.points if axis else np.array(smear.shape[1::-1]) - 1 - mirrored.points
    nearest = np.linalg.norm(places[:, None] - flipped.points[None], axis=2).argmin(axis=1)
    apart = np.linalg.norm(mirrored.descriptors.astype(float) - flipped.descriptors[nearest], axis=1)
    # A descriptor is 512 long; unlike ones are about 400 apart.
    assert np.median(apart) < 60


def test_mirrored_keypoints_point_the_other_way(smear):
    mirrored, flipped = find_keypoints(smear).mirrored(), find_keypoints(np.ascontiguousarray(smear[:, ::-1]))
    nearest = np.linalg.norm(mirrored.points[:, None] - flipped.points[None], axis=2).argmin(axis=1)
    turned = (mirrored.angles - flipped.angles[nearest] + 180) % 360 - 180
    assert np.median(np.abs(turned)) < 5


def test_a_mirror_image_of_a_mirror_image_is_the_image(smear):
    keypoints = find_keypoints(smear)
    again = keypoints.mirrored().mirrored()
    assert np.allclose(again.points, keypoints.points, atol=1e-3)
    assert np.array_equal(again.descriptors, keypoints.descriptors)


def test_a_regular_pattern_has_no_more_keypoints_than_are_kept():
    pattern = np.full((240, 240, 3), 220, np.uint8)
    for x, y in np.ndindex(20, 20):
        cv2.circle(pattern, (12 * x + 6, 12 * y + 6), 3, (80, 60, 120), -1)
    keypoints = find_keypoints(pattern)
    assert len(keypoints.points) == len(keypoints.descriptors) == MOST
    assert np.array_equal(find_keypoints(pattern).points, keypoints.points)


def test_a_store_gives_back_each_image(smear, tmp_path):
    images = [
        find_keypoints(smear),
        find_keypoints(smear[:9, :9]),
        find_keypoints(smear[:120]),
        find_keypoints(smear),
    ]
    counts = np.array([len(each.points) for each in images])
    parts = [collect(images[:2]), collect(images[2:])]
    write_store(tmp_path, parts, counts, np.array([True, True, True, False]))
    store = read_store(tmp_path)
    assert len(store) == 3 and counts[1] == 0
    for image in range(3):
        for field in fields(images[image]):
            assert np.array_equal(getattr(store[image], field.name), getattr(images[image], field.name))


def test_a_store_without_any_keypoint_can_be_read(tmp_path):
    write_store(
        tmp_path, [collect([find_keypoints(np.full((20, 20, 3), 200, np.uint8))])], np.array([0]), np.array([True])
    )
    assert len(read_store(tmp_path)[0].points) == 0


@pytest.mark.parametrize("shape", [(1, 500), (3000, 2), (1, 1)])
def test_a_strip_has_no_keypoints(shape):
    assert len(find_keypoints(np.zeros((*shape, 3), np.uint8)).points) == 0


def test_a_missing_file_of_a_store_is_named(tmp_path):
    with pytest.raises(InputError, match=r"points\.npy is missing: prepare the dataset again"):
        read_store(tmp_path)


@pytest.mark.parametrize("name", ["points", "descriptors", "offsets"])
@pytest.mark.parametrize("keep", [slice(-1), slice(20), slice(0)])
def test_a_file_of_a_store_that_was_cut_off_is_named(smear, tmp_path, name, keep):
    store = collect([find_keypoints(smear)])
    write_store(tmp_path, [store], np.array([len(store.points)]), np.array([True]))
    file = tmp_path / f"{name}.npy"
    file.write_bytes(file.read_bytes()[keep])
    with pytest.raises(InputError, match=rf"{name}\.npy is damaged \(.*\): delete it and prepare the dataset again"):
        read_store(tmp_path)
