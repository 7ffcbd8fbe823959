from __future__ import annotations

import cv2
import numpy as np
import pytest

from sgcldff.data.overlaps import find_keypoints, group_pictures, overlap


def field(seed: int, side: int = 400) -> np.ndarray:
    """A smear of discs, wide enough to cut pictures from."""
    rng = np.random.default_rng(seed)
    picture = np.full((side, side, 3), 220, np.uint8)
    for _ in range(160):
        centre = tuple(int(v) for v in rng.integers(0, side, 2))
        cv2.circle(
            picture, centre, int(rng.integers(4, 22)), [int(v) for v in rng.integers(60, 210, 3)], -1, cv2.LINE_AA
        )
    return picture


def test_two_windows_of_one_field_overlap():
    smear = field(0)
    assert overlap(find_keypoints(smear[:240, :240]), find_keypoints(smear[60:300, 90:330]))


def test_a_window_of_another_size_and_focus_overlaps():
    smear = field(0)
    refocused = cv2.GaussianBlur(smear, (0, 0), 1.5)
    assert overlap(find_keypoints(smear[:240, :240]), find_keypoints(refocused[20:230, 30:250]))


def test_different_fields_do_not_overlap():
    assert not overlap(find_keypoints(field(0)), find_keypoints(field(1)))


def test_dust_that_stays_in_its_place_is_no_overlap():
    pictures = [field(0), field(1)]
    for centre in [(50, 60), (300, 90), (200, 330), (90, 250), (330, 300), (150, 150), (260, 200)]:
        for picture in pictures:
            cv2.circle(picture, centre, 16, (230, 230, 230), -1)
            cv2.circle(picture, centre, 5, (20, 20, 20), -1, cv2.LINE_AA)
    assert not overlap(*map(find_keypoints, pictures))


def test_an_even_picture_overlaps_nothing():
    even = find_keypoints(np.full((100, 120, 3), 200, np.uint8))
    assert len(even.points) == 0
    assert not overlap(even, even)


def test_groups_join_equal_digests_and_chains_of_overlaps():
    smear = field(0)
    windows = [smear[:, :200], smear[:, 100:300], smear[:, 200:]]
    keypoints = [find_keypoints(picture) for picture in [*windows, field(1), field(2), field(3)]]
    assert not overlap(keypoints[0], keypoints[2])
    groups = group_pictures(["a", "b", "c", "d", "e", "d"], keypoints)
    assert len({*groups[:3]}) == 1 and groups[3] == groups[5]
    assert len(set(groups)) == 3


@pytest.mark.parametrize("count", [0, 1])
def test_few_pictures_make_few_groups(count):
    assert len(group_pictures(["a"] * count, [find_keypoints(field(0))] * count)) == count
