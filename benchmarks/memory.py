"""The memory that a fit of each network takes on its device: known before it starts, so that `fits_per_gpu` can be set.

    python benchmarks/memory.py [--size PIXELS] [--batch IMAGES] [--precision float32|bfloat16] [--methods NAME ...]

A training step is traced with torch's MemTracker on tensors that hold no data, which takes seconds and no GPU: weights,
gradients, the optimiser's moments and the activations that the backward pass needs, at their peak. On a GPU come the
driver's context (about 0.5 GB) and the workspaces of its convolutions; where there is one, a real step is measured
beside. What the prepared images of a fit take on a GPU is N x size x size x 5 bytes (RGB, mask, prior).
"""

from __future__ import annotations

import argparse
import copy
from pathlib import Path
from typing import Any

import torch
import yaml
from networks import CLASSES, noise_images, training
from torch._subclasses.fake_tensor import FakeCopyMode, FakeTensorMode
from torch.distributed._tools.mem_tracker import MemTracker

from sgcldff.method import Run, build
from sgcldff.training.network_method import NetworkMethod

CATALOGUE = Path(__file__).resolve().parents[1] / "workflow/catalogue/methods.yaml"


def traced(method: NetworkMethod, batch: int, precision: str) -> int:
    """Bytes at the peak of the second training step, when the optimiser has its moments."""
    mode = FakeTensorMode()
    with FakeCopyMode(mode):  # built with real tensors: some networks ask for the values of theirs
        network = copy.deepcopy(method.build_network("none").train())
    network.requires_grad_(True)  # a frozen part is traced as if it were trained: MemTracker knows no other
    with mode:
        optimizer = torch.optim.Adam(network.parameters())
        tracker = MemTracker()
        tracker.track_external(network, optimizer)
        with tracker:
            for _ in range(2):
                images = torch.empty(batch, 3, method.size, method.size)
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16"):
                    outputs = network(images)
                sum(each.float().sum() for each in outputs.values()).backward()
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
                tracker.reset_mod_stats()
        return sum(each["Total"] for each in tracker.get_tracker_snapshot("peak").values())


def measured(method: NetworkMethod, size: int, batch: int, precision: str) -> int:
    """Bytes that torch had allocated on the GPU at the peak of an epoch of two batches."""
    torch.cuda.reset_peak_memory_stats()
    settings = training(size, 1, precision).model_copy(update={"batch_size": batch})
    method.fit(noise_images(2 * batch, size), noise_images(4, size), Run(0, settings, "cuda"))
    method.network = None
    peak = torch.cuda.max_memory_allocated()
    torch.cuda.empty_cache()
    return peak


def networks(names: list[str] | None, size: int) -> dict[str, NetworkMethod]:
    """The methods of the catalogue that train a network from random weights."""
    catalogue = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    found = {}
    for name, entry in catalogue.items():
        if names and name not in names:
            continue
        method = build(entry["class"], CLASSES, size, entry.get("arguments") or {})
        # Of those that read features off a network that is not trained, nothing is to be known.
        if isinstance(method, NetworkMethod) and getattr(method, "trains", True):
            method.weights = "none"
            found[name] = method
    return found


def measure(size: int, batch: int, precision: str, names: list[str] | None) -> list[dict[str, Any]]:
    """A row a method: MB traced, and MB measured where there is a GPU."""
    rows = []
    for name, method in networks(names, size).items():
        row = {"method": name, "size": size, "batch": batch, "precision": precision}
        row["traced_mb"] = round(traced(method, batch, precision) / 1e6)
        if torch.cuda.is_available():
            row["measured_mb"] = round(measured(method, size, batch, precision) / 1e6)
        rows.append(row)
        print(row, flush=True)
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--precision", default="bfloat16", choices=["float32", "bfloat16"])
    parser.add_argument("--methods", nargs="*")
    given = parser.parse_args()
    measure(given.size, given.batch, given.precision, given.methods)
