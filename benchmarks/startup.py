"""What a job spends before its work begins: in a process of its own, and forked from one that has the libraries loaded.

    python benchmarks/startup.py [--runs N]

Seconds of the processor from the start of the script of a rule to the moment at which a stage has what it needs: the
stage's modules and, for fits and predictions, SG-CLDFF's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
NETWORK = ["sgcldff.training.sg_cldff"]
STAGES = {"fit": NETWORK, "predict": NETWORK, "explain": [], "score": [], "statistics": [], "report": []}
SERVER = "import os, sys, time; from sgcldff.stages.warm_start import WARM, start_warm_process; start_warm_process(); "
SERVER += "print(os.environ[WARM], flush=True); time.sleep(3600)"
# As run_rule does: the script asks, and works itself where nobody answers.
JOB = """
import json, os, sys, time
from sgcldff.stages import run
from sgcldff.stages.warm_start import run_warm
sys.path.insert(0, sys.argv[1])
import benchmark_job
modules = json.loads(sys.argv[2])
if run_warm("benchmark_job", "load", {"modules": modules, "out": sys.argv[3]}, 1) is None:
    benchmark_job.load({"modules": modules, "out": sys.argv[3]})
times = os.times()
with open(sys.argv[3], "a") as file:
    file.write(f" {times.user + times.system}")
"""
LOAD = """
import importlib, os

def load(given):
    before = os.times()
    for name in given["modules"]:
        importlib.import_module(name)
    after = os.times()
    with open(given["out"], "w") as file:
        file.write(f"{after.user + after.system - before.user - before.system} {os.getpid()}")
    return 0
"""


def start_up(modules: list[str], folder: Path, warm: str) -> float:
    """Seconds of the script and, where it is another process, of the job."""
    out = folder / "out"
    environment = os.environ | {"SGCLDFF_WARM": warm, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", JOB, str(folder), json.dumps(modules), str(out)]
    subprocess.run(command, env=environment, check=True, cwd=ROOT)
    loading, _, script = out.read_text().split()
    return float(script) + (float(loading) if warm else 0.0)


def measure(runs: int) -> list[dict[str, Any]]:
    """A row a stage: seconds of a process of its own, and of one that is forked; medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "benchmark_job.py").write_text(LOAD)
        snakemake = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        warm = snakemake.stdout.readline().strip()
        while not Path(warm.partition("|")[2]).exists():
            time.sleep(0.1)
        (process,) = psutil.Process(snakemake.pid).children()
        loading = sum(process.cpu_times()[:2])
        rows = []
        for stage, more in STAGES.items():
            modules = [f"sgcldff.stages.{stage}", *more]
            own, forked = (
                statistics.median(start_up(modules, folder, address) for _ in range(runs)) for address in ("", warm)
            )
            row = {"stage": stage, "own_process_s": round(own, 2), "forked_s": round(forked, 2)}
            rows.append(row | {"once_a_run_s": round(loading, 1)})
            print(rows[-1], flush=True)
        snakemake.kill()
        snakemake.wait()
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    measure(parser.parse_args().runs)
