"""How long Snakemake takes to build the graph of a configuration, and how many jobs it has: `snakemake -n`, timed.

    python benchmarks/graph.py [--configfile FILE] [--runs 3]

Prints a line a run and their median. The results folder should be empty: what is there is looked at, which takes time.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(configfile: str | None, folder: str) -> tuple[float, int, int]:
    """Seconds, jobs, and fits among them, of one dry run in an empty working folder."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--dry-run", "--cores", "2"]
    command += ["--directory", folder, "--quiet", "rules"]
    command += ["--configfile", str(Path(configfile).resolve())] if configfile else []
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, *counted(done.stdout + done.stderr)


def counted(said: str) -> tuple[int, int]:
    """Jobs, and fits among them, from what a dry run printed."""
    stats = said.rpartition("Job stats:")[2]
    fits = sum(map(int, re.findall(r"^fit_\S+\s+(\d+)", stats, re.MULTILINE)))
    return int(re.findall(r"^total\s+(\d+)", stats, re.MULTILINE)[-1]), fits


def in_empty_folder(configfile: str | None) -> tuple[float, int, int]:
    """`build` where nothing was run before."""
    with tempfile.TemporaryDirectory() as folder:
        return build(configfile, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--configfile", help="laid over config.yaml")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    seconds = []
    for _ in range(given.runs):
        elapsed, jobs, _ = in_empty_folder(given.configfile)
        seconds.append(elapsed)
        print(f"{jobs} jobs, {elapsed:.1f} s")
    print(f"median {statistics.median(seconds):.1f} s")


if __name__ == "__main__":
    main()
