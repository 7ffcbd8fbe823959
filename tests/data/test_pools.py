"""A fit on several datasets: whose images it sees, and which it must not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from prepared import dataset_files

from sgcldff.data.pools import TrainingData, load_subsets
from sgcldff.errors import InputError

CLASSES = ["neutrophil", "monocyte"]
SUBSETS = ["train"] * 4 + ["validation"] * 2 + ["test"] * 2


@pytest.fixture
def dataset(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """(name, groups): folder and split of eight images called <name>0 to <name>7, four of them to train on."""

    def write(name: str, groups: list[str] | None = None) -> tuple[Path, Path]:
        folder = tmp_path / name
        folder.mkdir()
        names = [f"{name}{number}" for number in range(8)]
        np.save(folder / "images.npy", np.full((8, 4, 4, 3), ord(name), np.uint8))
        np.save(folder / "masks.npy", np.zeros((8, 4, 4), np.uint8))
        index = dict.fromkeys(("image_id", "group", "source", "sha256"), names)
        index |= {"group": groups or names, "label": CLASSES * 4, "source_label": CLASSES * 4, "masked": "yes"}
        pd.DataFrame(index).to_csv(folder / "index.csv", index=False)
        pd.DataFrame({"image_id": names, "subset": SUBSETS}).to_csv(folder / "split.csv", index=False)
        return folder, folder / "split.csv"

    return write


def pool(
    tmp_path: Path, one: tuple[Path, Path], other: tuple[Path, Path], pairs: list[tuple[str, str]]
) -> TrainingData:
    names = [one[0].name, other[0].name]
    overlaps = tmp_path / f"{'--'.join(sorted(names))}.csv"
    pd.DataFrame([(*pair, "overlap") for pair in pairs], columns=["first", "second", "kind"]).to_csv(
        overlaps, index=False
    )
    return TrainingData(names, [dataset_files(one[0]), dataset_files(other[0])], [one[1], other[1]], [overlaps])


def test_one_dataset_keeps_the_names_of_its_images(dataset):
    folder, split = dataset("a")
    train, validation = load_subsets(TrainingData(["a"], [dataset_files(folder)], [split]), CLASSES)
    assert list(train.image_ids) == ["a0", "a1", "a2", "a3"] and list(validation.image_ids) == ["a4", "a5"]


def test_a_pool_has_the_parts_of_its_members_one_after_the_other(dataset, tmp_path):
    train, validation = load_subsets(pool(tmp_path, dataset("a"), dataset("b"), []), CLASSES)
    assert list(train.image_ids) == [*(f"a/a{n}" for n in range(4)), *(f"b/b{n}" for n in range(4))]
    assert train.images[:, 0, 0, 0].tolist() == [ord("a")] * 4 + [ord("b")] * 4
    assert len(validation) == 4 and train.labels.tolist() == [0, 1] * 4


def test_what_shows_the_same_as_another_members_test_image_is_shown_to_no_fit(dataset, tmp_path):
    data = pool(tmp_path, dataset("a"), dataset("b"), [("a0", "b7"), ("a6", "b5")])
    train, validation = load_subsets(data, CLASSES)
    assert "a/a0" not in train.image_ids and len(train) == 7
    assert "b/b5" not in validation.image_ids and len(validation) == 3


def test_what_shows_the_same_as_another_members_validation_image_is_not_trained_on(dataset, tmp_path):
    train, validation = load_subsets(pool(tmp_path, dataset("a"), dataset("b"), [("a4", "b2")]), CLASSES)
    assert "b/b2" not in train.image_ids and "a/a4" in validation.image_ids


def test_the_whole_group_of_such_an_image_is_held_back(dataset, tmp_path):
    one = dataset("a", ["g", "g", "a2", "a3", "a4", "a5", "a6", "a7"])
    train, _ = load_subsets(pool(tmp_path, one, dataset("b"), [("a0", "b6")]), CLASSES)
    assert [name for name in train.image_ids if name.startswith("a/")] == ["a/a2", "a/a3"]


def test_the_order_of_a_pools_members_does_not_matter(dataset, tmp_path):
    one, other = dataset("a"), dataset("b")
    train, _ = load_subsets(pool(tmp_path, other, one, [("a0", "b7")]), CLASSES)
    assert "a/a0" not in train.image_ids and len(train) == 7


def test_what_only_training_images_share_stays(dataset, tmp_path):
    train, _ = load_subsets(pool(tmp_path, dataset("a"), dataset("b"), [("a0", "b0")]), CLASSES)
    assert len(train) == 8


def test_a_missing_file_of_overlaps_is_named(dataset, tmp_path):
    data = pool(tmp_path, dataset("a"), dataset("b"), [])
    data.overlaps[0].unlink()
    with pytest.raises(InputError, match=r"a--b\.csv is missing: find the duplicates first"):
        load_subsets(data, CLASSES)
