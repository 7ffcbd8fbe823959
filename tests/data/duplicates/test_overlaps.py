from __future__ import annotations

import cv2
import numpy as np
import pytest

from sgcldff.config.training import Augmentation
from sgcldff.data.augment import augment
from sgcldff.data.duplicates.keypoints import Keypoints, collect, find_keypoints
from sgcldff.data.duplicates.overlaps import group_images, overlap, overlap_mirrored, overlaps_between, overlaps_within
from sgcldff.data.sources.synthetic import SyntheticSmears


def field(seed: int, side: int = 400) -> np.ndarray:
    """A smear of discs, wide enough to cut images from."""
    rng = np.random.default_rng(seed)
    image = np.full((side, side, 3), 220, np.uint8)
    for _ in range(160):
        centre = tuple(int(value) for value in rng.integers(0, side, 2))
        radius, colour = int(rng.integers(4, 22)), [int(value) for value in rng.integers(60, 210, 3)]
        cv2.circle(image, centre, radius, colour, -1, cv2.LINE_AA)
    return image


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
    images = [field(0), field(1)]
    for centre in [(50, 60), (300, 90), (200, 330), (90, 250), (330, 300), (150, 150), (260, 200)]:
        for image in images:
            cv2.circle(image, centre, 16, (230, 230, 230), -1)
            cv2.circle(image, centre, 5, (20, 20, 20), -1, cv2.LINE_AA)
    assert not overlap(*map(find_keypoints, images))


def test_an_even_image_overlaps_nothing():
    even = find_keypoints(np.full((100, 120, 3), 200, np.uint8))
    assert len(even.points) == 0
    assert not overlap(even, even)


def keypoints_with_rivals(ratio: float, count: int = 8) -> tuple[Keypoints, Keypoints]:
    """Two images whose keypoints match by one shift: the best match lies `ratio` times as far off as the second best.

    Distances are those of unit descriptors. The second best stands 60 degrees (distance 1) from its keypoint.
    """

    def descriptors(angle: float, axis: int) -> np.ndarray:
        """Of each keypoint, one at `angle` (radians) from its own direction; other keypoints stand at 90 degrees."""
        vectors = np.zeros((count, 128))
        keypoint = np.arange(count)
        vectors[keypoint, 3 * keypoint], vectors[keypoint, 3 * keypoint + axis] = np.cos(angle), np.sin(angle)
        return np.rint(255 * vectors).astype(np.uint8)

    def keypoints(points: np.ndarray, descriptors: np.ndarray) -> Keypoints:
        zeros = np.zeros(len(points), np.float32)
        return Keypoints(points.astype(np.float32), zeros + 4, zeros, descriptors, shape=(240, 240))

    rng = np.random.default_rng(0)
    points, rivals = rng.uniform(20, 180, (count, 2)), rng.uniform(20, 220, (count, 2))
    best, second = descriptors(2 * np.arcsin(ratio / 2), 1), descriptors(np.pi / 3, 2)
    return (
        keypoints(points, descriptors(0, 1)),
        keypoints(np.concatenate([points + (30, 20), rivals]), np.concatenate([best, second])),
    )


@pytest.mark.parametrize(("ratio", "overlapping"), [(0.78, True), (0.82, False)])
def test_a_match_counts_where_the_best_is_clearly_nearer_than_the_second_best(ratio, overlapping):
    """Lowe's 0.8 is a ratio of distances, not of their squares (which would let 0.89 pass)."""
    assert overlap(*keypoints_with_rivals(ratio)) == overlapping


def turned(image: np.ndarray, angle: float, scale: float = 1.0) -> np.ndarray:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, scale)
    return cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)


@pytest.mark.parametrize("angle", [10, 90, 135, 180])
def test_a_turned_copy_overlaps(angle):
    smear = field(0, 240)
    assert overlap(find_keypoints(smear), find_keypoints(turned(smear, angle)))


@pytest.mark.parametrize("scale", [0.8, 1.25])
def test_a_zoomed_copy_overlaps(scale):
    smear = field(0, 240)
    assert overlap(find_keypoints(smear), find_keypoints(turned(smear, 7, scale)))


def test_a_smaller_copy_overlaps():
    smear = field(0, 240)
    half = cv2.resize(turned(smear, 20), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    assert overlap(find_keypoints(smear), find_keypoints(half))


@pytest.mark.parametrize("axis", [0, 1])
def test_a_mirrored_copy_overlaps_in_the_mirror_alone(axis):
    smear = find_keypoints(field(0, 240))
    copy = find_keypoints(turned(np.ascontiguousarray(np.flip(field(0, 240), axis)), 15))
    assert overlap_mirrored(smear, copy) and overlap_mirrored(copy, smear)
    assert not overlap(smear, copy)


def test_different_fields_do_not_overlap_in_the_mirror():
    assert not overlap_mirrored(find_keypoints(field(0)), find_keypoints(field(1)))


def test_among_more_images_more_matches_are_asked_for():
    smear = field(0)
    left, right = find_keypoints(smear[:240, :240]), find_keypoints(smear[60:300, 90:330])
    assert overlap(left, right) and not overlap(left, right, more=100)


def test_what_augmentation_makes_is_found(tmp_path):
    changes = Augmentation(rotation=15, flips=True, contrast=0.2, noise=5)
    generator = np.random.default_rng(0)
    smears = SyntheticSmears("field", 6, size=160)
    originals = [smears.draw(number)[0] for number in range(6)]
    copies = [augment(image, [], changes, generator)[0] for image in originals for _ in range(4)]
    store = collect(map(find_keypoints, [*originals, *copies]))
    pairs = overlaps_within(store, [str(number) for number in range(30)], tmp_path / "votes")
    groups = group_images(30, pairs[["first", "second"]].to_numpy())
    assert groups[6:].reshape(6, 4).tolist() == [[group] * 4 for group in groups[:6]]
    assert len(set(groups)) == 6


def test_each_pair_is_listed_once_with_its_kind(tmp_path):
    smear = field(0)
    images = [smear[:240, :240], field(1), smear[:240, :240], smear[60:300, 90:330]]
    pairs = overlaps_within(collect(map(find_keypoints, images)), ["a", "b", "a", "c"], tmp_path / "votes")
    assert pairs.to_numpy().tolist() == [[0, 2, "same pixels"], [0, 3, "overlap"]]


def test_two_datasets_are_compared_with_each_other_alone(tmp_path):
    smear = field(0)
    first = collect(map(find_keypoints, [field(1), smear[:240, :240], smear[10:250, 10:250]]))
    second = collect(map(find_keypoints, [smear[60:300, 90:330], field(1)]))
    pairs = overlaps_between(first, ["b", "a", "c"], second, ["d", "b"], tmp_path / "votes")
    assert pairs.to_numpy().tolist() == [[0, 1, "same pixels"], [1, 0, "overlap"], [2, 0, "overlap"]]


def test_groups_join_links_and_chains_of_them():
    groups = group_images(6, np.array([[0, 1], [1, 2]]), np.array([[3, 5]]))
    assert len({*groups[:3]}) == 1 and groups[3] == groups[5]
    assert len(set(groups)) == 3


@pytest.mark.parametrize("count", [0, 1, 2])
def test_even_images_share_nothing(count, tmp_path):
    even = [find_keypoints(np.full((100, 120, 3), 200, np.uint8))] * count
    assert overlaps_within(collect(even), [str(number) for number in range(count)], tmp_path / "votes").empty
    assert len(set(group_images(count))) == count
