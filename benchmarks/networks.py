"""What the benchmarks of the engine train and predict with: two networks, and images of noise."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from sgcldff.config.training import Augmentation, Training
from sgcldff.method import Samples, build
from sgcldff.training.device import use_device
from sgcldff.training.network_method import NetworkMethod

CLASSES = ("neutrophil", "eosinophil", "lymphocyte", "monocyte")
NETWORKS = {"SG-CLDFF": "sgcldff.training.sg_cldff.SGCLDFF", "UNet++": "baselines.unetpp.UNetPlusPlus"}
BATCH_SIZES = {96: 8, 224: 32}  # pixels a side -> the batch of cpu.yaml and of config.yaml


def network_method(name: str, size: int, device: str) -> NetworkMethod:
    """One of NETWORKS with random weights; torch runs on one thread of a CPU."""
    method = build(NETWORKS[name], CLASSES, size, {"weights": "none"})
    method.device = use_device(device, 1)
    return method


def noise_images(count: int, size: int) -> Samples:
    """Images of noise with a disc as cell: speed does not depend on what is seen."""
    generator = np.random.default_rng(0)
    rows, columns = np.mgrid[:size, :size] - size // 2
    disc = (rows**2 + columns**2 < (size // 3) ** 2).astype(np.uint8)
    return Samples(
        [f"{number:05d}" for number in range(count)],
        generator.integers(0, 256, (count, size, size, 3), dtype=np.uint8),
        np.arange(count) % len(CLASSES),
        np.repeat(disc[None], count, axis=0),
    )


def training(size: int, epochs: int, precision: str) -> Training:
    """As config.yaml has it, but for what is asked for."""
    return Training(
        epochs=epochs,
        batch_size=BATCH_SIZES[size],
        learning_rate=4e-4,
        decay_factor=0.1,
        decay_every=30,
        patience=epochs,
        precision=precision,
        augmentation=Augmentation(rotation=15, flips=True, contrast=0.2, noise=5),
    )


def seconds(work: Callable[[], object], device: str) -> float:
    """What work takes: processor time on a CPU, so that other work on the machine counts little; else by the clock."""
    clock = time.process_time if device == "cpu" else time.perf_counter
    start = clock()
    work()
    if device == "cuda":
        import torch

        torch.cuda.synchronize()
    return clock() - start
