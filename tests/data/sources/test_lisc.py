"""LISC in its true layout: images of 720x576, masks of 712x568 with the grey codes of their class."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sgcldff.data.sources.lisc import LEAST, LISC
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

LEVELS = {"Baso": (50, 50), "eosi": (75, 100), "lymp": (125, 150), "mono": (175, 200), "neut": (225, 255)}


def write_image(root: Path, folder: str, number: int) -> None:
    file = root / "Main Dataset" / folder / f"{number}.bmp"
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((576, 720, 3), (220, 190, 210), np.uint8)).save(file)


def write_mask(root: Path, folder: str, number: int, *levels: int, size: tuple[int, int] = (568, 712)) -> Path:
    """A cell at the left edge: squares one within the other, a level each."""
    grey = np.zeros(size, np.uint8)
    for step, level in enumerate(levels):
        grey[100 + 20 * step : 200 - 20 * step, : 100 - 20 * step] = level
    file = root / "Ground Truth Segmentation" / folder / "areaforexpert1" / f"{number}_expert.bmp"
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grey).save(file)
    return file


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """`LISC Database` as it unpacks: an image and a mask a class, a mixture, and the images without masks."""
    root = tmp_path / "lisc" / "LISC Database"
    for folder, levels in LEVELS.items():
        write_image(root, folder, 7)
        write_mask(root, folder, 7, *levels)
    write_image(root, "mixt", 1)
    extra = root / "More Dataset without Ground Truth" / "alll" / "1.bmp"
    extra.parent.mkdir(parents=True)
    Image.new("RGB", (720, 576)).save(extra)
    return tmp_path / "lisc"


def codes_of(raw: Path, image_id: str) -> np.ndarray:
    record = next(record for record in LISC().records(raw) if record.image_id == image_id)
    return LISC().read(raw, record)[1]


def test_the_folders_of_the_authors_are_recognised(raw):
    LISC().fetch(raw, None)
    assert [(record.image_id, record.label, record.mask is not None) for record in LISC().records(raw)] == [
        ("lisc-baso-07", "basophil", True),
        ("lisc-eosi-07", "eosinophil", True),
        ("lisc-lymp-07", "lymphocyte", True),
        ("lisc-mixt-01", "mixture", False),
        ("lisc-mono-07", "monocyte", True),
        ("lisc-neut-07", "neutrophil", True),
    ]


def test_records_name_files_below_the_raw_folder(raw):
    record = LISC().records(raw)[0]
    assert record.image == "LISC Database/Main Dataset/Baso/7.bmp"
    assert record.mask == "LISC Database/Ground Truth Segmentation/Baso/areaforexpert1/7_expert.bmp"


def test_the_archive_as_it_is_downloaded_will_do(raw, tmp_path):
    manual = tmp_path / "manual"
    manual.mkdir()
    with zipfile.ZipFile(manual / "LISC Database.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        for file in raw.rglob("*.bmp"):
            pack.write(file, file.relative_to(raw))
    LISC().fetch(manual, None)
    names = [record.image_id for record in LISC().records(manual)]
    assert names == [record.image_id for record in LISC().records(raw)]
    assert codes_of(manual, "lisc-eosi-07").shape == (576, 720)


@pytest.mark.parametrize("nesting", [".", "data/blood/LISC Database"])
def test_names_in_another_case_and_at_another_depth_are_recognised(tmp_path, nesting):
    root = tmp_path / "lisc" / nesting
    for name in ("main dataset/EOSI/07.BMP", "GROUND TRUTH SEGMENTATION/Eosi/AreaForExpert1/7_Expert.BMP"):
        (root / name).parent.mkdir(parents=True)
        (root / name).touch()
    (record,) = LISC().records(tmp_path / "lisc")
    assert record.image_id == "lisc-eosi-07" and record.mask is not None


def test_a_part_of_it_is_taken(tmp_path):
    write_image(tmp_path, "neut", 3)
    LISC().fetch(tmp_path, None)
    (record,) = LISC().records(tmp_path)
    image, codes = LISC().read(tmp_path, record)
    assert image.shape == (576, 720, 3) and (codes == UNKNOWN).all()


@pytest.mark.parametrize("folder", ["eosi", "lymp", "mono", "neut"])
def test_the_lower_level_is_cytoplasm_and_the_higher_one_the_nucleus(raw, folder):
    codes = codes_of(raw, f"lisc-{folder}-07")
    assert codes[150, 94] == CYTOPLASM and codes[150, 40] == NUCLEUS and codes[300, 300] == BACKGROUND


def test_a_basophil_is_a_whole_cell_without_a_nucleus(raw):
    assert set(np.unique(codes_of(raw, "lisc-baso-07"))) == {BACKGROUND, CYTOPLASM, UNKNOWN}


def test_a_lymphocyte_of_one_level_is_a_whole_cell(raw):
    write_mask(raw / "LISC Database", "lymp", 7, 150)
    assert set(np.unique(codes_of(raw, "lisc-lymp-07"))) == {BACKGROUND, CYTOPLASM, UNKNOWN}


def test_every_level_of_a_mixture_is_cell(raw):
    write_mask(raw / "LISC Database", "mixt", 1, 75, 100, 225, 255)
    assert set(np.unique(codes_of(raw, "lisc-mixt-01"))) == {BACKGROUND, CYTOPLASM, UNKNOWN}


def test_the_margin_that_masks_leave_out_is_unknown(raw):
    codes = codes_of(raw, "lisc-neut-07")
    assert codes.shape == (576, 720)
    inside = np.zeros(codes.shape, bool)
    inside[4:-4, 4:-4] = True
    assert ((codes == UNKNOWN) == ~inside).all()
    assert codes[150, 4] != BACKGROUND, "the mask's first column stands in the image's fifth"


@pytest.mark.parametrize(
    ("folder", "levels", "expected"),
    [("Baso", (25, 50), "0, 50"), ("eosi", (225, 255), "0, 75, 100"), ("lymp", (25, 125, 150), "0, 25, 125")],
)
def test_a_mask_coded_otherwise_is_refused_with_its_levels(raw, folder, levels, expected):
    file = write_mask(raw / "LISC Database", folder, 7, *levels)
    with pytest.raises(InputError) as caught:
        codes_of(raw, f"lisc-{folder.lower()}-07")
    drawn = ", ".join(map(str, (0, *levels)))
    assert str(caught.value) == (
        f"The mask {file} has the colours {drawn}, where only {expected} are expected: put the file there as its "
        "source gives it."
    )


def test_a_mask_of_another_size_is_refused(raw):
    write_mask(raw / "LISC Database", "neut", 7, 225, 255, size=(576, 720))
    with pytest.raises(InputError, match="7_expert.bmp has 720x576 pixels, and those of LISC have 712x568"):
        codes_of(raw, "lisc-neut-07")


def test_an_image_of_another_size_is_refused(raw):
    Image.new("RGB", (640, 480)).save(raw / "LISC Database/Main Dataset/neut/7.bmp")
    with pytest.raises(InputError, match=r"7_expert\.bmp covers 720x576 pixels and its image .*7\.bmp has 640x480"):
        codes_of(raw, "lisc-neut-07")


def test_nothing_recognised_says_what_is_missing_and_where_to_get_it(tmp_path):
    write_mask(tmp_path, "neut", 7, 225, 255)
    with pytest.raises(InputError, match=r"no image at `Main Dataset/<class>/<number>.bmp`, .*: put LISC Database"):
        LISC().fetch(tmp_path, None)


@pytest.mark.parametrize("there", [True, False])
def test_an_empty_folder_says_what_to_put_there(tmp_path, there):
    folder = tmp_path / "lisc"
    if there:
        folder.mkdir()
    with pytest.raises(
        InputError, match=r"lisc is missing or empty: put LISC .* http://users\.cecs\.anu.* into .*lisc\."
    ):
        LISC().fetch(folder, None)


def test_the_same_image_in_two_places_is_refused(raw):
    write_image(raw / "again", "neut", 7)
    with pytest.raises(InputError, match=r"are both lisc-neut-07: take one of the two away"):
        LISC().fetch(raw, None)


def test_what_is_missing_of_it_is_told(raw, capsys):
    write_mask(raw / "LISC Database", "neut", 8, 225, 255)
    LISC().fetch(raw, None)
    assert capsys.readouterr().err.splitlines() == [
        f"sgcldff: note: {raw} holds 6 images (baso 1 of 53, eosi 1 of 39, lymp 1 of 52, mono 1 of 48, neut 1 of 50) "
        "and masks of 5 of them, none for lisc-mixt-01.",
        f"sgcldff: note: {raw} holds masks without an image (1): "
        "LISC Database/Ground Truth Segmentation/neut/areaforexpert1/8_expert.bmp.",
    ]


def test_nothing_is_told_of_all_of_it(tmp_path, capsys):
    for folder, images in LEAST.items():
        for number in range(1, images + 1):
            for name in (
                f"Main Dataset/{folder}/{number}.bmp",
                f"Ground Truth Segmentation/{folder}/areaforexpert1/{number}_expert.bmp",
            ):
                (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name).touch()
    LISC().fetch(tmp_path, None)
    assert capsys.readouterr().err == ""
