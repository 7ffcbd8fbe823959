"""Several masks of one image, a file a cell: joined where it is asked for, else refused in the words to paste."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sgcldff.data.shards import Work
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.folder import ImageFolder
from sgcldff.data.sources.mask_coding import joined
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

CELLS = np.zeros((3, 48, 64), np.uint8)
CELLS[0, 4:16, 4:20], CELLS[1, 20:40, 10:30], CELLS[2, 18:30, 25:50] = 255, 255, 255  # the last two overlap
WHOLE = np.where(CELLS.any(axis=0), NUCLEUS, BACKGROUND)
SMEAR = np.random.default_rng(0).integers(180, 256, (48, 64, 3), dtype=np.uint8)
LAYOUTS = {
    "numbered, marked": ("images/{0}.png", "masks/{0}_mask_{1}.png"),
    "numbered": ("images/{0}.png", "masks/{0}_{1}.png"),
    "marked after the number": ("images/{0}.png", "masks/{0}_{1}_mask.png"),
    "beside the image": ("images/{0}.png", "images/{0}_mask_{1}.png"),
    "a folder an image": ("images/{0}.png", "masks/{0}/{1}.png"),
    "Data Science Bowl 2018": ("stage1_train/{0}/images/{0}.png", "stage1_train/{0}/masks/5e{1}f.png"),
    "train and masks below it": ("train/images/{0}.png", "train/masks/{0}_{1}.png"),
}


def write(file: Path, pixels: np.ndarray) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(file)


@pytest.fixture
def laid_out(tmp_path: Path) -> Callable[..., Path]:
    def lay_out(layout: str, prefix: str = "", table: bool = True) -> Path:
        raw = tmp_path / "raw"
        image, mask = (prefix + place for place in LAYOUTS[layout])
        for name, label in (("smear-00", "NEU"), ("smear-01", "LYM")):
            write(raw / image.format(name).replace("LABEL", label), SMEAR)
            for number, cell in enumerate(CELLS):
                write(raw / mask.format(name, number).replace("LABEL", label), cell)
        if table:
            (raw / "labels.csv").write_text("image,label\nsmear-00,NEU\nsmear-01,LYM\n")
        return raw

    return lay_out


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_cells_of_an_image_are_one_mask(laid_out, layout):
    raw, dataset = laid_out(layout), ImageFolder(join_masks=True)
    records = dataset.records(raw)
    assert [record.label for record in records] == ["NEU", "LYM"]
    for record in records:
        assert np.array_equal(dataset.read(raw, record)[1], WHOLE)
    assert "6 masks of 2 images were joined into whole cells, as declared." in dataset.remarks(raw)


@pytest.mark.parametrize("layout", ["numbered, marked", "beside the image", "Data Science Bowl 2018"])
def test_without_a_table_the_folder_of_a_class_holds_them_too(laid_out, layout):
    raw, dataset = laid_out(layout, prefix="LABEL/", table=False), ImageFolder(join_masks=True)
    records = dataset.records(raw)
    assert sorted(record.label for record in records) == ["LYM", "NEU"]
    assert all(np.array_equal(dataset.read(raw, record)[1], WHOLE) for record in records)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_unasked_they_are_refused_in_the_words_to_paste(laid_out, layout):
    raw = laid_out(layout)
    with pytest.raises(InputError) as refusal:
        ImageFolder().records(raw)
    assert " and 1 more are all of " in str(refusal.value)
    assert str(refusal.value).endswith(
        "keep one, or, if each outlines one cell, set `join_masks: true` in the dataset's arguments."
    )


def test_a_mask_of_another_size_than_the_first_is_named(laid_out):
    raw, dataset = laid_out("numbered"), ImageFolder(join_masks=True)
    write(raw / "masks/smear-00_1.png", CELLS[1, :40])
    with pytest.raises(InputError, match=r"smear-00_0\.png and \S+smear-00_1\.png of one image have 64x48 and 64x40"):
        dataset.read(raw, dataset.records(raw)[0])


def test_a_mask_that_no_image_may_have_is_refused(laid_out):
    raw = laid_out("numbered")
    write(raw / "masks/other_0.png", CELLS[0])
    with pytest.raises(InputError, match=r"other_0\.png has no image of the same name"):
        ImageFolder(join_masks=True).records(raw)


def test_what_one_mask_calls_unknown_is_so_where_no_other_has_a_cell():
    one = np.array([[BACKGROUND, UNKNOWN, UNKNOWN, CYTOPLASM]], np.uint8)
    other = np.array([[BACKGROUND, NUCLEUS, BACKGROUND, BACKGROUND]], np.uint8)
    assert joined([one, other]).tolist() == [[BACKGROUND, NUCLEUS, UNKNOWN, NUCLEUS]]


def test_another_mask_of_a_further_cell_is_work_to_do(laid_out, tmp_path):
    raw = laid_out("numbered")
    names = [f"masks/smear-00_{number}.png" for number in range(3)]
    record = Record("smear-00", "NEU", "images/smear-00.png", names[0], None, tuple(names[1:]))
    (shard,) = Work(ImageFolder(join_masks=True), raw, [record], 32, tmp_path).shards()
    before = shard.stamp()
    os.utime(raw / names[2], (1, 1))
    assert shard.stamp() != before
