"""Runs that are stopped or killed: no job outlives them, and what they left behind is cleared away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from pathlib import Path

import psutil
import pytest

from sgcldff.stages.interruption import GO_ON, clear_after_killed_runs

ROOT = Path(__file__).resolve().parents[2]
JOB = "import time; from sgcldff.stages.interruption import end_with_snakemake; end_with_snakemake(); time.sleep(60)"
# Through a shell, as Snakemake starts a script.
SNAKEMAKE = f"""
import subprocess, time
from sgcldff.stages import interruption
interruption.announce_snakemake()
jobs = subprocess.Popen(["bash", "-c", "python -c '{JOB}'; true"])
"""
HOLD = "import time; from pathlib import Path; from sgcldff.stages.interruption import clear_after_killed_runs; "


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-c", program, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def jobs_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The shell of the job and the job, once both are there."""
    deadline = time.monotonic() + 30
    while len(found := psutil.Process(process.pid).children(recursive=True)) < 2:
        assert time.monotonic() < deadline and process.poll() is None, process.communicate()
        time.sleep(0.05)
    return found


def test_a_job_ends_with_the_snakemake_that_was_killed():
    snakemake = start(SNAKEMAKE + "time.sleep(60)")
    jobs = jobs_of(snakemake)
    snakemake.kill()
    snakemake.communicate()
    assert not psutil.wait_procs(jobs, timeout=30)[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_jobs_and_says_how_to_go_on(number):
    snakemake = start(SNAKEMAKE + "interruption.stop_on_signals(); print('ready'); time.sleep(60)")
    assert snakemake.stdout.readline() == "ready\n"
    jobs = jobs_of(snakemake)
    snakemake.send_signal(number)
    assert snakemake.communicate(timeout=30)[1].splitlines()[-1] == GO_ON
    assert not psutil.wait_procs(jobs, timeout=30)[1]


def killed_run(folder: Path, monkeypatch: pytest.MonkeyPatch, external_jobid: str | None = None) -> tuple[Path, Path]:
    """What Snakemake leaves of a killed run in a working folder: a lock, and an output that it was making."""
    monkeypatch.chdir(folder)
    lock, output = Path(".snakemake/locks/0.input.lock"), Path("results/half.csv")
    marker = Path(".snakemake/incomplete") / urlsafe_b64encode(str(output).encode()).decode()
    for file in (lock, output, marker):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"external_jobid": external_jobid}))
    return lock, output


def test_a_snakemake_that_does_not_end_by_itself_is_ended():
    waits = "\nfor _ in range(600):\n    try: time.sleep(0.1)\n    except KeyboardInterrupt: pass"
    snakemake = start(SNAKEMAKE + "interruption.LAST = 0.5; interruption.stop_on_signals(); print('ready')" + waits)
    assert snakemake.stdout.readline() == "ready\n"
    jobs = jobs_of(snakemake)
    snakemake.terminate()
    assert snakemake.communicate(timeout=30)[1].splitlines()[-1] == GO_ON
    assert snakemake.returncode == 128 + signal.SIGTERM
    assert not psutil.wait_procs(jobs, timeout=30)[1]


def test_locks_and_unfinished_outputs_of_a_killed_run_are_removed(tmp_path, monkeypatch):
    lock, output = killed_run(tmp_path, monkeypatch)
    clear_after_killed_runs(Path(".snakemake"))
    assert not lock.exists() and not output.exists() and not any(Path(".snakemake/incomplete").iterdir())


def test_the_lock_of_a_living_run_stays(tmp_path, monkeypatch):
    living = start(
        HOLD + f"clear_after_killed_runs(Path({str(tmp_path / '.snakemake')!r})); print('ready'); time.sleep(60)"
    )
    assert living.stdout.readline() == "ready\n"
    lock, output = killed_run(tmp_path, monkeypatch)
    clear_after_killed_runs(Path(".snakemake"))
    assert lock.exists() and output.exists()
    living.kill()
    living.communicate()


def test_a_lock_that_another_machine_may_have_left_stays(tmp_path, monkeypatch):
    lock, output = killed_run(tmp_path, monkeypatch)
    Path(".snakemake/running").write_text("another-machine")
    clear_after_killed_runs(Path(".snakemake"))
    assert lock.exists() and output.exists()


def slurm(folder: Path, monkeypatch: pytest.MonkeyPatch, place: Path) -> Path:
    """Programs that stand in for Slurm, with a queue of two jobs in a place: 4711 of a Snakemake, 12 of something else.

    Gives the queue.
    """
    queue, programs = folder / "queue", folder / "bin"
    programs.mkdir()
    queue.write_text(f"12 notebook {place}\n4711 05549b3f-d8a4-45b7-ad78-d41b69fc0641 {place}\n")
    (programs / "squeue").write_text(f"#!/bin/sh\ncat {queue}\n")
    (programs / "scancel").write_text(f'#!/bin/sh\nfor job; do sed -i "/^$job /d" {queue}; done\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setattr("sgcldff.stages.left_at_slurm.WAIT", 0.01)
    return queue


@pytest.mark.parametrize("job", ["4711", None])  # waiting, and begun: then Snakemake has lost its number
def test_a_job_that_was_handed_to_slurm_is_cancelled_and_its_outputs_are_removed(tmp_path, monkeypatch, job):
    queue = slurm(tmp_path, monkeypatch, place=tmp_path)
    _, output = killed_run(tmp_path, monkeypatch, external_jobid=job)
    clear_after_killed_runs(Path(".snakemake"))
    assert queue.read_text() == f"12 notebook {tmp_path}\n" and not output.exists()


def test_a_snakemake_that_is_a_job_of_slurm_itself_does_not_cancel_itself(tmp_path, monkeypatch):
    queue = slurm(tmp_path, monkeypatch, place=tmp_path)
    monkeypatch.setenv("SLURM_JOB_ID", "4711")
    killed_run(tmp_path, monkeypatch)
    clear_after_killed_runs(Path(".snakemake"))
    assert "4711" in queue.read_text()


def test_a_job_of_slurm_that_works_elsewhere_goes_on(tmp_path, monkeypatch):
    queue = slurm(tmp_path, monkeypatch, place=Path("/elsewhere"))
    killed_run(tmp_path, monkeypatch, external_jobid="4711")
    clear_after_killed_runs(Path(".snakemake"))
    assert "4711" in queue.read_text()


@pytest.mark.parametrize("job", ["4711", "pod-4711"])
def test_a_job_that_was_handed_to_another_cluster_keeps_its_outputs(tmp_path, monkeypatch, job):
    slurm(tmp_path, monkeypatch, place=tmp_path)
    if job.isdigit():  # where Slurm does not answer
        (tmp_path / "bin/squeue").write_text("#!/bin/sh\nexit 1\n")
    lock, output = killed_run(tmp_path, monkeypatch, external_jobid=job)
    clear_after_killed_runs(Path(".snakemake"))
    assert not lock.exists() and output.exists()
