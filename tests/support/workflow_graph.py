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
SHIPPED = ("Snakefile", "config.yaml", "workflow", "sgcldff", "baselines")
# The other one solves a linear program before every choice of jobs, which takes longer than most of these jobs.
SCHEDULER = ("--scheduler", "greedy")


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
        programs = f"{self.folder / 'bin'}:{Path(sys.executable).parent}"
        environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
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
        """The messages of the jobs that a dry run would run; those that a cluster gets as one are set in."""
        return re.findall(r"^ *Job \d+: (.+)$", self.run(*targets, "--dry-run"), flags=re.MULTILINE)

    def append(self, file: str) -> None:
        """Edit a source file without changing what it does."""
        with (self.folder / file).open("a", encoding="utf-8") as stream:
            stream.write("\n# edited\n")


def copy_checkout(folder: Path, configuration: dict) -> Graph:
    """A copy of what the graph consists of, with the configuration as small.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    paths = {"results": "results/small", "reports": "reports/small", "raw": "results/raw"}
    (folder / "small.yaml").write_text(yaml.safe_dump({"name": "small", **paths, **configuration}))
    return Graph(folder)


def driver_of(folder: Path, *cards: str) -> None:
    """A program nvidia-smi in a folder of programs, which lists cards that the machine need not have."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"GPU {number}: NVIDIA H100 80GB HBM3 (UUID: {card})" for number, card in enumerate(cards)]
    program = folder / "nvidia-smi"
    program.write_text("\n".join(["#!/bin/sh", "cat <<END", *lines, "END", ""]))
    program.chmod(0o755)


def generated(images: int, labels: dict[str, str | None] | None = None) -> dict[str, object]:
    """What differs from the catalogue in an entry of generated smears."""
    return {"arguments": {"images": images, "size": 64}} | ({"labels": {"subtypes": labels}} if labels else {})
