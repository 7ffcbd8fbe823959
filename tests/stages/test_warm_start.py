"""Jobs that start from a process with the libraries loaded: each by itself, and none left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from sgcldff.stages import warm_start
from sgcldff.stages.warm_start import WARM, run_warm

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
JOBS = """
import json, os, sys, time
from pathlib import Path

def report(given):
    loaded = "torch" in sys.modules
    here = {"folder": os.getcwd(), "given": given, "asked": os.environ.get("ASKED"), "torch_is_loaded": loaded}
    Path(given["out"]).write_text(json.dumps(here))
    print("on standard output")
    return given["status"]

def fail(given):
    raise RuntimeError("the cable fell out")

def threads(given):
    import threadpoolctl, torch
    return 10 * torch.get_num_threads() + max(each["num_threads"] for each in threadpoolctl.threadpool_info())

def wait(given):
    Path(given["out"]).write_text(str(os.getpid()))
    time.sleep(60)
"""
ASK = "import sys, json; from sgcldff.stages.warm_start import run_warm; sys.path.insert(0, sys.argv[1]); "
ASK += "sys.exit(run_warm('jobs', sys.argv[2], json.loads(sys.argv[3]), 2))"


def soon(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, psutil.Process]]:
    """What the variable WARM says, and the process, started by a Snakemake that lives as long as the module."""
    file = tmp_path_factory.mktemp("warm") / "address"
    program = (
        "import os, time; from pathlib import Path; from sgcldff.stages.warm_start import WARM, start_warm_process; "
    )
    program += f"start_warm_process(); Path({str(file)!r}).write_text(os.environ[WARM]); time.sleep(600)"
    snakemake = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    soon(lambda: file.exists() and file.read_text() != "")
    address = file.read_text()
    soon(lambda: Path(address.partition("|")[2]).exists())
    (process,) = psutil.Process(snakemake.pid).children()
    yield address, process
    snakemake.kill()
    snakemake.wait()
    soon(lambda: not process.is_running())


@pytest.fixture
def ask(warm: tuple[str, psutil.Process], tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Ask for a function of JOBS from a process of its own, as the script of a rule does."""
    (tmp_path / "jobs.py").write_text(JOBS)

    def start(function: str, **given: object) -> subprocess.Popen[str]:
        environment = os.environ | {WARM: warm[0], "ASKED": "yes", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", ASK, str(tmp_path), function, json.dumps(given)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=tmp_path, env=environment, **pipes)

    return start


def test_a_job_finds_the_libraries_loaded_and_all_else_as_in_a_process_of_its_own(ask, tmp_path):
    job = ask("report", out=str(tmp_path / "out"), status=2, more=[1, None])
    assert job.communicate(timeout=SECONDS) == ("on standard output\n", "") and job.returncode == 2
    found = json.loads((tmp_path / "out").read_text())
    assert found["torch_is_loaded"] and found["folder"] == str(tmp_path) and found["asked"] == "yes"
    assert found["given"] == {"out": str(tmp_path / "out"), "status": 2, "more": [1, None]}


def test_the_code_of_a_job_is_read_anew(ask, tmp_path):
    assert ask("report", out="out", status=0).wait(SECONDS) == 0
    (tmp_path / "jobs.py").write_text("def report(given):\n    return 7\n")
    assert ask("report", out="out", status=0).wait(SECONDS) == 7


def test_a_job_has_the_threads_that_it_asks_for(ask):
    assert ask("threads").wait(SECONDS) == 22


def test_what_escapes_a_job_is_shown_and_ends_it_alone(ask, tmp_path):
    job = ask("fail")
    assert "RuntimeError: the cable fell out" in job.communicate(timeout=SECONDS)[1] and job.returncode == 1
    assert ask("report", out="out", status=0).wait(SECONDS) == 0


def test_a_job_dies_with_the_one_that_asked(ask, tmp_path):
    asking = ask("wait", out=str(tmp_path / "number"))
    soon(lambda: (tmp_path / "number").exists() and (tmp_path / "number").read_text() != "")
    job = int((tmp_path / "number").read_text())
    asking.kill()
    asking.wait()
    soon(lambda: not psutil.pid_exists(job))


def test_a_job_that_is_killed_is_known_by_the_signal(ask, tmp_path):
    asking = ask("wait", out=str(tmp_path / "number"))
    soon(lambda: (tmp_path / "number").exists() and (tmp_path / "number").read_text() != "")
    os.kill(int((tmp_path / "number").read_text()), signal.SIGKILL)
    assert asking.wait(SECONDS) == (-signal.SIGKILL) % 256


def test_the_process_that_is_forked_has_one_thread(warm):
    assert warm[1].num_threads() == 1


@pytest.mark.parametrize("address", ["", f"{sys.executable}|/nowhere", "/another/python|/nowhere"])
def test_without_such_a_process_the_job_is_left_to_the_one_that_asks(monkeypatch, address):
    monkeypatch.setenv(WARM, address)
    assert run_warm("jobs", "report", {}, 1) is None


def test_what_killed_runs_left_of_it_is_removed_and_what_living_ones_have_stays(tmp_path, monkeypatch):
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(warm_start.subprocess, "Popen", lambda *_, **__: None)
    monkeypatch.setenv(WARM, "")
    left, living = (tmp_path / f"{warm_start.PREFIX}{number}-a" for number in (int(ended.stdout), os.getpid()))
    left.mkdir()
    living.mkdir()
    warm_start.start_warm_process()
    assert not left.exists() and living.exists()
