from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sgcldff.data.cards.facts import write_facts
from sgcldff.errors import InputError


def change(file, rows, value):
    array = np.load(file)
    array[rows] = value
    np.save(file, array)


def test_images_are_counted_by_class_and_by_part_of_each_seed(described):
    facts = described.facts()
    assert facts["images"] == 6 and facts["seeds"] == 2
    assert facts["classes"]["neutrophil"]["subsets"] == {"train": [2, 1], "validation": [0, 0], "test": [1, 2]}
    assert facts["classes"]["lymphocyte"]["subsets"] == {"train": [1, 2], "validation": [1, 0], "test": [1, 1]}


def test_what_is_implausible_is_among_the_facts(described):
    assert described.facts()["doubts"] == [
        "The images are all alike, 6 that were compared: check that they are not copies."
    ]
    change(described.prepared / "masks.npy", slice(None), 0)
    assert described.facts()["doubts"][0].startswith("No mask shows a cell, of 6: check that they are not empty")


def test_groups_are_counted_and_the_images_that_share_one(described):
    facts = described.facts()
    assert facts["groups"] == {"number": 5, "largest": 2, "shared": 2, "kept": True}
    assert facts["classes"]["neutrophil"]["groups"] == 2


def test_a_class_without_an_image_is_left_out(described):
    spaces = {"subtypes": ["monocyte", "lymphocyte", "neutrophil"]}
    assert list(described.facts(classes=spaces)["classes"]) == ["lymphocyte", "neutrophil"]


def test_what_was_left_out_and_what_the_source_calls_its_images_is_told(described):
    facts = described.facts()
    assert facts["left_out"] == [{"label": "dark", "reason": "label dark is left out", "images": 1}]
    assert facts["source_labels"] == {"dark": 1, "lobed": 3, "round": 3}


def test_shares_of_the_area_are_those_of_the_masks(described):
    shares = described.facts()["classes"]["neutrophil"]
    assert shares["cell"] == pytest.approx([80 / 256] * 3, abs=1e-5)
    assert shares["nucleus"] == pytest.approx([16 / 80] * 3)
    assert shares["cut"] == 0 and shares["masked"] == 3


def test_unknown_pixels_count_neither_as_cell_nor_as_image(described):
    change(described.prepared / "masks.npy", (slice(None), slice(13, 16)), 255)
    assert described.facts()["classes"]["neutrophil"]["cell"] == pytest.approx([80 / 208] * 3, abs=1e-5)


def test_colours_are_those_of_the_regions(described):
    colours = described.facts()["colours"]
    assert (colours["nucleus"], colours["cytoplasm"], colours["background"]) == ([60] * 3, [160] * 3, [240] * 3)
    assert colours["image"] == [240] * 3


def test_without_masks_there_are_no_shares_and_no_colours_of_regions(described):
    change(described.prepared / "masks.npy", slice(None), 255)
    facts = described.facts()
    assert facts["masked"] == 0
    assert facts["classes"]["neutrophil"]["cell"] is None and facts["colours"]["nucleus"] is None
    assert facts["classes"]["neutrophil"]["cut"] is None
    assert facts["colours"]["image"] == [240] * 3


def test_a_cell_at_the_border_is_counted_as_cut(described):
    change(described.prepared / "masks.npy", (0, 0, 5), 1)
    assert described.facts()["classes"]["neutrophil"]["cut"] == 1


def test_a_cell_at_a_margin_that_the_masks_leave_out_is_counted_as_cut(described):
    file = described.prepared / "masks.npy"
    for rows in (slice(0, 2), slice(14, 16)):
        change(file, (slice(None), rows), 255)
    assert described.facts()["classes"]["neutrophil"]["cut"] == 0, "a row of background stands between"
    change(file, (0, 2, 5), 1)
    assert described.facts()["classes"]["neutrophil"]["cut"] == 1


def test_a_cell_at_an_unknown_spot_inside_the_image_is_not_cut(described):
    change(described.prepared / "masks.npy", (slice(None), slice(6, 8), slice(11, 14)), 255)
    assert described.facts()["classes"]["neutrophil"]["cut"] == 0


def test_sizes_are_those_of_the_source(described, write_image, write_mask):
    write_image(described.raw / "round-1.png", 20, (30, 60))
    write_mask(described.raw / "round-1-mask.png", (30, 60))
    sizes = described.facts()["sizes"]
    assert sizes["most"] == [50, 40] and sizes["share"] == pytest.approx(5 / 6)
    assert sizes["widths"] == [50, 60] and sizes["heights"] == [30, 40]


def test_pairs_that_show_the_same_are_counted_by_kind(described):
    described.files.duplicates.write_text("first,second,kind\na,b,overlap\na,c,overlap\nd,e,same pixels\n")
    assert described.facts()["duplicates"] == {"overlap": 2, "same pixels": 1}


def test_a_missing_table_is_named(described):
    (described.prepared / "dropped.csv").unlink()
    with pytest.raises(InputError, match=r"dropped\.csv is missing or damaged .*prepare the dataset again"):
        described.facts()


def test_an_image_that_the_source_no_longer_has_is_named(described):
    index = pd.read_csv(described.prepared / "index.csv").replace("round-3", "round-4")
    index.to_csv(described.prepared / "index.csv", index=False)
    with pytest.raises(InputError, match="round-4 is not at the source: prepare made_up again"):
        described.facts()


def test_the_facts_are_json(described, tmp_path):
    facts = described.facts()
    write_facts(facts, tmp_path / "out/facts.json")
    assert json.loads((tmp_path / "out/facts.json").read_text()) == json.loads(json.dumps(facts))
