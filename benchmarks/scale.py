"""What thousands of fits ask of Snakemake, and where that breaks: measured, and written beside this file.

    python benchmarks/scale.py plan [--seeds 5 17 68]          # dry runs of config.yaml with more seeds
    python benchmarks/scale.py trial [--jobs 10000] [--cores 2] # the real graph, every stage a stub that touches files
    python benchmarks/scale.py page --results FOLDER            # scale.md; files and bytes a fit are those of this run

The first two write scale.json, which the third reads: it estimates 10,000 and 100,000 fits from what was measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from costs import IMAGES_ON_A_GPU, TRAINING_IMAGES, processor
from graph import counted
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[1]
MEASURED, PAGE = Path(__file__).with_suffix(".json"), Path(__file__).with_suffix(".md")
EPOCHS = 100
ESTIMATED, GPUS = (10_000, 100_000), (1, 8, 64)
STUB = """from pathlib import Path

for file in map(Path, snakemake.output):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.mkdir(exist_ok=True) if file.name == "keypoints" else file.touch()
"""
STUBBED = """include: "{snakefile}"
SCRIPT = "{stub}"
"""


def run(command: Sequence[str], folder: Path) -> dict[str, Any]:
    """What it said, seconds by the clock, and the largest memory of the process in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(said[-3000:])
    return {"said": said, "seconds": time.perf_counter() - start, "memory_mb": used.ru_maxrss / 1024}


def snakemake(*arguments: str, snakefile: Path, seeds: int, cores: int = 1) -> list[str]:
    """config.yaml with so many seeds; its names are found in the checkout, its results in the working folder."""
    command = [sys.executable, "-m", "snakemake", "all", "--snakefile", str(snakefile), "--cores", str(cores)]
    return [*command, "--scheduler", "greedy", *arguments, "--config", f"seeds={list(range(seeds))}"]


def counts(said: str) -> dict[str, int]:
    """The columns of what a dry run printed."""
    return dict(zip(("jobs", "fits"), counted(said), strict=True))


def plan(seeds: int) -> dict[str, Any]:
    """One dry run in an empty working folder."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(snakemake("--dry-run", "--quiet", "rules", snakefile=ROOT / "Snakefile", seeds=seeds), Path(folder))
    row = {"seeds": seeds} | counts(done.pop("said")) | done
    print(row, flush=True)
    return row


def trial(seeds: int, cores: int) -> dict[str, Any]:
    """The real graph from nothing to its end, then once more with nothing to do; every stage is a stub."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "stub.py").write_text(STUB)
        (folder / "Snakefile").write_text(STUBBED.format(snakefile=ROOT / "Snakefile", stub=folder / "stub.py"))
        command = snakemake("--quiet", "rules", snakefile=folder / "Snakefile", seeds=seeds, cores=cores)
        planned = counts(run([*command, "--dry-run"], folder)["said"])
        first, again = run(command, folder), run(command, folder)
    row = {"seeds": seeds, "cores": cores} | planned
    row |= {key: first[key] for key in ("seconds", "memory_mb")} | {"seconds_again": again["seconds"]}
    print(row, flush=True)
    return row


def stored(results: Path) -> dict[str, float]:
    """Files and bytes a fit that was made there, its predictions and records included, its datasets not."""
    made = [weights.parent.relative_to(results / "fits") for weights in results.glob("fits/*/*/*/weights.safetensors")]
    folders = [results / part / fit for fit in made for part in ("fits", "predictions")]
    files = [file for folder in folders for file in folder.glob("*")]
    files += [file for fit in made if (file := results / "attention" / f"{fit}.csv").exists()]
    return {"files": len(files) / len(made), "megabytes": sum(file.stat().st_size for file in files) / len(made) / 1e6}


def page(measured: dict[str, Any]) -> str:
    """The tables and what follows from them."""
    of_a_fit = measured["stored"]
    plans, trials = measured["plan"], measured["trial"]
    jobs = [row["jobs"] for row in plans]
    seconds = np.polyfit(jobs, [row["seconds"] for row in plans], 1)
    memory = np.polyfit(jobs, [row["memory_mb"] for row in plans], 1)
    largest = plans[-1]
    jobs_a_fit = largest["jobs"] / largest["fits"]
    biggest = max(trials, key=lambda row: row["jobs"])
    overhead = (biggest["seconds"] - np.polyval(seconds, biggest["jobs"])) / biggest["jobs"]
    fit = TRAINING_IMAGES * EPOCHS / IMAGES_ON_A_GPU
    rows = []
    for fits in ESTIMATED:
        all_jobs = fits * jobs_a_fit
        graph = np.polyval(seconds, all_jobs)
        handing_out = all_jobs * overhead
        walls = [f"{(graph + max(fits * fit / gpus, handing_out)) / 3600:,.0f} h" for gpus in GPUS]
        files, size = of_a_fit["files"] * fits, of_a_fit["megabytes"] * fits / 1000
        rows.append(
            [f"{fits:,}", f"{all_jobs:,.0f}", f"{graph / 60:.0f} min", f"{np.polyval(memory, all_jobs) / 1000:.1f} GB"]
            + [f"{handing_out / 3600:.1f} h", f"{files:,.0f}", f"{size:,.0f} GB", *walls]
        )
    head = ["fits", "jobs", "graph", "memory", "handing out jobs", "files", "bytes"]
    head += [f"{gpus} GPU{'s' if gpus > 1 else ''}" for gpus in GPUS]
    planned = [
        [f"{row['fits']:,}", f"{row['jobs']:,}", f"{row['seconds']:.0f}", f"{row['memory_mb']:,.0f}", row["machine"]]
        for row in plans
    ]
    tried = [
        [f"{row['fits']:,}", f"{row['jobs']:,}", row["cores"], f"{row['seconds'] / 60:.1f}"]
        + [
            f"{1000 * row['seconds'] / row['jobs']:.0f}",
            f"{row['memory_mb']:,.0f}",
            f"{row['seconds_again']:.0f}",
            row["machine"],
        ]
        for row in trials
    ]
    return "\n".join(
        [
            "# Thousands of fits",
            "",
            "`python benchmarks/scale.py` wrote this page: config.yaml with more and more seeds.",
            "",
            "## Measured: the plan (`snakemake -n`)",
            "",
            tabulate(planned, ["fits", "jobs", "seconds", "memory, MB", "on"], "github"),
            "",
            "## Measured: the real graph with stub stages",
            "",
            "Every rule, input and record of the graph; the stages only touch their files.",
            "",
            tabulate(
                tried,
                ["fits", "jobs", "cores", "minutes", "ms a job", "memory, MB", "seconds with nothing to do", "on"],
                "github",
            ),
            "",
            "## Estimated from these",
            "",
            f"A fit on a GPU is taken to last {fit:.0f} s (assumed, see [README.md](README.md)), files and bytes are "
            f"those of the run `{of_a_fit['run']}`. Handing out is what a job with a stub takes, its start included. "
            "Predictions and attention, which hold a GPU for seconds each, are not in the wall times, nor is what "
            "`sbatch` and a busy Slurm add. That run has 96 pixels and mostly small networks: at 224, with those of "
            "100 million parameters, a fit is about three times as many bytes.",
            "",
            tabulate(rows, head, "github", disable_numparse=True),
            "",
            "Graph and memory grow with the jobs and no faster. What breaks first is handing out: Snakemake is one "
            f"process, and at {1 / overhead:.1f} jobs a second it keeps {fit / jobs_a_fit / overhead:.0f} GPUs busy "
            "with fits of this length. (Before, a job took 1.0 s, while Snakemake's limit of jobs a second "
            "was on, whose timers multiply, and while every file of code was an input.) Then comes the memory of that "
            "process.",
            "",
            "Of a part of the reference run (97 jobs of UNet++, frozen features and scores, 17 minutes of two cores) "
            "95 % of the cores' time was the stages' own work; graph, imports, start-up and Snakemake took the rest.",
            "",
            "The way around is parts: a part of the seeds for each Snakemake "
            "(`--config 'seeds=[5,6,7,8,9]'`), each in a folder of its own, joined by `sgcldff merge` "
            "([docs/sharing.md](../docs/sharing.md)). Of parts that are joined as bundles nothing is planned again "
            "but scores, statistics and the report. Within one folder, "
            "`snakemake results/NAME/runs.csv --batch gather=1/3` makes a third of the methods with all that they need "
            "(of the demo 29 jobs of 66, by a dry run), then 2/3 and 3/3, then the plain command; with the target "
            "`all` it divides little, for the report reads every fit. Neither was tried at this number of jobs.",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["plan", "trial", "page"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[5, 17, 68])
    parser.add_argument("--jobs", type=int, nargs="+", default=[2000, 10000])
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--beside", default="", help="what else the machine did, for the table")
    given = parser.parse_args()
    measured = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    if given.what == "page":
        if given.results:
            measured["stored"] = stored(given.results) | {"run": given.results.name}
            MEASURED.write_text(json.dumps(measured, indent=1) + "\n")
        PAGE.write_text(page(measured))
        return
    if given.what == "plan":
        wanted = [partial(plan, seeds) for seeds in given.seeds]
    else:
        row = measured["plan"][0]
        seeds = [max(1, round(jobs * row["seeds"] / row["jobs"])) for jobs in given.jobs]
        wanted = [partial(trial, each, given.cores) for each in seeds]
    here = f"{len(os.sched_getaffinity(0))} core(s) of {processor()}" + (f", {given.beside}" if given.beside else "")
    for measure in wanted:  # each takes minutes to hours
        row = measure() | {"machine": here}
        others = [other for other in measured.get(given.what, []) if other["seeds"] != row["seeds"]]
        measured[given.what] = sorted([*others, row], key=itemgetter("jobs"))
        MEASURED.write_text(json.dumps(measured, indent=1) + "\n")


if __name__ == "__main__":
    main()
