from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sgcldff.data.dataset_files import INDEX, read_index
from sgcldff.data.duplicates.keypoints import find_keypoints, read_store
from sgcldff.data.image_files import read_image
from sgcldff.data.sources.dataset import Dataset
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN


class Wrapped(Dataset):
    """A dataset whose records or images are changed."""

    def __init__(self, inner):
        self.inner = inner

    def fetch(self, raw, mirror):
        self.inner.fetch(raw, mirror)

    def records(self, raw):
        return self.inner.records(raw)

    def read(self, raw, record):
        return self.inner.read(raw, record)


class Grouped(Wrapped):
    """Numbers 1 are made from one source image."""

    def records(self, raw):
        records = super().records(raw)
        return [replace(record, group="1" if record.image_id.endswith("1") else None) for record in records]


class SameNames(Wrapped):
    """Named by their label alone."""

    def records(self, raw):
        return [replace(record, image_id=record.label) for record in super().records(raw)]


class RoundOnesWithoutMask(Wrapped):
    """A mask for the lobed cells alone."""

    def read(self, raw, record):
        image, codes = super().read(raw, record)
        return image, np.full_like(codes, UNKNOWN) if record.label == "round" else codes


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def dropped(out):
    return pd.read_csv(out / "dropped.csv").to_numpy().tolist()


def test_arrays_and_index_keep_the_contract(prepare_folder):
    out = prepare_folder()
    index = read_index(out / "index.csv")
    images, masks = np.load(out / "images.npy"), np.load(out / "masks.npy")
    assert index.columns.tolist() == list(INDEX)
    assert index["image_id"].tolist() == ["lobed-1", "lobed-2", "lobed-3", "round-1", "round-2", "round-3"]
    assert index["label"].tolist() == ["neutrophil"] * 3 + ["lymphocyte"] * 3
    assert index["source"].tolist() == [f"{name}.png" for name in index["image_id"]]
    assert images.shape == (6, 16, 16, 3) and masks.shape == (6, 16, 16)
    assert images.dtype == masks.dtype == np.uint8
    assert set(np.unique(masks)) == {0, 1, 2}


def test_nothing_half_written_is_left(prepare_folder):
    names = sorted(file.name for file in prepare_folder().iterdir())
    assert names == ["dropped.csv", "duplicates.csv", "images.npy", "index.csv", "keypoints", "masks.npy"]


def test_what_is_left_out_is_listed_with_its_reason(prepare_folder):
    out = prepare_folder(classes=("neutrophil",))
    round_ones = [[f"round-{n}", "round", "class lymphocyte is not in the experiment"] for n in (1, 2, 3)]
    assert dropped(out) == [
        ["dark-1", "dark", "label dark has no class in the catalogue"],
        *round_ones,
    ]
    assert len(read_index(out / "index.csv")) == 3


def test_the_same_pixels_are_one_group(raw, prepare_folder):
    shutil.copy(raw / "round-1.png", raw / "round-3.png")
    index = read_index(prepare_folder() / "index.csv").set_index("image_id")
    assert index.loc["round-3", "group"] == index.loc["round-1", "group"] == "round-1"
    assert index.loc["round-3", "sha256"] == index.loc["round-1", "sha256"]
    assert index["group"].nunique() == 5


def test_the_same_pixels_under_two_classes_are_dropped_both(raw, prepare_folder):
    shutil.copy(raw / "round-1.png", raw / "lobed-2.png")
    out = prepare_folder()
    assert "round-1" not in set(read_index(out / "index.csv")["image_id"]) and "lobed-2" not in set(
        read_index(out / "index.csv")["image_id"]
    )
    reason = "the same image stands under another class too"
    assert dropped(out)[1:] == [["lobed-2", "neutrophil", reason], ["round-1", "lymphocyte", reason]]
    assert len(np.load(out / "images.npy")) == len(read_index(out / "index.csv")) == 4


def test_a_source_of_contradictions_alone_is_refused(raw, prepare_folder):
    for file in raw.glob("*.png"):
        if file.name.removesuffix("-mask.png").removesuffix(".png") not in ("round-1", "lobed-2"):
            file.unlink()
    shutil.copy(raw / "round-1.png", raw / "lobed-2.png")
    with pytest.raises(InputError, match=r"Every image of .* stands under two classes .*lobed-2\.png and .*round-1"):
        prepare_folder()


def test_a_label_that_no_table_knows_names_file_and_key(raw, prepare_folder):
    with pytest.raises(
        InputError, match=r"dark-1\.png has the label 'dark', which catalogue\.datasets\.made_up\.labels"
    ):
        prepare_folder(labels={"round": "lymphocyte", "lobed": "neutrophil"})


def test_no_image_of_any_class_is_refused(prepare_folder):
    with pytest.raises(InputError, match="No image of .* has a class of the experiment"):
        prepare_folder(classes=("monocyte",))


def test_a_truncated_image_is_named_and_no_index_is_left(raw, prepare_folder):
    file = raw / "round-2.png"
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(InputError, match=r"round-2\.png is truncated .*delete it and run again to fetch it again"):
        prepare_folder()
    assert not (raw.parent / "prepared" / "index.csv").exists()


def test_a_mask_of_another_size_names_both_sizes(raw, write_mask, prepare_folder):
    write_mask(raw / "round-2-mask.png", (30, 60))
    with pytest.raises(InputError, match=r"round-2-mask\.png is 60x30 pixels and its image round-2\.png 50x40"):
        prepare_folder()


def test_a_missing_mask_is_named(raw, prepare_folder):
    (raw / "lobed-1-mask.png").unlink()
    with pytest.raises(InputError, match=r"lobed-1-mask\.png is missing"):
        prepare_folder()


def test_images_of_one_declared_group_are_one_group(folder, prepare_folder):
    index = read_index(prepare_folder(dataset=Grouped(folder)) / "index.csv").set_index("image_id")
    assert index["group"].to_dict() == dict.fromkeys(["lobed-1", "round-1"], "lobed-1") | {
        name: name for name in ("lobed-2", "lobed-3", "round-2", "round-3")
    }


def test_two_images_of_one_name_are_refused_with_both_files(folder, prepare_folder):
    with pytest.raises(InputError, match=r"lobed-1\.png and .*lobed-2\.png have the same name lobed: rename"):
        prepare_folder(dataset=SameNames(folder))


def test_the_source_label_and_whether_there_is_a_mask_stand_in_the_index(folder, prepare_folder):
    index = read_index(prepare_folder(dataset=RoundOnesWithoutMask(folder)) / "index.csv")
    assert index["source_label"].tolist() == ["lobed"] * 3 + ["round"] * 3
    assert index["masked"].tolist() == ["yes"] * 3 + ["no"] * 3


def test_duplicates_are_told_by_name_and_kind(raw, prepare_folder):
    shutil.copy(raw / "round-1.png", raw / "round-3.png")
    table = pd.read_csv(prepare_folder() / "duplicates.csv")
    assert table.to_numpy().tolist() == [["round-1", "round-3", "same pixels"]]


def test_keypoints_are_stored_for_the_images_of_the_index(raw, prepare_folder):
    shutil.copy(raw / "round-1.png", raw / "lobed-2.png")
    out = prepare_folder()
    store = read_store(out / "keypoints")
    assert len(store) == len(read_index(out / "index.csv")) == 4
    for row, source in enumerate(read_index(out / "index.csv")["source"]):
        assert np.array_equal(store[row].descriptors, find_keypoints(read_image(raw / source)).descriptors)


def test_a_second_run_leaves_the_same_bytes(prepare_folder):
    first = contents(prepare_folder())
    assert contents(prepare_folder()) == first


def test_masks_without_any_cell_are_warned_of_and_not_refused(raw, prepare_folder, capfd):
    for mask in raw.glob("*-mask.png"):
        Image.new("L", (50, 40)).save(mask)
    prepared = prepare_folder()
    assert (prepared / "index.csv").exists()
    assert "sgcldff: warning: made_up: No mask shows a cell, of 6: check" in capfd.readouterr().err


def test_what_is_plausible_is_not_warned_of(prepare_folder, capfd):
    prepare_folder()
    assert "warning" not in capfd.readouterr().err
