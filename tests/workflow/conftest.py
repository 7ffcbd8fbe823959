"""The real graph, run in a copy of the checkout: edits and kills there touch nothing here."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "config.yaml", "environment.yml", "workflow", "sgcldff", "baselines")
REAL = ("bccd", "jtsc", "cellavision", "lisc", "all_idb2", "all_idb1")
"""The datasets of config.yaml."""
SCHEDULER = ("--scheduler", "greedy")
"""The other one solves a linear program before every choice of jobs, which takes longer than most of these jobs."""


@dataclass(frozen=True)
class Graph:
    """A copy of the checkout with a configuration laid over config.yaml."""

    folder: Path

    @property
    def results(self) -> Path:
        return self.folder / "results/small"

    @property
    def reports(self) -> Path:
        return self.folder / "reports/small"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "snakemake", "--cores", "2", "--configfile", "small.yaml", *SCHEDULER, *arguments]

    def start(self, *arguments: str) -> subprocess.Popen:
        """Snakemake in a process group of its own, so that it can be killed with its jobs."""
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(
            self.command(*arguments), cwd=self.folder, env=environment, start_new_session=True, **pipes
        )

    def run(self, *arguments: str) -> str:
        """Everything Snakemake printed; fails with it where Snakemake does."""
        process = self.start(*arguments)
        output = process.communicate()[0]
        assert process.returncode == 0, output
        return output

    def planned(self, *targets: str) -> list[str]:
        """The messages of the jobs that a dry run would run."""
        return re.findall(r"^Job \d+: (.+)$", self.run("--dry-run", "--", *targets), flags=re.MULTILINE)

    def append(self, file: str) -> None:
        """Edit a source file without changing what it does."""
        with (self.folder / file).open("a", encoding="utf-8") as stream:
            stream.write("\n# edited\n")


def copy_checkout(folder: Path, configuration: dict) -> Graph:
    """A copy of what the graph consists of, with the configuration as small.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / part)
    paths = {"results": "results/small", "reports": "reports/small", "raw": "results/raw"}
    (folder / "small.yaml").write_text(yaml.safe_dump({"name": "small", **paths, **configuration}))
    return Graph(folder)


def all_but(*kept: str) -> dict[str, None]:
    """What takes every other method of config.yaml away."""
    methods = yaml.safe_load((ROOT / "config.yaml").read_text())["methods"]
    return {name: None for name in methods if name not in kept}


def kill_when(process: subprocess.Popen, reached: Path, seconds: float) -> None:
    """kill -9 the whole group as soon as the file exists."""
    deadline = time.monotonic() + seconds
    while not reached.exists():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, f"{reached} did not appear within {seconds} s"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, dict[Path, int]]:
    """A finished run on generated smears, and the modification times of what was finished when it was killed once.

    `device: auto` makes every network's job ask for the GPU, which the machine need not have.
    """
    labels = {name: name for name in ("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil")}
    datasets = {
        name: {
            "class": "sgcldff.data.synthetic.SyntheticSmears",
            "title": f"synthetic {name}",
            "arguments": {"domain": name, "pictures": 60, "size": 64},
            "space": "subtypes",
            "labels": {"subtypes": labels},
        }
        for name in ("rapid", "standard")
    }
    graph = copy_checkout(
        tmp_path_factory.mktemp("synthetic") / "checkout",
        {
            "synthetic": True,
            "device": "auto",
            "fit_threads": 1,
            "size": 64,
            "seeds": [0, 1],
            "training": {"epochs": 1, "batch_size": 16},
            "datasets": {**dict.fromkeys(REAL), **datasets},
            "pools": {"pooled": {"title": "both stains", "members": ["rapid", "standard"]}},
            "perturbations": {"hue": {"levels": [1.0]}, "concentration": None},
            "methods": all_but("full", "no_fusion", "thresholding", "otsu", "chance", "oracle"),
            "hypotheses": {"alignment": None},
            "scenarios": {
                "in_domain": [["rapid", "rapid"], ["standard", "standard"]],
                "domain_shift": [["rapid", "standard"], ["standard", "rapid"]],
                "pooled": [["pooled", "rapid"], ["pooled", "standard"]],
                "stain_hue": [["rapid", "rapid@hue"], ["standard", "standard@hue"]],
            },
        },
    )
    first = graph.results / "fits/rapid/chance/seed-0/fit.json"
    process = graph.start("--", "results/small/scores/chance.csv", "results/small/scores/oracle.csv")
    kill_when(process, first, seconds=900)
    finished = {path: path.stat().st_mtime_ns for path in graph.results.rglob("*.npy")}
    graph.run("--unlock")
    graph.run("--rerun-incomplete")
    return graph, finished


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, mirror: str) -> Graph:
    """A finished run on JTSC and CellaVision, one seed, the network for three short epochs."""
    graph = copy_checkout(
        tmp_path_factory.mktemp("real") / "checkout",
        {
            "mirror": mirror,
            "device": "cpu",
            "fit_threads": 1,
            "size": 64,
            "seeds": [0],
            "training": {"epochs": 3, "batch_size": 8},
            "datasets": {"bccd": None},
            "methods": all_but("full", "thresholding", "chance", "oracle"),
            "hypotheses": {"alignment": None, "fusion": None},
            "scenarios": {
                "in_domain": [["jtsc", "jtsc"], ["cellavision", "cellavision"], ["lisc", "lisc"]],
                "domain_shift": [["jtsc", "cellavision"], ["cellavision", "jtsc"]],
                **dict.fromkeys(("leave_one_out", "pooled", "stain_hue", "stain_concentration")),
            },
        },
    )
    graph.run()
    return graph
