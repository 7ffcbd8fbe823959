from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from sgcldff.data.prepare import resize_codes, resize_picture
from sgcldff.data.prepared import read_index
from sgcldff.errors import InputError


def dropped(out):
    return pd.read_csv(out / "dropped.csv").to_numpy().tolist()


def test_arrays_and_index_keep_the_contract(prepare_folder):
    out = prepare_folder()
    index = read_index(out)
    images, masks = np.load(out / "images.npy"), np.load(out / "masks.npy")
    assert index.columns.tolist() == ["image_id", "label", "group", "source", "sha256"]
    assert index["image_id"].tolist() == ["lobed-1", "lobed-2", "lobed-3", "round-1", "round-2", "round-3"]
    assert index["label"].tolist() == ["neutrophil"] * 3 + ["lymphocyte"] * 3
    assert index["source"].tolist() == [f"{name}.png" for name in index["image_id"]]
    assert images.shape == (6, 16, 16, 3) and masks.shape == (6, 16, 16)
    assert images.dtype == masks.dtype == np.uint8
    assert set(np.unique(masks)) == {0, 1, 2}


def test_nothing_half_written_is_left(prepare_folder):
    names = sorted(file.name for file in prepare_folder().iterdir())
    assert names == ["dropped.csv", "images.npy", "index.csv", "masks.npy"]


def test_what_is_left_out_is_listed_with_its_reason(prepare_folder):
    out = prepare_folder(classes=("neutrophil",))
    round_ones = [[f"round-{n}", "round", "class lymphocyte is not in the experiment"] for n in (1, 2, 3)]
    assert dropped(out) == [["dark-1", "dark", "label dark is left out by datasets.made_up.labels"], *round_ones]
    assert len(read_index(out)) == 3


def test_the_same_pixels_are_one_group(raw, prepare_folder):
    shutil.copy(raw / "round-1.png", raw / "round-3.png")
    index = read_index(prepare_folder()).set_index("image_id")
    assert index.loc["round-3", "group"] == index.loc["round-1", "group"] == "round-1"
    assert index.loc["round-3", "sha256"] == index.loc["round-1", "sha256"]
    assert index["group"].nunique() == 5


def test_the_same_pixels_under_two_classes_are_dropped_both(raw, prepare_folder):
    shutil.copy(raw / "round-1.png", raw / "lobed-2.png")
    out = prepare_folder()
    assert "round-1" not in set(read_index(out)["image_id"]) and "lobed-2" not in set(read_index(out)["image_id"])
    reason = "the same picture stands under another class too"
    assert dropped(out)[1:] == [["lobed-2", "neutrophil", reason], ["round-1", "lymphocyte", reason]]
    assert len(np.load(out / "images.npy")) == len(read_index(out)) == 4


def test_a_label_that_no_table_knows_names_file_and_key(raw, prepare_folder):
    with pytest.raises(InputError, match=r"dark-1\.png has the label 'dark', which datasets\.made_up\.labels does not"):
        prepare_folder(labels={"round": "lymphocyte", "lobed": "neutrophil"})


def test_no_picture_of_any_class_is_refused(prepare_folder):
    with pytest.raises(InputError, match="No picture of .* has a class of the experiment"):
        prepare_folder(classes=("monocyte",))


def test_a_truncated_picture_stops_before_anything_is_written(raw, prepare_folder):
    file = raw / "round-2.png"
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(InputError, match=r"round-2\.png is truncated .*delete it and run again to fetch it anew"):
        prepare_folder()
    assert not (raw.parent / "prepared").exists()


def test_a_mask_of_another_size_names_both_sizes(raw, write_mask, prepare_folder):
    write_mask(raw / "round-2-mask.png", (30, 60))
    with pytest.raises(InputError, match=r"round-2-mask\.png is 60x30 pixels and its picture round-2\.png 50x40"):
        prepare_folder()


def test_a_missing_mask_is_named(raw, prepare_folder):
    (raw / "lobed-1-mask.png").unlink()
    with pytest.raises(InputError, match=r"lobed-1-mask\.png is missing"):
        prepare_folder()


@pytest.mark.parametrize("shape", [(88, 120), (480, 640), (61, 61)])
def test_resized_masks_keep_the_areas(shape):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    radius = np.hypot(rows / shape[0] - 0.5, columns / shape[1] - 0.5)
    codes = ((radius < 0.3).astype(np.uint8) + (radius < 0.2)).astype(np.uint8)
    small = resize_codes(codes, 96)
    for code in (0, 1, 2):
        assert np.mean(small == code) == pytest.approx(np.mean(codes == code), abs=0.005)


def test_a_resized_mask_stays_in_place_of_its_picture():
    codes = np.zeros((90, 90), np.uint8)
    codes[30:60, 15:45] = 2
    picture = np.repeat((codes > 0)[..., None] * np.uint8(200), 3, axis=2)
    assert np.array_equal(resize_picture(picture, 30)[..., 0] > 100, resize_codes(codes, 30) == 2)


def test_unknown_pixels_stay_unknown():
    assert (resize_codes(np.full((20, 30), 255, np.uint8), 8) == 255).all()
