from __future__ import annotations

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from sgcldff.data.disk_room import create_array, needs_room
from sgcldff.data.duplicates.search import find_shared
from sgcldff.data.shards import ARRAYS
from sgcldff.errors import InputError


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may become larger than so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_room_of_an_array_is_taken_at_once(tmp_path):
    create_array(tmp_path / "images.npy", (500, 1000))
    assert (tmp_path / "images.npy").stat().st_blocks * 512 >= 500_000
    assert np.load(tmp_path / "images.npy").shape == (500, 1000)


def test_a_full_disk_is_one_sentence_and_another_error_is_not(tmp_path):
    sentence = r"There is no room in .*: make 1\.3 GB free and run again"
    with pytest.raises(InputError, match=sentence), needs_room(tmp_path, 1_250_000_000):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(PermissionError), needs_room(tmp_path, 1):
        raise PermissionError(errno.EACCES, "Permission denied")


def test_a_preparation_without_room_for_its_arrays_names_the_folder(prepare_folder):
    with room_for(20_000), pytest.raises(InputError, match=r"There is no room in .*prepared: make 0\.1 GB free"):
        prepare_folder(size=200)


def test_a_search_without_room_for_its_votes_names_the_folder(prepare_folder, tmp_path):
    prepared = prepare_folder()
    assert {file.name for file in prepared.iterdir()} >= set(ARRAYS)
    with room_for(1000), pytest.raises(InputError, match=r"There is no room in .*overlaps: make 0\.1 GB free"):
        find_shared(*[prepared / "index.csv", prepared / "keypoints"] * 2, tmp_path / "overlaps/a--b.csv")
