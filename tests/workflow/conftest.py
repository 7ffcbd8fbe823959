"""Finished runs of the real graph."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from workflow_graph import Graph, copy_checkout, driver_of, generated

CARDS = ("GPU-one", "GPU-two")
OTHER_AXES = ("blur", "noise", "illumination", "resolution", "jpeg")  # than those of the stain; a run takes the longer


def signal_when(process: subprocess.Popen, number: signal.Signals, file: Path, text: str = "") -> str:
    """Signal the whole group as soon as the file exists and has the text; what was printed until the end."""
    deadline = time.monotonic() + 900
    while not file.exists() or text not in file.read_text(errors="replace"):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, f"{file} was not there, with {text!r}, within 15 minutes"
        time.sleep(0.05)
    os.killpg(process.pid, number)
    return process.communicate(timeout=60)[0]


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, dict[Path, int]]:
    """A finished run on generated smears, and the modification times of what was finished when it was killed once.

    `device: auto` makes every network's job ask for a GPU. The driver lists two, and the machine need not have them.
    """
    graph = copy_checkout(
        tmp_path_factory.mktemp("synthetic") / "checkout",
        {
            "synthetic": True,
            "device": "auto",
            "fits_per_gpu": 1,
            "fit_threads": 1,
            "size": 64,
            "seeds": [0, 1],
            "training": {"epochs": 1, "batch_size": 16},
            "datasets": ["rapid", "standard"],
            "catalogue": {"datasets": {"rapid": generated(60), "standard": generated(60)}},
            "methods": ["full", "no_fusion", "thresholding", "chance", "oracle"],
            "perturbations": {"hue": {"levels": [1.0]}} | dict.fromkeys(["concentration", *OTHER_AXES]),
            # By name, and nothing left out in turn, so that a dataset of one's own joins no pool.
            "scenarios": {
                "in_domain": "each of rapid and standard",
                "domain_shift": "all pairs of rapid and standard",
                "leave_one_out": None,
                "pooled": "all of rapid and standard together",
                "stain_hue": "each of rapid and standard along hue",
                "stain_concentration": None,
                **dict.fromkeys(OTHER_AXES),
            },
        },
    )
    driver_of(graph.folder / "bin", *CARDS)
    first = graph.results / "fits/rapid/chance/seed-0/fit.json"
    process = graph.start("results/small/scores/chance.csv", "results/small/scores/oracle.csv")
    signal_when(process, signal.SIGKILL, first)
    finished = {path: path.stat().st_mtime_ns for path in graph.results.rglob("*.npy")}
    graph.run()
    return graph, finished


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, mirror: str) -> Graph:
    """A finished run on JTSC and CellaVision, one seed, the network for three short epochs; `stopped.txt` beside its
    configuration is what it printed when it was stopped on the way.
    """
    graph = copy_checkout(
        tmp_path_factory.mktemp("real") / "checkout",
        {
            "mirror": mirror,
            "device": "cpu",
            "fit_threads": 1,
            "size": 64,
            "seeds": [0],
            "training": {"epochs": 3, "batch_size": 8},
            "datasets": ["jtsc", "cellavision", "lisc"],
            "methods": ["full", "thresholding", "chance", "oracle"],
            "scenarios": dict.fromkeys(("cross_stain", "leave_one_out", "pooled", "stain_hue", "stain_concentration")),
        },
    )
    network = graph.results / "logs/fit/jtsc/full/seed-0.log"
    said = signal_when(graph.start(), signal.SIGINT, network, "epoch 1 of 3")
    (graph.folder / "stopped.txt").write_text(said)
    graph.run()
    return graph
