"""A benchmark in miniature: runs and scores of single images, drawn from a seed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.image_scores import Images
from sgcldff.tables.runs import DESCRIBED, METRICS

DATASETS = ("bccd", "jtsc", "cellavision")
SCENARIOS = {
    "in_domain": [[name, name] for name in DATASETS],
    "cross_stain": [["jtsc", "cellavision"], ["cellavision", "jtsc"]],
}
RATIO = 2 / 7


def make_runs(seeds=(1, 2, 3, 4, 5), methods=("full", "no_alignment", "unetpp", "chance"), offset=None) -> pd.DataFrame:
    """Random scores; `offset` adds to the scores of a method by name."""
    random, rows = np.random.default_rng(7), []
    for trained_on, tested_on, method, seed in itertools.product(DATASETS, DATASETS, methods, seeds):
        scores = {metric: random.uniform(0.6, 0.8) + (offset or {}).get(method, 0) for metric in (*METRICS, "mean_iou")}
        rows.append(
            {"trained_on": trained_on, "tested_on": tested_on, "method": method, "seed": seed, "n_images": 60}
            | scores
            | {metric: 0.5 for metric in DESCRIBED if metric not in scores}
            | {"n_neutrophil": 20, "f1_neutrophil": scores["f1"], "n_empty_truth": 0}
        )
    return pd.DataFrame(rows)


def make_images(runs: pd.DataFrame, images: int = 12) -> pd.DataFrame:
    """IoU of single images whose mean in a run is that run's IoU."""
    random, parts = np.random.default_rng(3), []
    for run in runs.itertuples():
        spread = random.normal(0, 0.05, images)
        parts.append(
            pd.DataFrame(
                {
                    "trained_on": run.trained_on,
                    "tested_on": run.tested_on,
                    "method": run.method,
                    "seed": run.seed,
                    "image_id": [f"{run.tested_on}-{i:02d}" for i in range(images)],
                    "metric": "iou",
                    "value": run.iou + spread - spread.mean(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def runs() -> Callable[..., pd.DataFrame]:
    return make_runs


@pytest.fixture
def images() -> Callable[..., pd.DataFrame]:
    return make_images


@pytest.fixture
def measured() -> Callable[..., Benchmark]:
    """The benchmark of some runs, without images unless they are given."""

    def build(runs: pd.DataFrame, scenarios: Any = SCENARIOS, scores: pd.DataFrame | None = None) -> Benchmark:
        return Benchmark(runs, scenarios, RATIO, None if scores is None else Images(scores))

    return build


@pytest.fixture
def blank() -> Callable[..., pd.DataFrame]:
    """The runs with a column NaN where the others have the values given."""

    def build(runs: pd.DataFrame, column: str, **where: Any) -> pd.DataFrame:
        chosen = np.logical_and.reduce([runs[key] == value for key, value in where.items()])
        return runs.assign(**{column: runs[column].mask(chosen)})

    return build


@pytest.fixture
def row() -> Callable[..., pd.Series]:
    """The one row of a table with the values given."""

    def find(table: pd.DataFrame, **where: Any) -> pd.Series:
        chosen = table[np.logical_and.reduce([table[key] == value for key, value in where.items()])]
        assert len(chosen) == 1
        return chosen.iloc[0]

    return find
