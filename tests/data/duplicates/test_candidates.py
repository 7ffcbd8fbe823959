from __future__ import annotations

import numpy as np
import pytest

from sgcldff.data.duplicates import candidates as module
from sgcldff.data.duplicates import descriptors as described
from sgcldff.data.duplicates.candidates import candidates
from sgcldff.data.duplicates.keypoints import collect, find_keypoints
from sgcldff.data.duplicates.overlaps import group_images
from sgcldff.data.sources.synthetic import SyntheticSmears
from sgcldff.errors import InputError


@pytest.fixture(scope="module")
def images():
    """Twelve smears, and after them the third one again: shifted, mirrored and turned."""
    smears = SyntheticSmears("field", 12, size=160)
    drawn = [smears.draw(number)[0] for number in range(12)]
    third = drawn[2]
    return [*drawn, third[8:, 8:], np.ascontiguousarray(third[:, ::-1]), np.ascontiguousarray(np.rot90(third))]


@pytest.fixture
def scratch(tmp_path):
    return tmp_path / "votes"


def pairs(blocks, mirrored=False):
    return {tuple(pair) for block, in_mirror in blocks if in_mirror == mirrored for pair in block.tolist()}


def test_a_shifted_and_a_turned_copy_are_candidates(images, scratch):
    unmirrored = pairs(candidates(collect(map(find_keypoints, images)), None, scratch))
    assert {(2, 12), (2, 14)} <= unmirrored
    assert all(first < second for first, second in unmirrored)


def test_a_mirrored_copy_is_a_candidate_in_the_mirror(images, scratch):
    assert (2, 13) in pairs(candidates(collect(map(find_keypoints, images)), None, scratch), mirrored=True)


def test_of_many_copies_all_are_joined(images, scratch):
    few = [find_keypoints(image) for image in images[:3]]
    store = collect([*few, *[few[1]] * 30])
    links = [np.concatenate([block for block, _ in candidates(store, None, scratch)])]
    assert len(set(group_images(len(store), *links)[[1, *range(3, 33)]])) == 1
    between = pairs(candidates(store, collect(few), scratch))
    assert {(row, 1) for row in (1, *range(3, 33))} <= between
    assert {(1, row) for row in (1, *range(3, 33))} <= pairs(candidates(collect(few), store, scratch))


def test_images_of_two_stores_are_candidates(images, scratch):
    store, other = (collect(map(find_keypoints, some)) for some in (images[:12], images[12:]))
    assert {(2, 0), (2, 2)} <= pairs(candidates(store, other, scratch))
    assert (2, 1) in pairs(candidates(store, other, scratch), mirrored=True)


@pytest.mark.parametrize("size", [(described, "CHUNK", 150), (described, "BUCKET", 300), (module, "BLOCK", 2)])
def test_pieces_of_any_size_give_the_same_candidates(images, scratch, monkeypatch, size):
    store = collect(map(find_keypoints, images))
    whole = list(candidates(store, None, scratch))
    monkeypatch.setattr(*size)
    in_pieces = list(candidates(store, None, scratch))
    assert all(pairs(in_pieces, mirrored) == pairs(whole, mirrored) for mirrored in (False, True))


def test_images_that_are_not_chosen_are_in_no_pair(images, scratch):
    store, some = collect(map(find_keypoints, images)), [0, 2, 5, 12]
    chosen = np.isin(np.arange(len(images)), some)
    alone = pairs(candidates(collect(find_keypoints(images[number]) for number in some), None, scratch))
    assert pairs(candidates(store, None, scratch, chosen)) == {(some[one], some[two]) for one, two in alone}


def test_a_search_clears_what_a_killed_one_left_and_leaves_nothing(images, scratch):
    scratch.mkdir()
    (scratch / "0-False").write_bytes(b"half a vote")
    assert pairs(candidates(collect(map(find_keypoints, images)), None, scratch))
    assert not scratch.exists()


def test_images_without_keypoints_are_no_candidates(scratch):
    even = find_keypoints(np.full((50, 50, 3), 200, np.uint8))
    assert pairs(candidates(collect([even, even]), None, scratch)) == set()
    assert pairs(candidates(collect([even]), collect([even]), scratch)) == set()


def test_too_many_images_are_refused(scratch, monkeypatch):
    monkeypatch.setattr(module, "IMAGE_BITS", 1)
    store = collect([find_keypoints(np.full((50, 50, 3), 200, np.uint8))] * 2)
    with pytest.raises(InputError, match="a million images at most"):
        list(candidates(store, None, scratch))
