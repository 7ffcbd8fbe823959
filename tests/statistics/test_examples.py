"""Every example in a docstring of the statistics and the tables says what the code gives."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pandas as pd
import pytest

import sgcldff.statistics
import sgcldff.tables
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.tables.runs import METRICS

MODULES = sorted(
    module.name
    for package in (sgcldff.statistics, sgcldff.tables)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.ispkg
)
IOU = {  # of three seeds
    "full": (0.82, 0.81, 0.84),
    "no_saliency": (0.80, 0.79, 0.81),
    "no_fusion": (0.79, 0.80, 0.80),
    "neither": (0.77, 0.78, 0.78),
}
LOWER = {  # what the IoU loses where fits on a dataset are tested on ...
    ("bccd", "jtsc"): 0.0,
    ("bccd", "bccd"): 0.0,
    ("bccd", "bccd@hue@0.5"): 0.02,
    ("bccd", "bccd@hue@1"): 0.08,
    ("bccd", "bccd@hue"): 0.03,
    ("by_source", "by_source"): 0.1,
    ("by_image", "by_image"): 0.02,
}


@pytest.fixture(scope="module")
def benchmark() -> Benchmark:
    """What the examples call `benchmark`: four methods and three seeds; fits on BCCD are tested on JTSC."""
    rows = [
        {"trained_on": trained_on, "tested_on": tested_on, "method": method, "seed": seed, "n_images": 60}
        | dict.fromkeys(METRICS, 0.5)
        | {"iou": iou - loss - 0.001 * seed * (loss > 0)}
        for (trained_on, tested_on), loss in LOWER.items()
        for method, scores in IOU.items()
        for seed, iou in enumerate(scores)
    ]
    return Benchmark(pd.DataFrame(rows), {"cross": [("bccd", "jtsc")]}, test_train_ratio=2 / 7)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_are_right(module, benchmark):
    failed, _ = doctest.testmod(importlib.import_module(module), extraglobs={"benchmark": benchmark})
    assert failed == 0
