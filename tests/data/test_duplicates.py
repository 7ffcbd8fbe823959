from __future__ import annotations

import shutil

import pytest

from sgcldff.data.duplicates import find_shared, read_duplicates, shared_pictures
from sgcldff.errors import InputError


@pytest.fixture
def two(prepare_folder, raw, write_picture, tmp_path):
    """Two prepared datasets: round-1 of the first is lobed-2 of the second, and nothing else is shared."""
    shutil.move(prepare_folder(), tmp_path / "b")
    (raw / "round-1.png").replace(raw / "lobed-2.png")
    for seed, name in enumerate(["lobed-1", "lobed-3", "round-1", "round-2", "round-3"], start=100):
        write_picture(raw / f"{name}.png", seed)
    shutil.move(prepare_folder(), tmp_path / "a")
    find_shared(tmp_path / "a", tmp_path / "b", tmp_path / "overlaps" / "a--b.csv")
    return tmp_path / "overlaps" / "a--b.csv"


def test_shared_pictures_are_told_by_name(two):
    assert read_duplicates(two).to_numpy().tolist() == [["lobed-2", "round-1", "same pixels"]]
    assert [file.name for file in two.parent.iterdir()] == ["a--b.csv"]


def test_the_shared_pictures_of_either_dataset(two):
    assert shared_pictures(two, "a") == {"lobed-2"} and shared_pictures(two, "b") == {"round-1"}


def test_a_dataset_without_duplicates_has_an_empty_table(prepare_folder):
    assert read_duplicates(prepare_folder() / "duplicates.csv").empty


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(InputError, match=r"a--b\.csv is missing: find the duplicates first"):
        read_duplicates(tmp_path / "a--b.csv")
