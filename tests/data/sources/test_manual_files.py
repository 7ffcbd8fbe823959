from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgcldff.data.sources.manual_files import checksum, manual_files, walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "LISC/Main Dataset/neut").mkdir(parents=True)
    (tmp_path / "LISC/Main Dataset/neut/1.bmp").write_text("one")
    return tmp_path


def test_a_folder_that_is_not_there_or_empty_holds_nothing(tmp_path):
    assert manual_files(tmp_path) == [] == manual_files(tmp_path / "nothing")


def test_hidden_files_and_what_is_unpacked_do_not_count(tmp_path):
    (tmp_path / ".DS_Store").write_text("")
    (tmp_path / "unpacked-archives").mkdir()
    assert manual_files(tmp_path) == []


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "__MACOSX"])
def test_what_file_managers_leave_behind_does_not_count(tmp_path, name):
    (tmp_path / name).write_text("")
    assert manual_files(tmp_path) == []


def test_a_name_in_no_known_encoding_counts(folder):
    before = checksum(folder)
    Path(os.fsdecode(os.fsencode(folder / "LISC") + b"/caf\xe9.txt")).touch()
    assert checksum(folder) != before


def test_a_link_that_leads_nowhere_does_not_count(tmp_path):
    (tmp_path / "LISC").symlink_to(tmp_path / "unmounted")
    assert manual_files(tmp_path) == [] and checksum(tmp_path) == checksum(tmp_path / "nothing")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "LISC/Main Dataset/neut/2.bmp").write_text("two"),
        lambda folder: (folder / "LISC/Main Dataset/neut/1.bmp").write_text("other"),
        lambda folder: os.utime(folder / "LISC/Main Dataset/neut/1.bmp", (0, 0)),
        lambda folder: (folder / "LISC/Main Dataset/neut/1.bmp").unlink(),
        lambda folder: (folder / "more.zip").write_text("archive"),
    ],
)
def test_a_change_at_any_depth_changes_the_state(folder, change):
    before = checksum(folder)
    change(folder)
    assert checksum(folder) != before


def test_unpacking_changes_no_state(folder):
    before = checksum(folder)
    (folder / "unpacked-archives/x.zip").mkdir(parents=True)
    (folder / "unpacked-archives/x.zip/1.bmp").write_text("one")
    assert checksum(folder) == before


def test_a_link_to_a_folder_above_is_walked_once(folder):
    (folder / "unpacked-archives").mkdir()
    (folder / "unpacked-archives/1.bmp").write_text("one")
    before = checksum(folder)
    (folder / "LISC/again").symlink_to(folder)
    walked = [os.path.realpath(place) for place, _, _ in walk(folder)]
    assert len(walked) == len(set(walked)) and checksum(folder) == before
