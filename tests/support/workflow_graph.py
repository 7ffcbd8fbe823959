"""The real graph, run in a copy of the checkout: edits and kills there touch nothing here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "config.yaml", "environment.yml", "workflow", "sgcldff", "baselines")
REAL = ("bccd", "jtsc", "cellavision", "lisc", "all_idb2", "all_idb1")
"""The datasets of config.yaml."""
POOLS = ("pooled", "without_bccd", "without_jtsc", "without_cellavision", "without_lisc")
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


def generated(domain: str, images: int, labels: dict[str, str | None]) -> dict[str, object]:
    """The entry of a dataset of generated smears."""
    return {
        "class": "sgcldff.data.sources.synthetic.SyntheticSmears",
        "title": f"synthetic {domain}",
        "arguments": {"domain": domain, "images": images, "size": 64},
        "space": "subtypes",
        "labels": {"subtypes": labels},
    }


def all_but(*kept: str) -> dict[str, None]:
    """What takes every other method of config.yaml away."""
    methods = yaml.safe_load((ROOT / "config.yaml").read_text())["methods"]
    return {name: None for name in methods if name not in kept}
