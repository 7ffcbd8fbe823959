"""What a run costs, from the parts that `engine.py` measures; every row says whether it was measured or estimated.

The counts of fits are those of a dry run; a fit is taken to train all its epochs, so that what stops early costs less.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml
from graph import in_empty_folder

ROOT = Path(__file__).resolve().parents[1]
TRAINING_IMAGES = 178  # of a fit, the mean of BCCD (255), JTSC (210) and CellaVision (70)
IMAGES_ON_A_GPU = 1500  # a second in training at 224 pixels: assumed of a card like an H100, where none was measured
CONTEXT_ON_A_GPU = 2.5  # seconds in which a process opens a card: assumed
STUB = """
rule all:
    input: expand("{number}.txt", number=range(COUNT))
rule one:
    output: "{number}.txt"
    script: "one.py"
"""


def snakemake_a_job(count: int = 40) -> float:
    """Seconds that Snakemake itself takes for a job whose script does nothing, by the clock, one job at a time."""

    def run(jobs: int) -> float:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "Snakefile").write_text(STUB.replace("COUNT", str(jobs)))
            (folder / "one.py").write_text("open(snakemake.output[0], 'w').close()\n")
            command = [sys.executable, "-m", "snakemake", "--cores", "1", "--scheduler", "greedy", "--quiet", "all"]
            start = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            return time.perf_counter() - start

    return (run(count) - run(1)) / (count - 1)


def fits_a_second(own: float, card: float, fits: int) -> float:
    """How many come to their end where so many share a card, which waits while none of them has work for it.

    own: seconds of a fit without the card; card: with it. Mean values of a closed queue, for times that vary as widely
    as exponential ones; those of like fits vary less, and the card waits less.
    """
    queue = rate = 0.0
    for number in range(1, fits + 1):
        seconds = card * (1 + queue)
        rate = number / (own + seconds)
        queue = rate * seconds
    return rate


def costs(found: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """found: the rows of `engine.measured` by name."""
    start = {row["stage"]: row["forked_s"] for row in found["startup"]}
    graph = found["graph"][0]["seconds"]
    network = next(row for row in found["training"] if (row["network"], row["size"]) == ("SG-CLDFF", 96))
    overhead = snakemake_a_job()
    _, cpu_jobs, cpu_fits = in_empty_folder(str(ROOT / "workflow/configs/cpu.yaml"))
    jobs, fits = found["graph"][0]["jobs"], found["graph"][0]["fits"]
    on_cpu = TRAINING_IMAGES * 20 * network["ours_ms"] / 1000
    wanted = {"network": "SG-CLDFF", "size": 224, "device": "cuda", "precision": "bfloat16"}  # as config.yaml trains
    on_card = [row for row in found["training"] if wanted.items() <= row.items()]
    seconds = on_card[0]["ours_ms"] / 1000 if on_card else 1 / IMAGES_ON_A_GPU
    speed = "estimated from a measured epoch" if on_card else "estimated, speed assumed"
    on_gpu = TRAINING_IMAGES * 100 * seconds
    begin = start["fit"] + start["predict"] + 2 * overhead

    def row(what: str, value: str, how: str) -> dict[str, str]:
        return {"what": what, "value": value, "": how}

    per_card = yaml.safe_load((ROOT / "config.yaml").read_text())["fits_per_gpu"]
    alone = begin + 2 * CONTEXT_ON_A_GPU + (jobs / fits - 2) * overhead
    together = graph + fits / fits_a_second(alone, on_gpu, per_card)

    def share(fit: float, card: float, count: int, all_jobs: int) -> str:
        spent = graph + count * (begin + 2 * card) + (all_jobs - 2 * count) * overhead
        return f"{100 * spent / (spent + count * fit):.1f} %"

    return [
        row("graph of config.yaml", f"{graph:.1f} s, {jobs:,} jobs, {fits} fits", "measured"),
        row("Snakemake itself, a job of a toy rule", f"{overhead:.2f} s", "measured"),
        row("start-up of a fit and its predictions, Snakemake included", f"{begin:.2f} s", "measured"),
        row("a fit of SG-CLDFF, 96 pixels, 20 epochs, one core", f"{on_cpu / 60:.1f} min", "from a measured epoch"),
        row("cpu.yaml: fits", f"{cpu_fits} in {cpu_jobs} jobs", "counted"),
        row("cpu.yaml: all fits at SG-CLDFF's speed, two cores", f"{cpu_fits * on_cpu / 7200:.0f} h", "estimated"),
        row("cpu.yaml: graph, imports and start-up", share(on_cpu, 0, cpu_fits, cpu_jobs), "estimated"),
        row("a fit of SG-CLDFF, 224 pixels, 100 epochs, one GPU", f"{on_gpu:.0f} s", speed),
        row("config.yaml: all fits, one GPU", f"{fits * on_gpu / 3600:.1f} h", speed),
        row(
            "config.yaml: graph, imports and start-up, one fit at a time",
            share(on_gpu, CONTEXT_ON_A_GPU, fits, jobs),
            speed,
        ),
        row(
            f"config.yaml: a card waits for these, {per_card} fits sharing it",
            f"{100 * (1 - fits * on_gpu / together):.1f} %",
            speed,
        ),
    ]


def processor() -> str:
    """What the processor calls itself."""
    for line in Path("/proc/cpuinfo").read_text().splitlines() if sys.platform == "linux" else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
