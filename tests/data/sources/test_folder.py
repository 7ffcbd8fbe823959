from __future__ import annotations

import shutil
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sgcldff.data.sources.about import About
from sgcldff.data.sources.folder import ImageFolder
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN


def write_image(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(len(file.stem)).integers(0, 256, (40, 50, 3), dtype=np.uint8)).save(file)


def write_mask(file: Path, *levels: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    grey = np.full((40, 50), levels[0], np.uint8)
    for step, level in enumerate(levels[1:], start=1):
        grey[5 * step : -5 * step, 5 * step : -5 * step] = level
    Image.fromarray(grey).save(file)


def write_labels(raw: Path, *rows: str) -> None:
    (raw / "labels.csv").write_text("\n".join(["image,label", *rows]) + "\n")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Two images with masks and one without."""
    folder = tmp_path / "raw"
    for name in ("a.jpg", "b.png", "c.bmp"):
        write_image(folder / "images" / name)
    for name in ("a", "b"):
        write_mask(folder / f"masks/{name}.png", 0, 128, 255)
    write_labels(folder, "a,neutrophil", "b.png,monocyte", "c,neutrophil")
    return folder


def refusal(raw: Path, **arguments: object) -> str:
    with pytest.raises(InputError) as caught:
        ImageFolder(**arguments).fetch(raw, None)
    return str(caught.value)


def test_the_csv_names_images_and_masks_have_the_same_names(raw):
    dataset = ImageFolder()
    dataset.fetch(raw, None)
    assert [(r.image_id, r.label, r.image, r.mask, r.group) for r in dataset.records(raw)] == [
        ("a", "neutrophil", "images/a.jpg", "masks/a.png", None),
        ("b.png", "monocyte", "images/b.png", "masks/b.png", None),
        ("c", "neutrophil", "images/c.bmp", None, None),
    ]


def test_images_and_codes_are_read(raw):
    dataset = ImageFolder()
    image, codes = dataset.read(raw, dataset.records(raw)[0])
    assert image.shape == (40, 50, 3)
    assert (codes[0, 0], codes[7, 7], codes[20, 20]) == (BACKGROUND, CYTOPLASM, NUCLEUS)


def test_an_image_without_a_mask_is_unknown_everywhere(raw):
    dataset = ImageFolder()
    assert (dataset.read(raw, dataset.records(raw)[2])[1] == UNKNOWN).all()


def test_masks_of_the_whole_cell_need_two_levels_only(raw):
    write_mask(raw / "masks/a.png", 0, 255)
    dataset = ImageFolder()
    codes = dataset.read(raw, dataset.records(raw)[0])[1]
    assert set(np.unique(codes)) == {BACKGROUND, NUCLEUS}


def test_other_levels_are_told_by_the_arguments(raw):
    write_mask(raw / "masks/a.png", 255, 0, 1)
    dataset = ImageFolder(background=255, cytoplasm=0, nucleus=1)
    codes = dataset.read(raw, dataset.records(raw)[0])[1]
    assert (codes[0, 0], codes[7, 7], codes[20, 20]) == (BACKGROUND, CYTOPLASM, NUCLEUS)


def test_a_mask_with_another_level_is_refused(raw):
    write_mask(raw / "masks/a.png", 0, 127, 255)
    dataset = ImageFolder()
    with pytest.raises(InputError, match=r"masks/a\.png has the colours 0, 127, 255, where only 0, 128, 255 are exp"):
        dataset.read(raw, dataset.records(raw)[0])


def test_a_mask_of_another_size_is_named_with_both_sizes(raw):
    Image.new("L", (50, 39)).save(raw / "masks/a.png")
    dataset = ImageFolder()
    with pytest.raises(InputError, match=r"masks/a\.png covers 50x39 pixels and its image images/a\.jpg has 50x40"):
        dataset.read(raw, dataset.records(raw)[0])


def test_names_of_files_folders_and_columns_may_differ(raw):
    (raw / "images").rename(raw / "Fields")
    (raw / "masks").rename(raw / "outlines")
    (raw / "labels.csv").unlink()
    (raw / "cells.csv").write_bytes(
        "\ufeffFile;Class;group\r\n a.jpg ; Neutrophil ;p 1\r\n\r\nb;Monocyte;\r\n".encode()
    )
    dataset = ImageFolder("cells.csv", "Fields", "outlines", image_column="File", label_column="Class")
    records = dataset.records(raw)
    assert [(r.image_id, r.label, r.mask, r.group) for r in records] == [
        ("a.jpg", "Neutrophil", "outlines/a.png", "p 1"),
        ("b", "Monocyte", "outlines/b.png", None),
    ]


def test_images_may_lie_beside_the_table_and_masks_among_them(tmp_path):
    write_image(tmp_path / "a.png")
    write_mask(tmp_path / "masks/a.png", 0, 255)
    write_labels(tmp_path, "a,neutrophil")
    (record,) = ImageFolder(images=".").records(tmp_path)
    assert (record.image, record.mask) == ("a.png", "masks/a.png")


def notes(raw: Path, capfd) -> str:
    ImageFolder().fetch(raw, None)
    return capfd.readouterr().err


def test_a_group_column_may_be_written_in_any_case(raw):
    (raw / "labels.csv").write_text("image,label,Group\na,neutrophil,p 1\n")
    assert ImageFolder().records(raw)[0].group == "p 1"


def test_the_column_of_labels_may_be_called_group(raw):
    (raw / "labels.csv").write_text("image,Group\na,neutrophil\n")
    assert ImageFolder(label_column="Group").records(raw)[0].group is None


def test_two_columns_of_groups_are_refused(raw):
    (raw / "labels.csv").write_text("image,label,group,Group\na,neutrophil,,p 1\n")
    with pytest.raises(InputError, match=r"labels\.csv has the columns 'group' and 'Group': rename one of them\."):
        ImageFolder().records(raw)


def test_columns_that_are_not_read_are_named(raw, capfd):
    (raw / "labels.csv").write_text("image,label,group,patient,\na,neutrophil,,p 1,\n")
    assert f"{raw / 'labels.csv'} has columns that are not read: patient (one called group keeps " in notes(raw, capfd)


def test_images_that_the_table_does_not_name_are_named(raw, capfd):
    assert "does not name" not in notes(raw, capfd)
    (raw / "labels.csv").write_text("image,label\nb,neutrophil\n")
    names = sorted(f"images/{file.name}" for file in (raw / "images").iterdir() if file.stem != "b")
    line = f"{raw} holds images that labels.csv does not name ({len(names)}): {', '.join(names)}."
    assert line in notes(raw, capfd)


@pytest.mark.parametrize("name, known_as", [("007", "image-007"), ("1e5", "image-1e5"), ("7b", "7b")])
def test_a_name_that_is_a_number_is_told_from_one(raw, name, known_as):
    (raw / "images/a.jpg").rename(raw / f"images/{name}.jpg")
    (raw / "masks/a.png").rename(raw / f"masks/{name}.png")
    write_labels(raw, f"{name},neutrophil")
    assert [record.image_id for record in ImageFolder().records(raw)] == [known_as]


def test_accents_that_macos_writes_apart_make_no_other_name(raw):
    for folder, suffix in (("images", "jpg"), ("masks", "png")):
        file = raw / folder / f"a.{suffix}"
        file.rename(file.with_stem(unicodedata.normalize("NFD", "blüte")))
    write_labels(raw, f"{unicodedata.normalize('NFC', 'blüte')},neutrophil")
    (raw / "images").rename(raw / unicodedata.normalize("NFD", "Präparate"))
    (record,) = ImageFolder(images=unicodedata.normalize("NFC", "Präparate")).records(raw)
    assert record.image_id == "blüte" and record.mask is not None


def test_a_folder_without_masks_serves_classification(raw):
    dataset = ImageFolder(masks=None)
    assert all(record.mask is None for record in dataset.records(raw))


def test_an_archive_of_the_folder_will_do(raw, tmp_path):
    manual = tmp_path / "manual"
    manual.mkdir()
    with zipfile.ZipFile(manual / "smears.zip", "w") as pack:
        for file in raw.rglob("*.*"):
            pack.write(file, Path("smears") / file.relative_to(raw))
    dataset = ImageFolder()
    dataset.fetch(manual, None)
    assert dataset.read(manual, dataset.records(manual)[0])[1].max() == NUCLEUS


def test_images_in_folders_are_named_by_their_path_and_have_their_masks_there(raw):
    for folder in ("one", "two"):
        write_image(raw / f"images/{folder}/d.png")
        write_mask(raw / f"masks/{folder}/d.png", 0, 128)
    write_labels(raw, "one/d,neutrophil", "two\\d.png,monocyte")
    assert [(r.image_id, r.mask) for r in ImageFolder().records(raw)] == [
        ("one/d", "masks/one/d.png"),
        ("two/d.png", "masks/two/d.png"),
    ]


@pytest.mark.parametrize(("first", "second"), [("a.jpg", "a.png"), ("one/d.png", "two/d.png")])
def test_a_name_that_two_files_share_is_refused(raw, first, second):
    for name in (first, second):
        write_image(raw / "images" / name)
    name = Path(first).stem
    write_labels(raw, f"{name},neutrophil")
    assert refusal(raw) == (
        f"The label file {raw / 'labels.csv'} has in line 2 the image {name!r}, for which images holds {first} and "
        f"{second}: correct the file."
    )


def test_a_full_path_tells_two_files_of_one_stem_apart(raw):
    """Their masks too: that of a.png is not that of a.jpg."""
    write_image(raw / "images/a.png")
    write_labels(raw, "a.jpg,neutrophil", "a.png,monocyte")
    assert [(record.image, record.mask) for record in ImageFolder().records(raw)] == [
        ("images/a.jpg", None),
        ("images/a.png", "masks/a.png"),
    ]


def test_two_images_of_one_stem_have_a_mask_each(raw):
    write_image(raw / "images/a.png")
    write_mask(raw / "masks/a.jpg", 0, 255)
    write_labels(raw, "a.jpg,neutrophil", "a.png,monocyte")
    assert [record.mask for record in ImageFolder().records(raw)] == ["masks/a.jpg", "masks/a.png"]


def test_a_mask_that_may_be_that_of_two_images_is_refused(raw):
    write_image(raw / "images/a.png")
    (raw / "masks/a.png").rename(raw / "masks/a.bmp")
    write_labels(raw, "a.jpg,neutrophil", "a.png,monocyte")
    assert refusal(raw) == (
        f"The mask {raw / 'masks/a.bmp'} may be that of a.jpg or of a.png: name one of the images and its mask "
        "otherwise."
    )


def test_the_table_and_the_folders_may_be_written_in_any_case(raw):
    (raw / "images").rename(raw / "Images")
    (raw / "masks").rename(raw / "MASKS")
    (raw / "labels.csv").rename(raw / "Labels.CSV")
    assert [(r.image, r.mask) for r in ImageFolder().records(raw)][:2] == [
        ("Images/a.jpg", "MASKS/a.png"),
        ("Images/b.png", "MASKS/b.png"),
    ]


def test_one_image_in_two_folders_of_one_name_is_refused(raw):
    write_image(raw / "Images/a.jpg")
    assert refusal(raw) == (
        f"{raw / 'Images/a.jpg'} and {raw / 'images/a.jpg'} are both a.jpg: take one of the two away."
    )


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("a,monocyte", "the image 'a', which line 2 names too"),
        ("a.jpg,monocyte", "the image 'a.jpg', which line 2 names too"),
        ("d,monocyte", "the image 'd', for which images holds no file"),
        ("../labels,monocyte", "the image '../labels', for which images holds no file"),
        ("b,", "no label"),
        (",monocyte", "no image"),
    ],
)
def test_a_row_that_is_wrong_is_named_with_its_line(raw, row, fault):
    write_labels(raw, "a,neutrophil", row)
    assert refusal(raw) == f"The label file {raw / 'labels.csv'} has in line 3 {fault}: correct the file."


def test_a_column_that_is_missing_is_named(raw):
    assert "lacks the column 'class'" in refusal(raw, label_column="class")


def test_a_table_without_rows_is_refused(raw):
    write_labels(raw)
    assert refusal(raw) == f"The label file {raw / 'labels.csv'} names no image: correct the file."


def test_a_folder_without_the_table_says_so(raw):
    (raw / "labels.csv").unlink()
    assert refusal(raw).startswith(f"{raw} holds no labels.csv at any depth and no folder for each class: put it there")


def test_two_tables_are_refused(raw):
    (raw / "old").mkdir()
    (raw / "old/labels.csv").write_text("image,label\n")
    assert refusal(raw) == f"{raw} holds labels.csv and old/labels.csv: take one of the two away."


def test_a_mask_that_belongs_to_no_image_is_refused(raw):
    write_mask(raw / "masks/d_mask.png", 0, 255)
    assert f"The mask {raw / 'masks/d_mask.png'} has no image of the same name" in refusal(raw)


def test_two_masks_for_one_image_are_refused(raw):
    write_mask(raw / "masks/a.bmp", 0, 255)
    assert refusal(raw) == (
        f"The masks {raw / 'masks/a.bmp'} and {raw / 'masks/a.png'} are all of a: keep one, or, if each outlines one "
        "cell, set `join_masks: true` in the dataset's arguments."
    )


def test_a_mask_folder_that_is_not_there_is_refused(raw):
    shutil.rmtree(raw / "masks")
    assert refusal(raw).startswith(f"{raw / 'masks'} holds no mask: put them there, or set `masks: null`")


def test_a_folder_that_may_be_that_of_the_masks_is_proposed(raw):
    (raw / "masks").rename(raw / "gt")
    assert refusal(raw) == (
        f"{raw / 'masks'} holds no mask: if gt holds them, set `masks: gt` in the dataset's arguments."
    )


def test_no_folder_at_all_says_what_to_put_there(tmp_path):
    assert "smears is missing or empty: put labels.csv and the folders images and" in refusal(tmp_path / "smears")


@pytest.mark.parametrize("place", ["/etc", "../other"])
@pytest.mark.parametrize("argument", ["labels", "images", "masks"])
def test_a_place_outside_the_folder_is_refused(argument, place):
    with pytest.raises(InputError, match=f"The place '{place}' leads out of the dataset's folder"):
        ImageFolder(**{argument: place})


@pytest.mark.parametrize(
    "levels",
    [
        {"cytoplasm": 255},
        {"nucleus": 256},
        {"background": -1},
        {"cytoplasm": 0.5},
        {"cytoplasm": "1"},
        {"nucleus": True},
    ],
)
def test_levels_that_are_no_three_greys_are_refused(levels):
    with pytest.raises(InputError, match="give three different whole numbers from 0 to 255"):
        ImageFolder(**levels)


def test_the_card_is_told_by_an_argument():
    about = ImageFolder(about={"what": "Ours.", "creators": ["A", "B"], "faults": "Few.", "year": 2026}).about
    assert (about.what, about.creators, about.faults, about.year) == ("Ours.", ("A", "B"), ("Few.",), 2026)


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        ({"redistributable": "no"}, "true or false"),
        ({"redistributable": 1}, "true or false"),
        ({"year": "2026"}, "a whole number"),
        ({"year": True}, "a whole number"),
        ({"licence": 4.0}, "a text"),
        ({"what": ["Ours."]}, "a text"),
        ({"creators": 5}, "a text or a list of texts"),
        ({"faults": ["Few.", 3]}, "a text or a list of texts"),
    ],
)
def test_a_fact_of_another_kind_is_refused(fact, kind):
    ((name, value),) = fact.items()
    with pytest.raises(InputError) as caught:
        ImageFolder(about=fact)
    assert str(caught.value) == f"The dataset's argument about.{name} is {value!r}: give {kind}."


def test_a_fact_that_is_null_is_unknown():
    assert ImageFolder(about={"year": None, "what": None, "creators": None}).about == About()


def test_facts_without_names_are_refused():
    with pytest.raises(InputError, match="argument about is 'Ours.': give fields with their values"):
        ImageFolder(about="Ours.")


def test_an_unknown_fact_for_the_card_is_refused():
    with pytest.raises(InputError, match=r"about\.license is unknown: choose of citation, .*licence"):
        ImageFolder(about={"license": "MIT"})
