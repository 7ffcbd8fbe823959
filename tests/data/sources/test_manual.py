"""What holds for every dataset of a manual download, on a folder of images."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from sgcldff.data.sources.folder import ImageFolder
from sgcldff.data.sources.manual import source_files
from sgcldff.errors import InputError


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Two images, a mask of the first, and the labels of both."""
    folder = tmp_path / "raw"
    for place in ("images/a.png", "images/b.png", "masks/a.png"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8)).save(folder / place)
    (folder / "labels.csv").write_text("image,label\na,neutrophil\nb,monocyte\n")
    return folder


def refusal(raw: Path) -> str:
    with pytest.raises(InputError) as caught:
        ImageFolder().fetch(raw, None)
    return str(caught.value)


@pytest.mark.parametrize("place", ["smears.zip", "later", "images/c.png"])
def test_a_link_that_leads_nowhere_is_named(raw, place):
    (raw / place).symlink_to(raw.parent / "not mounted")
    assert refusal(raw) == f"The link {raw / place} leads nowhere: mount what it leads to or take it away."


def test_a_raw_folder_that_is_a_link_to_nowhere_is_named(tmp_path):
    (tmp_path / "raw").symlink_to(tmp_path / "not mounted")
    assert refusal(tmp_path / "raw").startswith(f"The link {tmp_path / 'raw'} leads nowhere: ")


@pytest.mark.parametrize("closed", [".", "images"])
def test_a_folder_that_cannot_be_read_is_one_sentence(raw, closed, without_rights):
    raw.chmod(0o755)
    (raw / closed).chmod(0o311)
    message = without_rights(raw, "sgcldff.data.sources.folder", "ImageFolder().fetch(Path('.'), None)")
    assert message == f"The folder {closed} cannot be read (Permission denied): make it readable."


def test_a_folder_that_gives_names_and_no_more_is_one_sentence(raw, without_rights):
    raw.chmod(0o755)
    (raw / "images").chmod(0o744)
    message = without_rights(raw, "sgcldff.data.sources.folder", "ImageFolder().fetch(Path('.'), None)")
    assert message == "The folder images cannot be read (Permission denied): make it readable."


@pytest.mark.parametrize("link, leads_to", [("all", "images"), ("Alias", "images"), (".trash", "."), ("more", ".")])
def test_a_second_way_to_the_images_changes_nothing(raw, link, leads_to):
    before = ImageFolder().records(raw)
    (raw / link).symlink_to(raw / leads_to)
    assert ImageFolder().records(raw) == before


@pytest.mark.parametrize("name", ["smears.rar", "Smears.7z", "parts/smears.zip"])
def test_an_archive_that_is_not_opened_here_says_so(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"Rar!")
    hint = f" If {tmp_path / name} holds them: it is not opened there; unpack it into {tmp_path} by hand."
    assert refusal(tmp_path).endswith(f"put it there, with images beside it.{hint}")


def test_an_archive_that_is_not_opened_is_named_beside_other_files(tmp_path):
    (tmp_path / "README.txt").touch()
    (tmp_path / "smears.rar").touch()
    assert f"If {tmp_path / 'smears.rar'} holds them: " in refusal(tmp_path)


def test_an_archive_that_was_unpacked_by_hand_is_not_to_blame(raw):
    (raw / "smears.7z").touch()
    (raw / "labels.csv").write_text("image,label\nzz,neutrophil\n")
    assert refusal(raw).endswith("for which images holds no file: correct the file.")


def test_an_archive_within_an_archive_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as pack:
        pack.writestr("inner.zip", b"PK")
    inner = tmp_path / "unpacked-archives/outer.zip/inner.zip"
    assert f"If {inner} holds them: it is not opened there; unpack it into {tmp_path} by hand." in refusal(tmp_path)


def test_an_archive_that_was_unpacked_by_hand_may_stay(raw):
    (raw / "smears.rar").write_bytes(b"Rar!")
    ImageFolder().fetch(raw, None)


def test_folders_that_are_half_unpacked_are_left_out_and_no_others(tmp_path):
    for folder in (
        "first.part",
        "unpacked-archives/a.zip",
        "unpacked-archives/b.zip.part",
        "unpacked-archives/a.zip/second.part",
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.png").touch()
    assert [str(file.parent) for file in source_files(tmp_path)] == [
        "first.part",
        "unpacked-archives/a.zip",
        "unpacked-archives/a.zip/second.part",
    ]


def test_images_without_a_mask_are_counted_and_named(raw, capsys):
    ImageFolder().fetch(raw, None)
    assert capsys.readouterr().err == f"sgcldff: note: {raw} holds 2 images and masks of 1 of them, none for b.\n"


@pytest.mark.parametrize("masks", ["masks", None])
def test_nothing_is_told_where_nothing_is_missing(raw, capsys, masks):
    Image.new("L", (8, 8)).save(raw / "masks/b.png")
    ImageFolder(masks=masks).fetch(raw, None)
    assert capsys.readouterr().err == ""
