from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sgcldff.data.cards.contact_sheet import CELL, CELL_NUCLEUS, draw_contact_sheet
from sgcldff.data.dataset_files import read_index


@pytest.fixture
def sheet_of(described, tmp_path):
    """Draws the sheet and gives its pixels; facts may be changed."""

    def draw(name="sheet.png", **changes) -> np.ndarray:
        facts = described.facts() | changes
        draw_contact_sheet(
            described.dataset, described.raw, read_index(described.files.prepared.index), facts, tmp_path / name
        )
        return np.array(Image.open(tmp_path / name).convert("RGB"))

    return draw


def near(pixels: np.ndarray, colour: str) -> int:
    """Pixels of about this colour."""
    wanted = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return int((np.abs(pixels.astype(int) - wanted).max(axis=2) < 12).sum())


@pytest.fixture
def plain(described):
    """Grey images, so that no pixel of theirs has the colour of an outline."""
    for file in described.raw.glob("*.png"):
        if not file.stem.endswith("-mask"):
            Image.new("RGB", (50, 40), (128, 128, 128)).save(file)


@pytest.mark.usefixtures("plain")
def test_masks_are_outlined_in_two_colours(sheet_of):
    """Both colours stand in the legend too; an image without a mask has none."""
    pixels = sheet_of()
    below_the_head = pixels[200:]
    assert near(below_the_head, CELL) > 100 and near(below_the_head, CELL_NUCLEUS) > 100


@pytest.mark.usefixtures("plain")
def test_an_image_without_a_mask_has_no_outline(described, sheet_of, monkeypatch):
    read = type(described.dataset).read
    unknown = np.full((40, 50), 255, np.uint8)
    monkeypatch.setattr(
        type(described.dataset), "read", lambda self, raw, record: (read(self, raw, record)[0], unknown)
    )
    below_the_head = sheet_of()[200:]
    assert near(below_the_head, CELL) == near(below_the_head, CELL_NUCLEUS) == 0


def test_the_same_dataset_gives_the_same_bytes(sheet_of):
    assert np.array_equal(sheet_of("one.png"), sheet_of("other.png"))


def test_of_a_group_one_image_is_shown(described, tmp_path, monkeypatch):
    facts, shown = described.facts(), []
    read = type(described.dataset).read

    def noted(self, raw, record):
        shown.append(record.image_id)
        return read(self, raw, record)

    monkeypatch.setattr(type(described.dataset), "read", noted)
    index = read_index(described.files.prepared.index)
    draw_contact_sheet(described.dataset, described.raw, index, facts, tmp_path / "sheet.png")
    assert shown == ["lobed-1", "lobed-3", "round-1", "round-2", "round-3"]


def test_a_class_more_makes_the_sheet_higher(described, sheet_of):
    classes = described.facts()["classes"]
    assert len(sheet_of()) > len(sheet_of(classes={"lymphocyte": classes["lymphocyte"]}))
