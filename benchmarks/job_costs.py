"""The longest and the largest job of each stage of a finished run, by the last line of each log.

What a cluster is asked for must hold them.
    python benchmarks/job_costs.py RESULTS

The table of docs/cluster.md compares these with what the rules ask for (workflow/rules/, `mem_mb` and `runtime`).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd


def spent(results: Path) -> pd.DataFrame:
    """A row for each log of a job that came to its end: its stage, seconds, and memory in MB."""
    logs = results / "logs"
    rows = []
    for file in logs.rglob("*.log"):
        last = file.read_text(encoding="utf-8").splitlines()[-1:]
        if last and last[0].startswith('{"seconds"'):
            rows.append({"stage": file.relative_to(logs).parts[0].removesuffix(".log"), **json.loads(last[0])})
    return pd.DataFrame(rows, columns=["stage", "seconds", "processor_seconds", "memory_mb"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="the folder `results` of a configuration that was run")
    jobs = spent(parser.parse_args().results).groupby("stage")
    table = jobs.agg(jobs=("seconds", "size"), seconds=("seconds", "max"), memory_mb=("memory_mb", "max"))
    print(table.sort_values("seconds", ascending=False).to_markdown())


if __name__ == "__main__":
    main()
