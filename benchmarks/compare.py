"""What `sgcldff compare` takes for very many rows: seconds and memory of the whole command.

    python benchmarks/compare.py [--seeds S ...] [--images N] > benchmarks/compare.md

Two methods, S seeds, N images, a row each, in one CSV file that is made and thrown away.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from tabulate import tabulate


def write_scores(path: Path, seeds: int, images: int) -> None:
    """method, seed, metric, image and value: seeds and images vary, and what is left over."""
    random = np.random.default_rng(0)
    names, hard = [f"image-{place:05d}" for place in range(images)], random.normal(0, 0.05, images)
    schema = pa.schema([("method", pa.string()), ("seed", pa.int64()), ("metric", pa.string()), ("image", pa.string())])
    with pa.csv.CSVWriter(path, schema.append(pa.field("value", pa.float64()))) as writer:
        for method, level in (("ours", 0.80), ("theirs", 0.79)):
            for seed in range(seeds):
                values = np.round(level + hard + random.normal(0, 0.01) + random.normal(0, 0.03, images), 6)
                columns = [[method] * images, np.full(images, seed), ["iou"] * images, names, values]
                writer.write_table(pa.table(dict(zip(("method", "seed", "metric", "image", "value"), columns))))  # noqa: B905


def measured(seeds: int, images: int) -> dict[str, float]:
    """Seconds and the most memory of the command on so many rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        write_scores(path, seeds, images)
        command = [sys.executable, "-m", "sgcldff", "compare", str(path), "--reference", "ours", "--against", "theirs"]
        start = time.perf_counter()
        with subprocess.Popen([*command, "--metric", "iou"], stdout=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        taken = time.perf_counter() - start
        assert process.returncode == 0
        size = path.stat().st_size
    rows = 2 * seeds * images
    return {"rows": f"{rows:,}", "file_mb": round(size / 1e6), "seconds": round(taken, 1)} | {
        "memory_mb": round(usage.ru_maxrss / 1e3)
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[10, 100, 500, 1000])
    parser.add_argument("--images", type=int, default=10_000)
    arguments = parser.parse_args()
    print("# `sgcldff compare` on very many rows\n\nTwo methods, a row for each seed and image; start-up included.\n")
    print(tabulate([measured(seeds, arguments.images) for seeds in arguments.seeds], headers="keys", tablefmt="github"))
