"""The list of a stage's code changes with its content alone, and is as old as the newest file in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgcldff.stages.code_lists import listed, write_code_list


@pytest.fixture
def files(tmp_path, monkeypatch) -> list[Path]:
    monkeypatch.chdir(tmp_path)
    names = ("one.py", "a folder/other.py")
    for time, name in enumerate(names, start=1):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(name)
        os.utime(name, ns=(time, time))
    return [tmp_path / name for name in names]


def test_it_names_the_files_as_seen_from_the_working_folder(files):
    assert listed(write_code_list("fit", files)) == ["one.py", "a folder/other.py"]


def test_it_is_as_old_as_the_newest_file(files):
    assert Path(write_code_list("fit", files)).stat().st_mtime_ns == 2


def test_an_edit_changes_it_and_a_touch_does_not(files):
    before = Path(write_code_list("fit", files)).read_bytes()
    os.utime(files[0], ns=(9, 9))
    touched = Path(write_code_list("fit", files))
    assert touched.read_bytes() == before and touched.stat().st_mtime_ns == 9
    files[0].write_text("edited")
    assert Path(write_code_list("fit", files)).read_bytes() != before
