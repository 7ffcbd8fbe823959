"""Folders of images and masks as people have them: each is read, or refused in words to paste."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from sgcldff.data.sources.folder import ImageFolder
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

HEIGHT, WIDTH = 48, 64
CODES = np.zeros((HEIGHT, WIDTH), np.uint8)
CODES[10:38, 16:48], CODES[18:30, 26:40] = CYTOPLASM, NUCLEUS
LEVELS = np.array([0, 128, 255], np.uint8)[CODES]
SMEAR = np.random.default_rng(0).integers(180, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def write(file: Path, pixels: np.ndarray, **options: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(file, **options)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Two images with their masks, and a table."""
    folder = tmp_path / "raw"
    for name in ("smear-00", "smear-01"):
        write(folder / f"images/{name}.png", SMEAR)
        write(folder / f"masks/{name}.png", LEVELS)
    (folder / "labels.csv").write_text("image,label\nsmear-00,NEU\nsmear-01,LYM\n")
    return folder


def codes(raw: Path, **arguments: object) -> np.ndarray:
    """The codes of the first image's mask."""
    dataset = ImageFolder(**arguments)
    return dataset.read(raw, dataset.records(raw)[0])[1]


def refusal(raw: Path, **arguments: object) -> str:
    with pytest.raises(InputError) as caught:
        codes(raw, **arguments)
    message = str(caught.value)
    assert "\n" not in message and message.endswith(".")
    return message


# Bits


def write_deep(file: Path, pixels: np.ndarray) -> None:
    cv2.imwrite(str(file), pixels[..., ::-1] if pixels.ndim == 3 else pixels)


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("arguments", [{}, {"bit_depth": 12}], ids=["found", "declared"])
def test_12_bits_in_16_have_the_brightness_of_8(raw, suffix, arguments):
    for name in ("smear-00", "smear-01"):
        (raw / f"images/{name}.png").unlink()
        write_deep(raw / f"images/{name}.{suffix}", SMEAR.astype(np.uint16) * 16)
    dataset = ImageFolder(**arguments)
    image = dataset.read(raw, dataset.records(raw)[0])[0]
    assert np.array_equal(image, SMEAR)
    assert f"up to the value {int(SMEAR.max()) * 16}: they are read as 12 bits" in dataset.remarks(raw)[0]


def test_the_largest_value_of_all_images_decides_for_each(raw):
    write_deep(raw / "images/smear-00.png", SMEAR.astype(np.uint16) * 16)
    write_deep(raw / "images/smear-01.png", SMEAR.astype(np.uint16) * 256)
    dataset = ImageFolder()
    assert np.array_equal(dataset.read(raw, dataset.records(raw)[0])[0], SMEAR // 16)


def test_grey_images_of_16_bits_are_read_by_the_same_rule(raw):
    write_deep(raw / "images/smear-00.png", SMEAR[..., 0].astype(np.uint16) * 16)
    dataset = ImageFolder()
    assert np.array_equal(dataset.read(raw, dataset.records(raw)[0])[0][..., 2], SMEAR[..., 0])


def test_a_value_beyond_the_declared_bits_is_refused(raw):
    write_deep(raw / "images/smear-00.png", SMEAR.astype(np.uint16) * 256)
    assert "smear-00.png holds the value 65280, and 12 bits end at 4095: correct `bit_depth`" in refusal(
        raw, bit_depth=12
    )


@pytest.mark.parametrize("depth", [7, 17, 12.0, "12", True])
def test_bits_that_are_no_number_of_them_are_refused(depth):
    with pytest.raises(InputError, match="argument bit_depth is .*: give a whole number from 8 to 16"):
        ImageFolder(bit_depth=depth)


def test_8_bits_leave_nothing_to_say(raw):
    assert ImageFolder().remarks(raw) == []


# Masks by what the file says


def restamped(file: Path) -> None:
    """The same stored values, marked as min is white."""
    image = Image.open(file)
    assert image.tag_v2[262] == 1
    entry = (262).to_bytes(2, "little") + (3).to_bytes(2, "little") + (1).to_bytes(4, "little")
    content = file.read_bytes()
    assert entry + b"\1\0" in content
    file.write_bytes(content.replace(entry + b"\1\0", entry + b"\0\0"))


@pytest.mark.parametrize("mode", ["1", "L"])
@pytest.mark.parametrize("stored", ["inverted", "as ever"])
def test_min_is_white_gives_the_same_mask_as_min_is_black(raw, mode, stored):
    whole = np.where(CODES > 0, 255, 0).astype(np.uint8)
    for name in ("smear-00", "smear-01"):
        (raw / f"masks/{name}.png").unlink()
        file = raw / f"masks/{name}.tif"
        Image.fromarray(whole).convert(mode).save(file, tiffinfo={262: 0} if stored == "inverted" else {})
        if stored == "as ever":
            restamped(file)
    assert np.array_equal(codes(raw), np.where(CODES > 0, NUCLEUS, BACKGROUND))
    how = "shown" if stored == "inverted" else "stored"
    assert f"2 masks are TIFFs that store white as 0: they are read as they are {how}" in ImageFolder().remarks(raw)[0]


def palette(numbers: np.ndarray, *colours: tuple[int, int, int]) -> Image.Image:
    image = Image.fromarray(numbers.astype(np.uint8)).convert("L")
    image.putpalette([channel for colour in colours for channel in colour])
    return image


def test_a_palette_of_greys_is_read_by_its_greys(raw):
    palette(CODES, (0, 0, 0), (128,) * 3, (255,) * 3).save(raw / "masks/smear-00.png")
    assert np.array_equal(codes(raw), CODES)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_masks_of_more_bits_have_the_values_that_they_hold(raw, dtype):
    (raw / "masks/smear-00.png").unlink()
    write(raw / "masks/smear-00.tif", LEVELS.astype(dtype))
    assert np.array_equal(codes(raw), CODES)


def test_an_opaque_alpha_channel_says_nothing(raw):
    write(raw / "masks/smear-00.png", np.dstack([LEVELS] * 3 + [np.full_like(LEVELS, 255)]))
    assert np.array_equal(codes(raw), CODES)


WHOLE = np.where(CODES > 0, NUCLEUS, BACKGROUND)
VOC = [(0, 0, 0), (128, 0, 0), (0, 128, 0)]


def halves(raw: Path) -> None:
    write(raw / "masks/smear-00.png", (CODES > 0).astype(np.uint8))


def thirds(raw: Path) -> None:
    write(raw / "masks/smear-00.png", CODES)


def coloured(raw: Path) -> None:
    for name in ("smear-00", "smear-01"):
        palette(CODES, *VOC).save(raw / f"masks/{name}.png")


def transparent(raw: Path) -> None:
    write(
        raw / "masks/smear-00.png",
        np.dstack([np.full_like(LEVELS, 255)] * 3 + [np.where(CODES > 0, 255, 0)]).astype("u1"),
    )


def deep(raw: Path) -> None:
    write(raw / "masks/smear-00.png", LEVELS.astype(np.uint16) * 257)


def numbered(raw: Path) -> None:
    cells = np.zeros_like(LEVELS)
    cells[CODES > 0] = 3
    cells[10:20, 16:30], cells[30:38, 40:48], cells[10:14, 44:48] = 1, 2, 5
    write(raw / "masks/smear-00.png", cells)


def red_and_green(raw: Path) -> None:
    write(raw / "masks/smear-00.png", np.dstack([255 * (CODES == 1), 255 * (CODES == 2), 0 * CODES]).astype(np.uint8))


def smooth(raw: Path) -> None:
    soft = np.array(Image.fromarray(LEVELS).resize((4 * WIDTH, 4 * HEIGHT), Image.Resampling.BICUBIC))
    for name in ("smear-00", "smear-01"):
        write(raw / f"masks/{name}.png", soft)
        write(raw / f"images/{name}.png", SMEAR.repeat(4, axis=0).repeat(4, axis=1))


def lossy(raw: Path) -> None:
    for name in ("smear-00", "smear-01"):
        (raw / f"masks/{name}.png").unlink(missing_ok=True)
        write(raw / f"masks/{name}.jpg", LEVELS, quality=85)


@pytest.mark.parametrize(
    ("make", "coding", "expected"),
    [
        (halves, "0/1", WHOLE),
        (red_and_green, '"#000000/#ff0000/#00ff00"', CODES),
        (thirds, "0/1/2", CODES),
        (coloured, "palette", CODES),
        (transparent, "alpha", WHOLE),
        (deep, "0/32896/65535", CODES),
        (numbered, "instances", WHOLE),
        (lossy, "nearest 0/128/255", CODES),
        (smooth, "nearest 0/128/255", CODES.repeat(4, axis=0).repeat(4, axis=1)),
    ],
)
def test_the_refusal_proposes_what_reads_the_mask(raw, make: Callable[[Path], None], coding, expected):
    for name in ("smear-00", "smear-01"):  # the other mask is coded likewise
        (raw / f"masks/{name}.png").unlink()
    (raw / "labels.csv").write_text("image,label\nsmear-00,NEU\n")
    Image.fromarray(LEVELS).save(raw / "masks/smear-01.png")
    make(raw)
    if make not in (coloured, lossy, smooth):
        (raw / "masks/smear-01.png").unlink()
    message = refusal(raw)
    assert f"The mask {raw / 'masks/smear-00'}" in message
    assert message.endswith(f": if that is what they mean, set `mask_values: {coding}` in the dataset's arguments.")
    assert (codes(raw, mask_values=coding.strip('"')) != expected).mean() < 0.03


def test_the_level_that_meets_the_background_is_proposed_as_the_cytoplasm(raw):
    for name in ("smear-00", "smear-01"):
        write(raw / f"masks/{name}.png", np.array([10, 200, 100], np.uint8)[CODES])
    assert "`mask_values: 10/200/100`" in refusal(raw)


def test_values_below_0_are_refused_without_a_proposal(raw):
    for name in ("smear-00", "smear-01"):
        (raw / f"masks/{name}.png").unlink()
        write(raw / f"masks/{name}.tif", CODES.astype(np.int32) - 1)
    assert refusal(raw).endswith(
        "correct it, or declare `mask_values` in the dataset's arguments (sgcldff/data/README.md has a table)."
    )


def test_masks_of_a_kind_that_is_not_read_are_named(raw):
    for name in ("smear-00", "smear-01"):
        (raw / f"masks/{name}.png").unlink()
    np.save(raw / "masks/smear-00.npy", CODES)
    assert refusal(raw) == f"{raw / 'masks'} holds no mask: save masks/smear-00.npy and its like as PNG or TIFF."


def test_a_sheet_of_excel_is_to_be_saved_as_csv(raw):
    (raw / "labels.csv").rename(raw / "labels.xlsx")
    assert refusal(raw).endswith("with images beside it, or save labels.xlsx as CSV.")


def test_the_void_of_pascal_voc_is_unknown(raw):
    numbers = CODES.copy()
    numbers[9, 15:49] = 255
    palette(numbers, *VOC, *[(224, 224, 192)] * 253).save(raw / "masks/smear-00.png")
    assert (codes(raw, mask_values="palette")[9, 15:49] == UNKNOWN).all()


def test_inverted_masks_are_read_when_that_is_declared(raw):
    write(raw / "masks/smear-00.png", 255 - np.where(CODES > 0, 255, 0).astype(np.uint8))
    assert np.array_equal(codes(raw, mask_values="255/0") > 0, CODES > 0)


@pytest.mark.parametrize("text", ["", "0", "0/0", "0/1/2/3/4", "near 0/255", "0/70000", "voc"])
def test_a_coding_that_is_none_is_refused(text):
    with pytest.raises(InputError, match=r"argument mask_values is '.*': give one of `0/128/255`"):
        ImageFolder(mask_values=text)


# Where images and masks lie, and what they are called


@pytest.mark.parametrize("mark", ["_mask", "-seg", "_gt", ".mask", "_Mask", " mask", "_cp_masks", "_ground_truth"])
def test_the_name_of_a_mask_may_have_a_mark(raw, mark):
    for name in ("smear-00", "smear-01"):
        (raw / f"masks/{name}.png").rename(raw / f"masks/{name}{mark}.png")
    assert ImageFolder().records(raw)[0].mask == f"masks/smear-00{mark}.png"


def test_masks_may_lie_beside_their_images(raw):
    for name in ("smear-00", "smear-01"):
        (raw / f"masks/{name}.png").rename(raw / f"images/{name}_mask.png")
    assert [record.mask for record in ImageFolder().records(raw)] == [f"images/smear-0{n}_mask.png" for n in (0, 1)]


@pytest.mark.parametrize(
    "name",
    [
        "images/smear-00.png",
        "images\\smear-00.png",
        "./images/smear-00.png",
        "C:\\Users\\me\\Images\\smear-00.png",
        "/home/me/images/smear-00.png",
        "Smear-00.PNG",
        "SMEAR-00",
    ],
)
def test_a_name_with_its_folder_or_other_capitals_is_read(raw, name):
    (raw / "labels.csv").write_text(f"Image,Label\n{name},NEU\n")
    (record,) = ImageFolder().records(raw)
    assert (record.image, record.label) == ("images/smear-00.png", "NEU")


@pytest.mark.parametrize("name", ["pictures/smear-00.png", "pictures\\smear-00.png", "smear-00"])
@pytest.mark.parametrize("arguments", [{}, {"images": "pictures"}])
def test_images_may_lie_in_a_folder_of_another_name(raw, name, arguments):
    (raw / "images").rename(raw / "pictures")
    (raw / "labels.csv").write_text(f"image,label\n{name},NEU\n")
    (record,) = ImageFolder(**arguments).records(raw)
    assert (record.image, record.mask) == ("pictures/smear-00.png", "masks/smear-00.png")


def test_capitals_that_tell_two_files_apart_are_kept(raw):
    write(raw / "images/SMEAR-00.png", SMEAR)
    assert [record.image for record in ImageFolder().records(raw)][0] == "images/smear-00.png"


def test_a_name_of_another_folder_is_not_taken_for_one_of_here(raw):
    (raw / "labels.csv").write_text("image,label\nothers/smear-00.png,NEU\n")
    message = refusal(raw)
    assert "the image 'others/smear-00.png', for which images holds no file (did you mean 'smear-00.png'?)" in message


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("smaer-00", " (did you mean 'smear-00.png'?)"), ("smear-0", " (did you mean 'smear-00.png'?)"), ("smear-02", "")],
)
def test_the_nearest_name_with_the_same_number_is_suggested(raw, name, suggestion):
    (raw / "labels.csv").write_text(f"image,label\n{name},NEU\n")
    assert refusal(raw).endswith(f"the image '{name}', for which images holds no file{suggestion}: correct the file.")


def test_an_image_of_a_kind_that_is_not_read_is_named(raw):
    (raw / "images/smear-07.heic").write_bytes(b"ftyp")
    (raw / "labels.csv").write_text("image,label\nsmear-07,NEU\n")
    assert "holds images/smear-07.heic, which is of no kind that is read (save it as PNG)" in refusal(raw)


def test_a_column_of_another_name_is_proposed(raw):
    (raw / "labels.csv").write_text("filename,label\nsmear-00,NEU\n")
    assert (
        "lacks the column 'image' (it has filename, label): correct the file or set `image_column: filename`"
        in refusal(raw)
    )


@pytest.mark.parametrize(("suffix", "kind"), [("webp", "WEBP"), ("jfif", "JPEG"), ("JPE", "JPEG")])
def test_further_kinds_of_images_are_read(raw, suffix, kind):
    (raw / "images/smear-00.png").unlink()
    write(raw / f"images/smear-00.{suffix}", SMEAR, format=kind)
    dataset = ImageFolder()
    assert dataset.read(raw, dataset.records(raw)[0])[0].shape == SMEAR.shape


# A folder for each class


def cells(folder: Path, *names: str) -> Path:
    for number, name in enumerate(names):
        write(folder / name, SMEAR // (number + 1))
    return folder


@pytest.mark.parametrize("above", ["", "data/", "images/", "PBC_dataset/Images/"])
def test_without_a_table_the_class_is_the_folder(tmp_path, above):
    cells(tmp_path, f"{above}EOS/0.jpg", f"{above}EOS/1.jpg", f"{above}LYM/0.jpg")
    dataset = ImageFolder()
    dataset.fetch(tmp_path, None)
    assert [(r.image_id, r.label, r.mask) for r in dataset.records(tmp_path)] == [
        ("EOS/0", "EOS", None),
        ("EOS/1", "EOS", None),
        ("LYM/0", "LYM", None),
    ]


def test_folders_that_divide_the_source_are_no_classes_and_are_told(tmp_path, capfd):
    cells(tmp_path, "TRAIN/EOS/0.jpg", "TRAIN/LYM/0.jpg", "TEST_SIMPLE/EOS/0.jpg", "TEST_SIMPLE/LYM/0.jpg")
    dataset = ImageFolder()
    dataset.fetch(tmp_path, None)
    assert [(r.image_id, r.label) for r in dataset.records(tmp_path)] == [
        ("TEST_SIMPLE/EOS/0", "EOS"),
        ("TEST_SIMPLE/LYM/0", "LYM"),
        ("TRAIN/EOS/0", "EOS"),
        ("TRAIN/LYM/0", "LYM"),
    ]
    log = capfd.readouterr().err
    assert "the class of an image is the name of its folder" in log
    assert "The folders TEST_SIMPLE, TRAIN divide nothing here: each seed draws its own split." in log


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("{}/0.png", "masks/{}/0.png"),
        ("images/{}/0.png", "masks/{}/0_mask.png"),
        ("{}/images/0.png", "{}/masks/0.png"),
        ("{}/0.png", "{}/0_mask.png"),
        ("train/images/{}/0.png", "train/masks/{}/0.png"),
    ],
)
def test_a_folder_for_each_class_may_have_masks(tmp_path, image, mask):
    for label in ("EOS", "LYM"):
        write(tmp_path / image.format(label), SMEAR)
        write(tmp_path / mask.format(label), LEVELS)
    records = ImageFolder().records(tmp_path)
    assert [(r.label, r.mask) for r in records] == [(label, mask.format(label)) for label in ("EOS", "LYM")]


def test_an_image_beside_the_folders_of_classes_is_refused(tmp_path):
    cells(tmp_path, "EOS/0.jpg", "LYM/0.jpg", "overview.png")
    assert refusal(tmp_path) == (
        f"{tmp_path / 'overview.png'} lies in no folder of a class, as others do (EOS, LYM): move it into one or take "
        "it away."
    )


def test_one_folder_alone_is_no_class(tmp_path):
    cells(tmp_path, "smears/0.jpg", "smears/1.jpg")
    (tmp_path / "cells.csv").write_text("image,label\n")
    assert refusal(tmp_path) == (
        f"{tmp_path} holds no labels.csv at any depth and no folder for each class: put it there, with images beside "
        "it, or set `labels: cells.csv` in the dataset's arguments."
    )


def annotate(folder: Path) -> None:
    (folder / "boxes").mkdir(parents=True)
    (folder / "boxes/a.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (folder / "boxes/b.txt").write_text("1 0.5 0.5 0.2 0.2\n")
    (folder / "coco.json").write_text(json.dumps({"images": [], "annotations": []}))
    (folder / "readme.txt").write_text("Hello\n")


NAMED = "COCO (coco.json), YOLO (boxes/a.txt and 1 more)"


def test_annotations_of_other_tools_are_named_in_the_refusal(tmp_path):
    cells(tmp_path, "images/0.jpg")
    annotate(tmp_path)
    assert f"(annotations of other tools are not read: {NAMED})" in refusal(tmp_path)


def test_annotations_of_other_tools_are_named_in_the_log(raw, capfd):
    annotate(raw)
    ImageFolder().fetch(raw, None)
    assert f"{raw} holds annotations of other tools that are not read: {NAMED}." in capfd.readouterr().err


# Orientation


def turned(file: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    file.parent.mkdir(exist_ok=True)
    Image.fromarray(SMEAR).save(file, exif=exif)


def test_an_image_without_a_mask_is_turned_as_its_exif_says(raw):
    turned(raw / "images/smear-02.jpg")
    (raw / "labels.csv").write_text("image,label\nsmear-02,NEU\n")
    dataset = ImageFolder()
    image, mask = dataset.read(raw, dataset.records(raw)[0])
    assert image.shape == (WIDTH, HEIGHT, 3) and mask.shape == (WIDTH, HEIGHT)
    assert dataset.remarks(raw) == ["1 images without a mask are turned as their EXIF orientation says."]


def test_an_image_with_a_mask_is_not_turned_but_refused(raw):
    (raw / "images/smear-00.png").unlink()
    turned(raw / "images/smear-00.jpg")
    assert "nobody knows whether its mask is too: save it upright" in refusal(raw)


# Letters


def test_the_encoding_of_the_table_is_on_the_card(raw):
    (raw / "labels.csv").write_bytes("image,label\nsmear-00,лимфоцит\nsmear-01,нейтрофил\n".encode("cp1251"))
    dataset = ImageFolder()
    assert [record.label for record in dataset.records(raw)] == ["лимфоцит", "нейтрофил"]
    assert "The label file labels.csv is in letters of Windows-1251 (Cyrillic)." in dataset.remarks(raw)
