"""Preparation in shards: killed, resumed and in several processes, it leaves what an undisturbed run leaves."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest

from sgcldff.data import shards
from sgcldff.data.prepare import prepare
from sgcldff.errors import InputError

SUPPORT = Path(__file__).resolve().parents[1] / "support"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(SUPPORT)
    return importlib.import_module("troubled_smears")


@pytest.fixture
def raw(module, tmp_path):
    module.TroubledSmears().fetch(tmp_path / "raw", None)
    return tmp_path / "raw"


@pytest.fixture
def prepare_smears(module, raw, monkeypatch):
    """Prepare them three to a shard; gives the numbers of the pictures that this process read."""
    monkeypatch.setattr(shards, "SHARD", 3)

    def run(out: Path, size: int = 16, jobs: int = 1) -> list[str]:
        module.seen.clear()
        dataset = module.TroubledSmears()
        prepare("smears", dataset, raw, out, size, dataset.labels, {label: label for label in dataset.labels}, jobs)
        return list(module.seen)

    return run


@pytest.fixture
def interrupted(prepare_smears, raw, tmp_path):
    """What is left of a run that was stopped at the sixth picture."""
    trouble = raw / "trouble-000005"
    trouble.write_text("interrupted")
    with pytest.raises(KeyboardInterrupt):
        prepare_smears(tmp_path / "interrupted")
    trouble.unlink()
    return tmp_path / "interrupted"


def test_two_processes_write_the_same_bytes_as_one(prepare_smears, tmp_path):
    prepare_smears(tmp_path / "one")
    assert prepare_smears(tmp_path / "two", jobs=2) == []
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_run_goes_on_with_the_shards_that_were_not_finished(prepare_smears, interrupted, tmp_path):
    assert prepare_smears(interrupted) == [f"{number:06d}" for number in range(3, 9)]
    prepare_smears(tmp_path / "whole")
    assert contents(interrupted) == contents(tmp_path / "whole")


def test_another_size_starts_anew(prepare_smears, interrupted):
    assert len(prepare_smears(interrupted, size=24)) == 9


def test_a_picture_that_changed_since_is_read_again(prepare_smears, interrupted, raw):
    os.utime(raw / "pictures/000001.png", (1, 1))
    assert "000001" in prepare_smears(interrupted)


def test_a_finished_shard_whose_file_is_damaged_is_done_again(prepare_smears, interrupted):
    done = next((interrupted / "parts").glob("*.npz"))
    done.write_bytes(done.read_bytes()[:100])
    assert len(prepare_smears(interrupted)) == 9


def test_a_wrong_picture_in_another_process_is_one_sentence(prepare_smears, raw, tmp_path):
    (raw / "trouble-000007").write_text("wrong")
    with pytest.raises(InputError, match="000007 is wrong: mend it"):
        prepare_smears(tmp_path / "out", jobs=2)
    assert not (tmp_path / "out/index.csv").exists()


def test_a_process_that_is_killed_is_one_sentence(prepare_smears, raw, tmp_path):
    (raw / "trouble-000004").write_text("killed")
    with pytest.raises(InputError, match="A process that prepares smears was killed, .* or run again with fewer jobs"):
        prepare_smears(tmp_path / "out", jobs=2)


def test_what_other_processes_finished_is_not_done_again(prepare_smears, raw, tmp_path):
    (raw / "trouble-000007").write_text("wrong")
    with pytest.raises(InputError):
        prepare_smears(tmp_path / "out", jobs=2)
    (raw / "trouble-000007").unlink()
    assert prepare_smears(tmp_path / "out") == ["000006", "000007", "000008"]
