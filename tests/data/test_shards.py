"""Preparation in shards: killed, resumed and in several processes, it leaves what an undisturbed run leaves."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import numpy as np
import pytest

from sgcldff.data import prepare as stage
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
    """Prepare them three to a shard; gives the numbers of the images that this process read."""
    monkeypatch.setattr(shards, "SHARD", 3)

    def run(out: Path, size: int = 16, jobs: int = 1) -> list[str]:
        module.seen.clear()
        dataset = module.TroubledSmears()
        prepare("smears", dataset, raw, out, size, dataset.labels, {label: label for label in dataset.labels}, jobs)
        return list(module.seen)

    return run


@pytest.fixture
def interrupted(prepare_smears, raw, tmp_path):
    """What is left of a run that was stopped at the sixth image."""
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


def test_an_image_that_changed_since_is_read_again(prepare_smears, interrupted, raw):
    os.utime(raw / "images/000001.png", (1, 1))
    assert "000001" in prepare_smears(interrupted)


def test_a_finished_shard_whose_file_is_damaged_is_done_again(prepare_smears, interrupted):
    done = next((interrupted / "parts").glob("*.npz"))
    done.write_bytes(done.read_bytes()[:100])
    assert len(prepare_smears(interrupted)) == 9


def test_a_wrong_image_in_another_process_is_one_sentence(prepare_smears, raw, tmp_path):
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


@pytest.fixture
def searches(monkeypatch):
    """An entry for each search for overlaps."""
    made = []
    search = stage.overlaps_within
    monkeypatch.setattr(stage, "overlaps_within", lambda *arguments: made.append(1) or search(*arguments))
    return made


@pytest.fixture
def killed_at(prepare_smears, searches, tmp_path):
    """Run until a step of the preparation is called for the given time; gives the folder."""

    def run(step: str, time: int) -> Path:
        whole, calls = getattr(stage, step), []

        def stop(*arguments, **named):
            calls.append(1)
            if len(calls) == time:
                raise KeyboardInterrupt
            return whole(*arguments, **named)

        with pytest.MonkeyPatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(stage, step, stop)
            prepare_smears(tmp_path / "killed")
        searches.clear()
        return tmp_path / "killed"

    return run


STEPS = [
    ("write_store", 1, 1),
    ("overlaps_within", 1, 1),
    ("write_part", 1, 1),
    ("_put_rows", 1, 0),
    ("_put_rows", 2, 0),
    ("write_table", 1, 0),
    ("write_table", 2, 0),
    ("write_table", 3, 0),
]
"""Step after the shards, which call of it does not return, and how many searches are made when it goes on."""


@pytest.mark.parametrize(("step", "time", "sought"), STEPS)
def test_a_run_that_was_killed_after_the_shards_reads_nothing_again(
    prepare_smears, killed_at, searches, tmp_path, step, time, sought
):
    out = killed_at(step, time)
    assert prepare_smears(out) == []
    assert len(searches) == sought
    prepare_smears(tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")


def test_nothing_is_read_again_where_a_workflow_deleted_what_a_failed_job_left(prepare_smears, killed_at, searches):
    out = killed_at("write_table", 3)
    for file in [*out.glob("*.npy"), *out.glob("*.csv"), *out.glob("keypoints/*")]:
        file.unlink()
    assert prepare_smears(out) == searches == []
    assert len(np.load(out / "images.npy")) == 9


def test_overlaps_are_sought_again_where_an_image_changed_since(prepare_smears, killed_at, searches, raw):
    out = killed_at("write_table", 3)
    os.utime(raw / "images/000001.png", (1, 1))
    prepare_smears(out)
    assert len(searches) == 1


def test_a_disk_without_hard_links_gets_the_same_bytes(prepare_smears, tmp_path, monkeypatch):
    prepare_smears(tmp_path / "linked")

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    prepare_smears(tmp_path / "copied")
    assert contents(tmp_path / "linked") == contents(tmp_path / "copied")
