"""ALL-IDB in its true layout: ImNNN_Y.tif of 257x257 and their masks of the same names, ImNNN_Y.jpg of whole fields."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from sgcldff.data.sources.all_idb import ALLIDB1, ALLIDB2, MASKS_URL
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

NAMES = ("Im001_1.tif", "Im131_0.tif", "Im260_0.tif")
FETCHED = "unpacked-archives/ALL-IDB2_masks/gt"
WHITE, BLUE, CYAN = (255, 255, 255), (0, 0, 255), (0, 255, 255)


def write_image(file: Path, shape: tuple[int, int] = (257, 257)) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(len(file.name)).integers(60, 220, (*shape, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file)


def write_mask(file: Path, nucleus: tuple[int, int, int] = CYAN) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    colours = np.full((257, 257, 3), WHITE, np.uint8)
    colours[80:180, 80:180], colours[100:160, 100:160] = BLUE, nucleus
    Image.fromarray(colours).save(file)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """ALL_IDB2 as it comes, without masks."""
    for name in NAMES:
        write_image(tmp_path / "raw/ALL_IDB2/img" / name)
    return tmp_path / "raw"


@pytest.fixture
def mirror(tmp_path: Path) -> str:
    """The public repository of the masks, with those of the images and one more."""
    address = urlsplit(MASKS_URL)
    for name in (*NAMES, "Im002_1.tif"):
        write_mask(tmp_path / "mirror" / address.netloc / address.path.strip("/") / "gt" / name)
    return str(tmp_path / "mirror")


@pytest.mark.parametrize("dataset", [ALLIDB1, ALLIDB2])
def test_what_is_not_said_of_the_stain_is_left_empty_and_the_camera_is_told(dataset):
    assert not dataset.about.stain
    assert "Canon PowerShot G5" in dataset.about.what


def test_the_last_digit_of_a_name_is_the_label(raw):
    assert [(record.image_id, record.label, record.image) for record in ALLIDB2().records(raw)] == [
        ("all-idb2-001", "blast", "ALL_IDB2/img/Im001_1.tif"),
        ("all-idb2-131", "healthy", "ALL_IDB2/img/Im131_0.tif"),
        ("all-idb2-260", "healthy", "ALL_IDB2/img/Im260_0.tif"),
    ]


def test_public_masks_are_brought_for_the_images_that_are_there(raw, mirror):
    ALLIDB2().fetch(raw, mirror)
    assert sorted(file.name for file in (raw / FETCHED).iterdir()) == list(NAMES)
    assert [record.mask for record in ALLIDB2().records(raw)] == [f"{FETCHED}/{name}" for name in NAMES]


def test_the_three_colours_become_the_codes(raw, mirror):
    ALLIDB2().fetch(raw, mirror)
    image, codes = ALLIDB2().read(raw, ALLIDB2().records(raw)[0])
    assert image.shape == (257, 257, 3) and codes.shape == (257, 257)
    assert (codes[0, 0], codes[90, 90], codes[128, 128]) == (BACKGROUND, CYTOPLASM, NUCLEUS)


def test_masks_of_a_manual_download_are_used_without_a_network(raw, tmp_path):
    for name in NAMES:
        write_mask(raw / "ALL-IDB2_masks-main/gt" / name)
    ALLIDB2().fetch(raw, str(tmp_path))
    assert ALLIDB2().records(raw)[0].mask == "ALL-IDB2_masks-main/gt/Im001_1.tif"


def test_the_zip_of_the_public_repository_will_do(raw, tmp_path, mirror):
    with zipfile.ZipFile(raw / "ALL-IDB2_masks-main.zip", "w") as pack:
        for file in Path(mirror).rglob("*.tif"):
            pack.write(file, f"ALL-IDB2_masks-main/gt/{file.name}")
    ALLIDB2().fetch(raw, str(tmp_path))
    assert all(
        record.mask and record.mask.startswith("unpacked-archives/ALL-IDB2_masks-main.zip/")
        for record in ALLIDB2().records(raw)
    )


def test_masks_in_a_folder_of_any_name_are_known_by_their_colours(raw, tmp_path):
    for name in NAMES:
        write_mask(raw / "expert" / name)
    ALLIDB2().fetch(raw, str(tmp_path))
    assert [record.mask for record in ALLIDB2().records(raw)] == [f"expert/{name}" for name in NAMES]


def test_only_the_masks_that_are_missing_are_fetched(raw, mirror):
    write_mask(raw / "masks/gt/Im001_1.tif")
    ALLIDB2().fetch(raw, mirror)
    assert sorted(file.name for file in (raw / FETCHED).iterdir()) == list(NAMES[1:])


def test_names_in_another_case_find_their_masks(tmp_path, mirror):
    write_image(tmp_path / "raw/im001_1.TIF")
    ALLIDB2().fetch(tmp_path / "raw", mirror)
    (record,) = ALLIDB2().records(tmp_path / "raw")
    assert (record.image_id, record.mask) == ("all-idb2-001", f"{FETCHED}/Im001_1.tif")


def test_masks_that_cannot_be_had_name_both_remedies(raw, tmp_path):
    with pytest.raises(InputError) as caught:
        ALLIDB2().fetch(raw, str(tmp_path))
    message = str(caught.value)
    assert message.startswith("The public masks of ALL-IDB2 cannot be had (The mirror has no readable file ")
    assert f"put the folder gt of https://github.com/lputzu/ALL-IDB2_masks (or its zip) into {raw}" in message
    assert "`masks: none`" in message and "classification only" in message


def test_without_masks_every_pixel_is_unknown_and_nothing_is_fetched(raw, tmp_path):
    dataset = ALLIDB2(masks="none")
    dataset.fetch(raw, str(tmp_path / "nowhere"))
    record = dataset.records(raw)[0]
    assert record.mask is None and (dataset.read(raw, record)[1] == UNKNOWN).all()


def test_a_mask_of_another_colour_is_refused(raw, mirror):
    ALLIDB2().fetch(raw, mirror)
    write_mask(raw / FETCHED / "Im001_1.tif", nucleus=(0, 250, 255))
    with pytest.raises(
        InputError, match=r"gt/Im001_1\.tif has the colours .*\(0, 250, 255\).* where only 255, .*: put"
    ):
        ALLIDB2().read(raw, ALLIDB2().records(raw)[0])


def test_masks_alone_are_no_dataset(tmp_path):
    write_mask(tmp_path / "gt/Im001_1.tif")
    with pytest.raises(InputError, match=r"holds no image called ImNNN_0\.tif or ImNNN_1\.tif besides masks: ask for"):
        ALLIDB2().fetch(tmp_path, None)


@pytest.mark.parametrize(("first", "second"), [("a/Im001_1.tif", "b/Im001_1.tif"), ("Im001_1.tif", "Im001_0.tif")])
def test_one_number_in_two_places_is_refused(tmp_path, first, second):
    for name in (first, second):
        write_image(tmp_path / name)
    with pytest.raises(InputError, match="are both all-idb2-001: take one of the two away"):
        ALLIDB2().records(tmp_path)


def test_fields_of_all_idb1_have_labels_and_no_masks(tmp_path):
    write_image(tmp_path / "ALL_IDB1/im/Im006_1.jpg", (1944, 2592))
    write_image(tmp_path / "ALL_IDB1/im/Im034_0.JPG", (8, 8))
    (tmp_path / "ALL_IDB1/xyc").mkdir()
    (tmp_path / "ALL_IDB1/xyc/Im006_1.xyc").write_text("446\t164\n")
    dataset = ALLIDB1()
    dataset.fetch(tmp_path, None)
    records = dataset.records(tmp_path)
    assert [(record.image_id, record.label, record.mask) for record in records] == [
        ("all-idb1-006", "blast", None),
        ("all-idb1-034", "healthy", None),
    ]
    image, codes = dataset.read(tmp_path, records[0])
    assert image.shape == (1944, 2592, 3) and (codes == UNKNOWN).all()


def test_each_of_the_two_takes_its_own_files_from_one_folder(raw):
    write_image(raw / "ALL_IDB1/im/Im001_1.jpg")
    assert len(ALLIDB1().records(raw)) == 1 and len(ALLIDB2().records(raw)) == 3


@pytest.mark.parametrize(("dataset", "name"), [(ALLIDB1(), "ImNNN_0.jpg"), (ALLIDB2(), "ImNNN_0.tif")])
def test_nothing_recognised_says_what_is_missing(tmp_path, dataset, name):
    (tmp_path / "readme.txt").touch()
    with pytest.raises(InputError, match=rf"holds no image called {name} or .*: ask for ALL-IDB at https"):
        dataset.fetch(tmp_path, None)


def test_a_cut_image_is_named(raw, mirror):
    ALLIDB2().fetch(raw, mirror)
    file = raw / "ALL_IDB2/img/Im001_1.tif"
    records = ALLIDB2().records(raw)
    file.write_bytes(file.read_bytes()[:20_000])
    with pytest.raises(InputError, match=r"Im001_1\.tif is truncated .*: put the file there as its source gives it"):
        ALLIDB2().read(raw, records[0])


def test_a_link_to_where_the_images_are_kept_is_followed(raw, tmp_path):
    shutil.move(raw / "ALL_IDB2", tmp_path / "elsewhere")
    (raw / "ALL_IDB2").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/again").symlink_to(tmp_path / "elsewhere")
    assert len(ALLIDB2().records(raw)) == 3


def test_a_mask_of_the_other_label_is_refused(raw, tmp_path):
    write_mask(raw / "gt/Im001_0.tif")
    with pytest.raises(InputError) as caught:
        ALLIDB2().fetch(raw, str(tmp_path))
    assert str(caught.value) == (
        f"The mask {raw / 'gt/Im001_0.tif'} and the image {raw / 'ALL_IDB2/img/Im001_1.tif'} have one number and "
        "different last digits: put the file there as its source gives it."
    )


def test_what_is_missing_of_all_idb2_is_told(raw, mirror, capsys):
    write_mask(raw / "gt/Im003_1.tif")
    ALLIDB2().fetch(raw, mirror)
    assert capsys.readouterr().err.splitlines()[-2:] == [
        f"sgcldff: note: {raw} holds 3 images (of 260) and masks of 3 of them.",
        f"sgcldff: note: {raw} holds masks without an image (1): gt/Im003_1.tif.",
    ]


def test_few_missing_images_of_all_idb1_are_named(tmp_path, capsys):
    for number in range(1, 107):
        (tmp_path / f"Im{number:03d}_1.jpg").touch()
    ALLIDB1().fetch(tmp_path, None)
    assert capsys.readouterr().err == (f"sgcldff: note: {tmp_path} holds 106 images (of 108, without Im107, Im108).\n")
