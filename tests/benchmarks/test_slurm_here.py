"""`benchmarks/slurm_here.sh` deletes the folder that it made, and no other."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "benchmarks/slurm_here.sh"


def called(word: str, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [PROGRAM, word], env=os.environ | {"SLURM_HERE": str(folder)}, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def thesis(tmp_path: Path) -> Path:
    file = tmp_path / "thesis.tex"
    file.touch()
    return file


def test_a_folder_that_start_did_not_make_is_not_deleted(thesis):
    done = called("stop", thesis.parent)
    assert done.returncode == 1 and f"{thesis.parent} was not made by" in done.stderr
    assert thesis.exists()


def test_a_folder_with_other_files_is_not_taken(thesis):
    done = called("start", thesis.parent)
    assert done.returncode == 1 and f"{thesis.parent} is not empty" in done.stderr
    assert list(thesis.parent.iterdir()) == [thesis]


def test_the_folder_of_a_start_is_deleted(tmp_path):
    folder = tmp_path / "slurm"
    folder.mkdir()
    (folder / "made-by-slurm-here").touch()
    assert called("stop", folder).returncode == 0 and not folder.exists()


def test_where_nothing_was_started_there_is_nothing_to_stop(tmp_path):
    assert called("stop", tmp_path / "slurm").returncode == 0
