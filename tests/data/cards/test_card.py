from __future__ import annotations

import json

import pytest

from sgcldff.data.cards.card import CardFiles, render_card, write_card
from sgcldff.data.sources.about import About


@pytest.fixture
def card_of(described):
    return lambda **changes: render_card(described.facts() | changes)


def cells(text: str, title: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {title} "))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_it_tells_what_the_dataset_is_and_what_may_be_done_with_it(card_of):
    card = card_of()
    assert card.startswith("# Made up\n\nSix images of noise, made up on the spot.\n")
    assert cells(card, "Made by")[1] == "Ada Example, Bob Example, Example Hospital"
    assert cells(card, "Licence")[1] == "[CC0-1.0](https://creativecommons.org/publicdomain/zero/1.0/)"
    assert cells(card, "Images may be passed on")[1] == "yes"
    assert "- It shows no cell." in card


def test_counts_are_those_of_the_classes_with_the_mean_over_the_seeds(card_of):
    card = card_of()
    assert cells(card, "neutrophil")[1:] == ["3", "2", "1.5 (1 to 2)", "0", "1.5 (1 to 2)"]
    assert cells(card, "all")[1:] == ["6", "5", "3", "0.5 (0 to 1)", "2.5 (2 to 3)"]


def test_what_is_not_known_is_a_dash(described):
    described.dataset.about = About()
    card = render_card(described.facts() | {"doubts": []})
    assert card.startswith("# Made up\n\n![")
    for row in ("Made by", "Published", "Source", "Stain", "Masks", "Licence", "Images may be passed on"):
        assert cells(card, row)[1] == "—"
    assert card.count("## Known faults\n\n—\n") == 1


def test_groups_duplicates_and_what_was_left_out_are_told(card_of):
    card = card_of()
    assert "6 images are 5 groups; 2 of them share a group with another, the largest has 2." in card
    assert "Pairs found by content: overlap 1." in card
    assert cells(card, "dark")[1:] == ["label dark is left out", "1"]


def test_groups_that_a_split_divides_on_purpose_are_told(described):
    assert "are one group: no split divides it." in render_card(described.facts())
    assert "are one group: splits divide it here, on purpose" in render_card(described.facts(grouped=False))


def test_images_without_masks_are_counted_and_their_shares_are_dashes(card_of):
    subsets = {name: [0, 0] for name in ("train", "validation", "test")}
    unseen = {"images": 2, "masked": 0, "groups": 2, "subsets": subsets, "cell": None, "nucleus": None, "cut": None}
    card = card_of(masked=0, classes={"monocyte": unseen}, colours={"nucleus": None, "image": [255, 128, 0]})
    assert "0 of 6 images (0%) have a mask. The others serve classification" in card
    assert cells(card.split("## Measured")[1], "monocyte")[1:] == ["0", "—", "—", "—"]
    assert cells(card, "nucleus")[1:] == ["—"] * 5
    assert cells(card, "image")[1:] == ["255, 128, 0", "`#ff8000`", "0.00", "0.30", "2.41"]


def test_a_label_has_its_class_in_each_space(described):
    tables = {"subtypes": {"round": "lymphocyte", "lobed": "basophil", "dark": None}, "leukaemia": {"dark": "blast"}}
    spaces = {"subtypes": ["lymphocyte", "neutrophil"], "leukaemia": ["healthy", "blast"]}
    card = render_card(described.facts(labels=tables, classes=spaces)).split("## What the labels become")[1]
    assert cells(card, "lobed")[1:] == ["3", "basophil (not in the experiment)", "—"]
    assert cells(card, "dark")[1:] == ["1", "—", "blast"]


def test_labels_stand_in_the_order_of_the_configuration(described):
    tables = {"subtypes": {"round": "lymphocyte", "rare": "neutrophil", "lobed": "neutrophil", "dark": None}}
    card = render_card(described.facts(labels=tables)).split("## What the labels become")[1]
    shown = [line.split("|")[1].strip() for line in card.splitlines() if line.startswith("| ")]
    assert shown == ["Label of the source", "round", "rare", "lobed", "dark"]
    assert cells(card, "rare")[1] == "0"


def test_what_is_implausible_stands_at_the_top(card_of):
    card = card_of(doubts=["It is dark.", "It is flat."])
    head = card.split("![")[0]
    assert "> **Warning.** It is dark.\n>\n> **Warning.** It is flat.\n\n" in head


def test_what_was_decided_in_reading_is_told(card_of):
    assert "## How the files were read\n\n- As 12 bits.\n" in card_of(remarks=["As 12 bits."])
    assert "## How the files were read\n\n—\n" in card_of()


def test_all_files_stand_in_the_folder_of_the_card(described, tmp_path):
    folder = tmp_path / "reports/made_up"
    out = CardFiles(*(folder / name for name in ("README.md", "contact_sheet.png", "croissant.json", "facts.json")))
    write_card(described.settings, described.dataset, described.raw, described.files, out)
    names = sorted(file.name for file in folder.iterdir())
    assert names == ["README.md", "contact_sheet.png", "croissant.json", "facts.json"]
    assert all(name in (folder / "README.md").read_text() for name in names[1:])
    assert json.loads((folder / "facts.json").read_text())["images"] == 6
