"""The graph on a real Slurm of this machine (`make slurm`), with two stand-ins for cards."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from scripts import load_script
from workflow_graph import Graph, copy_checkout, driver_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "benchmarks/slurm_here.sh"
CARDS = ("GPU-one", "GPU-two")
# Slurm answers at once here, and the disk is its own. All else is as the profile says.
HERE = ("--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "1")
DEMO = yaml.safe_load((ROOT / "workflow/configs/demo.yaml").read_text())
NETWORKS = ("full", "no_fusion", "no_alignment")  # of the demo


def missing() -> str:
    """Why Slurm cannot be started here, "" where it can."""
    absent = [each for each in ("slurmctld", "slurmd", "munged", "sbatch") if not shutil.which(each)]
    if absent:
        return f"no {', '.join(absent)}: apt-get install --no-install-recommends slurm-wlm"
    if not importlib.util.find_spec("snakemake_executor_plugin_slurm"):
        return "the executor for Slurm is not installed: make slurm"
    if os.getuid():
        return "a Slurm of one's own is started by root"
    return "this machine has a Slurm already, which is left alone" if Path("/etc/slurm/slurm.conf").exists() else ""


pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]

kills = load_script(ROOT / "benchmarks/kills.py")


def profile(graph: Graph) -> tuple[str, ...]:
    return ("--workflow-profile", str(graph.folder / "workflow/profiles/slurm"), *HERE)


def queue(*options: str) -> list[str]:
    """The numbers of the jobs that Slurm has."""
    command = ["squeue", "--noheader", "--format", "%A", *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running Slurm; the folder of its files."""
    folder = tmp_path_factory.mktemp("slurm")
    environment = os.environ | {"SLURM_HERE": str(folder)}
    try:
        subprocess.run([PROGRAM, "start"], env=environment, check=True, timeout=60)
        yield folder
    finally:  # a start that failed has left daemons, too, with which the next run would skip everything
        subprocess.run([PROGRAM, "stop"], env=environment, check=True, timeout=60)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, Graph]:
    """The demo twice, allowed to use cards: to run here, and to run on Slurm."""
    places = {
        "results": "run/results",
        "reports": "run/reports",
        "raw": "run/raw",
    }  # as benchmarks/kills.py compares them
    configuration = DEMO | places | {"device": "auto"}
    here, there = (copy_checkout(tmp_path_factory.mktemp(name) / "checkout", configuration) for name in ("a", "b"))
    for graph in (here, there):
        driver_of(graph.folder / "bin", *CARDS)
    return here, there


@pytest.fixture(scope="module")
def finished(slurm: Path, graphs: tuple[Graph, Graph]) -> tuple[Graph, str]:
    """A run on Slurm that was killed while it fitted, and went on with the same command; what that printed."""
    _, graph = graphs
    process = graph.start(*profile(graph))
    logs = graph.folder / "run/results/logs/fit"
    deadline = time.monotonic() + 900
    while not [log for log in logs.glob("*/*/*.log") if "epoch 1" in log.read_text(errors="replace")]:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return graph, graph.run(*profile(graph))


def records(graph: Graph) -> dict[Path, dict]:
    """Each fit of a network in the graph's results, by the file of its record."""
    files = [file for method in NETWORKS for file in (graph.folder / "run/results/fits").glob(f"*/{method}/*/fit.json")]
    return {file: json.loads(file.read_text()) for file in files}


def test_a_killed_run_goes_on_with_the_same_command_and_leaves_no_job(slurm, finished):
    graph, screen = finished
    assert (graph.folder / "run/reports/paper_tables.md").exists(), screen
    ended = (slurm / "log/jobs.log").read_text()
    assert "JobState=CANCELLED" in ended and "JobState=COMPLETED" in ended
    assert queue() == []


def test_a_fit_of_a_killed_run_goes_on_after_its_last_epoch(finished):
    graph, _ = finished
    assert any(record["resumed"] for record in records(graph).values())


def test_slurm_is_asked_for_a_quarter_of_the_jobs_that_the_graph_has(slurm, finished):
    _, screen = finished
    runs = re.findall(r" Name=(\S+)", (slurm / "log/jobs.log").read_text())  # the run of each job, in its order
    (total,) = set(re.findall(r" of (\d+) jobs", screen))
    assert 0 < 4 * runs.count(runs[-1]) <= int(total)


def test_two_cards_are_used_at_once_and_none_by_two_jobs(finished):
    graph, _ = finished
    times = defaultdict(list)
    for file, record in records(graph).items():
        log = graph.folder / f"run/results/logs/fit/{file.relative_to(graph.folder / 'run/results/fits').parent}.log"
        card = re.search(r"^GPU (\S+), slot 1 of 2$", log.read_text(), re.MULTILINE)[1]
        start = datetime.fromisoformat(record["started"])
        times[card].append((start, start + timedelta(seconds=record["seconds"])))
    assert set(times) == set(CARDS) and sum(map(len, times.values())) == len(DEMO["datasets"]) * len(NETWORKS) * 2
    for fits in map(sorted, times.values()):
        for (_, end), (following, _) in pairwise(fits):
            assert end <= following + timedelta(seconds=1)  # starts are written in whole seconds
    one, two = (times[card] for card in CARDS)
    assert any(start < until and begun < end for start, end in one for begun, until in two)


def test_the_results_are_the_bytes_of_a_run_without_slurm(graphs, finished):
    here, there = graphs
    here.run()
    # Of what was killed while it was written a file may lie about, .tmp and letters.
    expected, found = (
        {name: digest for name, digest in kills.digests(graph.folder).items() if not Path(name).name.startswith(".tmp")}
        for graph in (here, there)
    )
    assert expected and {name for name in expected | found if expected.get(name) != found.get(name)} == set()


BROKEN = "raise RuntimeError('the cable fell out')"


def test_a_failed_job_is_named_and_its_next_attempt_gets_twice_the_memory(slurm, finished):
    graph, _ = finished
    with (graph.folder / "baselines/controls.py").open("a", encoding="utf-8") as stream:
        stream.write(f"\n{BROKEN}\n")
    process = graph.start(*profile(graph))
    screen = process.communicate()[0]
    # Which of the fits that go together fails first is open.
    assert process.returncode == 1 and re.search(r"failed: fit (chance|oracle) on \w+, seed [01]", screen), screen
    listed = subprocess.run(["scontrol", "show", "job"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"JobState=FAILED.*?MinMemoryNode=([\d.]+)([MG])", listed, flags=re.DOTALL)
    asked = [float(number) * {"M": 1, "G": 1024}[unit] for number, unit in found]
    assert asked[-1] == 2 * asked[-2] == 4 * asked[-3]


def test_a_cancelled_job_is_named(slurm, finished):
    graph, _ = finished
    once = ("--retries", "0")  # as shipped, it would be tried again, and succeed
    process = graph.start(*profile(graph), *once, "--forcerun", "fit_full", "--until", "fit_full")
    while not (running := queue("--states", "running")):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    subprocess.run(["scancel", running[0]], check=True)
    screen = process.communicate()[0]
    assert process.returncode == 1 and "failed: fit full on rapid, seed" in screen, screen
