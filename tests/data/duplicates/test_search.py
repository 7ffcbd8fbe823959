from __future__ import annotations

import shutil

import pandas as pd
import pytest

from sgcldff.data.dataset_files import read_groups
from sgcldff.data.duplicates.search import find_shared
from sgcldff.data.duplicates.table import read_duplicates, shared_images
from sgcldff.errors import InputError


@pytest.fixture
def two(prepare_folder, raw, write_image, tmp_path):
    """Two prepared datasets: round-1 of the first is lobed-2 of the second, and nothing else is shared."""
    shutil.move(prepare_folder(), tmp_path / "b")
    (raw / "round-1.png").replace(raw / "lobed-2.png")
    for seed, name in enumerate(["lobed-1", "lobed-3", "round-1", "round-2", "round-3"], start=100):
        write_image(raw / f"{name}.png", seed)
    shutil.move(prepare_folder(), tmp_path / "a")
    files = [tmp_path / name / part for name in "ab" for part in ("index.csv", "keypoints")]
    find_shared(*files, tmp_path / "overlaps" / "a--b.csv")
    return tmp_path / "overlaps" / "a--b.csv"


def test_shared_images_are_told_by_name(two):
    assert read_duplicates(two).to_numpy().tolist() == [["lobed-2", "round-1", "same pixels"]]
    assert [file.name for file in two.parent.iterdir()] == ["a--b.csv"]


def test_the_shared_images_of_either_dataset(two):
    folder = two.parents[1]
    shared = {name: shared_images(two, name, read_groups(folder / name / "index.csv")) for name in ("a", "b")}
    assert shared == {"a": {"lobed-2"}, "b": {"round-1"}}


@pytest.fixture
def chained(tmp_path):
    """A table of a and b: a0 overlaps b0 and a9 overlaps b9; and the groups of b, where b0, b1 and b2 are one."""
    file = tmp_path / "a--b.csv"
    file.write_text("first,second,kind\na0,b0,overlap\na9,b9,overlap\n")
    return file, pd.Series({"b0": "b0", "b1": "b0", "b2": "b0", "b3": "b3", "b9": "b9"})


def test_the_whole_group_of_a_shared_image_is_shared(chained):
    file, groups = chained
    assert shared_images(file, "b", groups) == {"b0", "b1", "b2", "b9"}


def test_what_is_shared_with_some_images_of_the_other_dataset(chained):
    file, groups = chained
    assert shared_images(file, "b", groups, {"a9"}) == {"b9"}


def test_a_dataset_without_duplicates_has_an_empty_table(prepare_folder):
    assert read_duplicates(prepare_folder() / "duplicates.csv").empty


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(InputError, match=r"a--b\.csv is missing: find the duplicates first"):
        read_duplicates(tmp_path / "a--b.csv")
