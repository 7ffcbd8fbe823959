"""Which card a job gets: without a GPU, from what the driver is made to say."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from workflow_graph import driver_of

from sgcldff.stages.gpu import Card, cards

ROOT = Path(__file__).resolve().parents[2]
JOB = """
import os, sys
from sgcldff.stages.gpu import take_card
take_card(int(sys.argv[1]))
print(os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Two cards, and a folder of its own for the locks."""
    driver_of(tmp_path / "bin", "GPU-one", "GPU-two")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for name in ("CUDA_VISIBLE_DEVICES", "SLURM_JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def start():
    """Starts a job that holds its slot; all of them end with the test."""
    started = []

    def job(jobs_per_card: int, **environment: str) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        command = [sys.executable, "-c", JOB, str(jobs_per_card)]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, **pipes)
        started.append(process)
        return process

    yield job
    for process in started:
        process.kill()
        process.communicate()


def card_of(job: subprocess.Popen[str]) -> str:
    return job.stdout.readline().strip()


def test_two_jobs_get_two_cards(driver, start):
    assert sorted(card_of(start(1)) for _ in range(2)) == ["GPU-one", "GPU-two"]


def test_a_card_is_shared_by_as_many_jobs_as_are_allowed_and_the_emptiest_comes_first(driver, start):
    given = [card_of(start(2)) for _ in range(4)]
    assert sorted(given[:2]) == sorted(given[2:]) == ["GPU-one", "GPU-two"]


def test_a_job_without_a_slot_waits_says_so_and_takes_that_of_a_killed_one(driver, start):
    first, _ = jobs = [start(1), start(1)]
    cards_taken = [card_of(job) for job in jobs]
    waiting = start(1)
    assert waiting.stderr.readline() == "every GPU is taken by other jobs: waiting for one\n"
    first.kill()
    assert card_of(waiting) == cards_taken[0]


def test_only_the_cards_that_a_person_named_are_given(driver, start):
    assert card_of(start(1, CUDA_VISIBLE_DEVICES="1")) == "1"
    # The same card by its other name is taken.
    waiting = start(1, CUDA_VISIBLE_DEVICES="GPU-two")
    assert waiting.stderr.readline() == "every GPU is taken by other jobs: waiting for one\n"


def test_jobs_of_slurm_keep_what_it_assigned_to_each(driver, start):
    """Where the driver does not say which card it is, every job of Slurm calls its own card 0."""
    (driver / "bin/nvidia-smi").unlink()
    given = [card_of(start(1, SLURM_JOB_ID=job, CUDA_VISIBLE_DEVICES="0")) for job in ("1", "2")]
    assert given == ["0", "0"]


def test_a_job_of_slurm_takes_its_own_card_at_once_whoever_else_is_counted_on_it(driver, start):
    """Slurm says which card, and the driver lists all: neither another job of Slurm nor one beside it is waited for."""
    assert card_of(start(1, CUDA_VISIBLE_DEVICES="1")) == "1"
    given = [card_of(start(1, SLURM_JOB_ID=job, CUDA_VISIBLE_DEVICES="1")) for job in ("1", "2")]
    assert given == ["1", "1"]


def test_without_a_card_nothing_is_set_and_nobody_waits(driver, start):
    (driver / "bin/nvidia-smi").write_text("#!/bin/sh\nexit 9\n")
    started = time.monotonic()
    assert card_of(start(1)) == "None" and time.monotonic() - started < 20


def test_hidden_cards_are_none(driver, monkeypatch):
    for hidden in ("", "-1"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
        assert cards() == []


def test_the_parts_of_a_divided_card_stand_for_it(driver, monkeypatch):
    (driver / "bin/nvidia-smi").write_text(
        """#!/bin/sh
cat <<END
GPU 0: NVIDIA A100 (UUID: GPU-whole)
  MIG 3g.20gb     Device  0: (UUID: MIG-left)
  MIG 3g.20gb     Device  1: (UUID: MIG-right)
GPU 1: NVIDIA A100 (UUID: GPU-other)
END
"""
    )
    assert cards() == [Card(name, name) for name in ("MIG-left", "MIG-right", "GPU-other")]
