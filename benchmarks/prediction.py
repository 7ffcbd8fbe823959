"""Prediction: the bare forward pass against what a job does, from images to a prediction file with its masks.

    python benchmarks/prediction.py [--device cpu|cuda] [--images N]

Bare runs the network on ready batches of the size that we predict with, and of 64 images.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import torch
from networks import BATCH_SIZES, CLASSES, NETWORKS, network_method, noise_images, seconds

from sgcldff.evaluation.predictions import write_predictions
from sgcldff.method import Samples
from sgcldff.training.batches import to_tensor
from sgcldff.training.loop import prediction_batch
from sgcldff.training.network_method import NetworkMethod


def bare(method: NetworkMethod, samples: Samples, count: int) -> float:
    """Seconds of the forward passes of all images in batches of `count`."""
    images = to_tensor(samples.images, "fixed").to(method.device, memory_format=torch.channels_last)

    def forward() -> None:
        with torch.inference_mode():
            for start in range(0, len(images), count):
                method.network(images[start : start + count])

    forward()
    return seconds(forward, method.device)


def ours(method: NetworkMethod, samples: Samples, file: Path) -> float:
    """Seconds of a prediction and of its file."""

    def predict() -> None:
        prediction = method.predict(samples)
        names = {"trained_on": "noise", "tested_on": "noise", "method": "tried", "seed": 0, "classes": CLASSES}
        write_predictions(file, **names, truth=samples, prediction=prediction)

    predict()
    return seconds(predict, method.device)


def measure(device: str, images: int) -> list[dict[str, Any]]:
    """A row a network and size: milliseconds an image, and the bare forward pass as a share of ours."""
    rows = []
    for size in BATCH_SIZES:
        samples = noise_images(images, size)
        for name in NETWORKS:
            method = network_method(name, size, device)
            method.network = method.build_network("none").to(method.device, memory_format=torch.channels_last).eval()
            count = prediction_batch(method.device, size, size)
            with tempfile.TemporaryDirectory() as folder:
                taken = {"bare": bare(method, samples, count), "bare_64": bare(method, samples, 64)}
                taken["ours"] = ours(method, samples, Path(folder) / "predictions.parquet")
            row = {"network": name, "size": size, "batch": count, "device": device}
            row |= {f"{key}_ms": round(1000 * value / images, 2) for key, value in taken.items()}
            rows.append(row | {"bare_to_ours": round(taken["bare"] / taken["ours"], 3)})
            print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--images", type=int, default=64)
    measure(**vars(parser.parse_args()))
