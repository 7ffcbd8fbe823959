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
from pathlib import Path

import pytest
from scripts import load_script
from workflow_graph import Graph, copy_checkout, driver_of, generated

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "benchmarks/slurm_here.sh"
CARDS = ("GPU-one", "GPU-two")
# Slurm answers at once here and the disk is its own. Fits of networks go apart, so that two want a card at once.
HERE = ("--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "1", "--retries", "0")
HERE += ("--group-components", "network=1", "light=10", "split=10", "score=10")
AXES = ("hue", "concentration", "blur", "noise", "illumination", "resolution", "jpeg")
SCENARIOS = ("stain_hue", "stain_concentration", *AXES[2:])  # along them
PLACES = {"results": "run/results", "reports": "run/reports", "raw": "run/raw"}  # as benchmarks/kills.py compares them


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
    """The same checkout and configuration twice: to run here, and to run on Slurm."""
    configuration = {
        **PLACES,
        "synthetic": True,
        "device": "auto",
        "fit_threads": 1,
        "size": 64,
        "seeds": [0, 1],
        "training": {"epochs": 2, "batch_size": 16},
        "datasets": ["rapid"],
        "catalogue": {"datasets": {"rapid": generated(30)}},
        "methods": ["full", "chance"],
        "perturbations": dict.fromkeys(AXES),
        "scenarios": {
            **dict.fromkeys(("cross_stain", "leave_one_out", "pooled", "domain_shift", *SCENARIOS)),
            "in_domain": "each of rapid",
        },
    }
    here, there = (copy_checkout(tmp_path_factory.mktemp(name) / "checkout", configuration) for name in ("a", "b"))
    for graph in (here, there):
        driver_of(graph.folder / "bin", *CARDS)
    return here, there


@pytest.fixture(scope="module")
def finished(slurm: Path, graphs: tuple[Graph, Graph]) -> tuple[Graph, str]:
    """A run on Slurm that was killed while it fitted, and went on with the same command; what that printed."""
    _, graph = graphs
    process = graph.start(*profile(graph))
    epochs = graph.folder / "run/results/logs/fit/rapid/full"
    deadline = time.monotonic() + 600
    while not [log for log in epochs.glob("*.log") if "epoch 1" in log.read_text(errors="replace")]:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return graph, graph.run(*profile(graph))


def test_a_killed_run_goes_on_with_the_same_command_and_leaves_no_job(slurm, finished):
    graph, screen = finished
    assert (graph.folder / "run/reports/paper_tables.md").exists(), screen
    ended = (slurm / "log/jobs.log").read_text()
    assert "JobState=CANCELLED" in ended and "JobState=COMPLETED" in ended
    assert queue() == []


def test_slurm_is_asked_for_fewer_jobs_than_the_graph_has(slurm, finished):
    graph, screen = finished
    runs = re.findall(r" Name=(\S+)", (slurm / "log/jobs.log").read_text())  # the run of each job, in its order
    (total,) = set(re.findall(r" of (\d+) jobs", screen))
    assert 0 < runs.count(runs[-1]) < int(total)


def test_no_two_jobs_have_a_card_at_once(finished):
    graph, _ = finished
    times = defaultdict(list)
    for file in (graph.folder / "run/results/fits").glob("rapid/full/*/fit.json"):
        log = graph.folder / "run/results/logs/fit/rapid/full" / f"{file.parent.name}.log"
        card = re.search(r"^GPU (\S+), slot 1 of 1$", log.read_text(), re.MULTILINE)[1]
        record = json.loads(file.read_text())
        times[card].append((datetime.fromisoformat(record["started"]), timedelta(seconds=record["seconds"])))
    assert sum(map(len, times.values())) == 2 and set(times) <= set(CARDS)
    for fits in map(sorted, times.values()):
        for (start, length), (following, _) in zip(fits, fits[1:], strict=False):
            assert start + length <= following + timedelta(seconds=1)  # starts are written in whole seconds


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
    process = graph.start("--retries", "1", *[each for each in profile(graph) if each not in ("--retries", "0")])
    screen = process.communicate()[0]
    # Which of the two seeds fails first is open: they run beside each other.
    assert process.returncode == 1 and re.search("failed: fit chance on rapid, seed [01]", screen), screen
    listed = subprocess.run(["scontrol", "show", "job"], capture_output=True, text=True, check=True).stdout
    asked = [int(each) for each in re.findall(r"JobState=FAILED.*?MinMemoryNode=(\d+)", listed, flags=re.DOTALL)]
    assert asked[-1] == 2 * asked[-2]


def test_a_cancelled_job_is_named(slurm, finished):
    graph, _ = finished
    process = graph.start(*profile(graph), "--forcerun", "fit_full", "--until", "fit_full")
    while not (running := queue("--states", "running")):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    subprocess.run(["scancel", running[0]], check=True)
    screen = process.communicate()[0]
    assert process.returncode == 1 and "failed: fit full on rapid, seed" in screen, screen
