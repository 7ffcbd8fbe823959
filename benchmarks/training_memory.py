"""The memory of a fit's process on a CPU with 1, 10 and 100 times the training images.

    python benchmarks/training_memory.py [--images 60] [--size 96]

Each fit of SG-CLDFF has a process of its own, for a peak is that of a whole process, and one epoch.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import torch
from networks import BATCH_SIZES, network_method, noise_images, training
from tabulate import tabulate

from sgcldff.method import Run


def peak(images: int, size: int) -> dict[str, Any]:
    """A row: of a process that does nothing else."""
    torch.set_num_threads(1)
    samples = noise_images(images, size)
    network_method("SG-CLDFF", size, "cpu").fit(samples, samples.first(4), Run(0, training(size, 1, "float32"), "cpu"))
    held = samples.images.nbytes + samples.masks.nbytes
    return {
        "images": images,
        "size": size,
        "images_and_masks_mb": round(held / 1e6, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6),
        "measured": datetime.now(UTC).date().isoformat(),
    }


def measure(images: int, size: int, factors: Sequence[int]) -> list[dict[str, Any]]:
    """A row a factor."""
    rows = []
    for factor in factors:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(peak, (factor * images, size)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=60)
    parser.add_argument("--size", type=int, default=96, choices=list(BATCH_SIZES))
    given = parser.parse_args()
    print(tabulate(measure(given.images, given.size, [1, 10, 100]), headers="keys", tablefmt="github"))


if __name__ == "__main__":
    main()
