"""How scoring and statistics grow with the number of images: 1, 10 and 100 times as many.

    python benchmarks/scoring.py [--images N] [--factors F ...]

Two methods in three seeds, trained on one dataset and tested on another, so that each image has a score in every seed.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from networks import CLASSES, noise_images, seconds

from sgcldff.config.stages.score import ScoreSettings
from sgcldff.evaluation.predictions import write_predictions
from sgcldff.evaluation.score import score, score_files
from sgcldff.method import Prediction, Samples
from sgcldff.statistics.against_reference import compare_with_reference
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.image_scores import Images
from sgcldff.statistics.summary import summarize

SIZE, SEEDS, METHODS = 96, (0, 1, 2), ("full", "other")


def guessed(samples: Samples, seed: int) -> Prediction:
    """Classes that are right four times of five, and the true masks without some of their rows."""
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.ones(len(CLASSES)), len(samples))
    right = generator.random(len(samples)) < 0.8
    probabilities[right] = np.eye(len(CLASSES))[samples.labels[right]]
    masks = samples.masks > 0
    for mask, cut in zip(masks, generator.integers(0, SIZE // 2, len(samples)), strict=True):
        mask[:cut] = False
    return Prediction(probabilities, masks)


def measure(images: int, factors: list[int]) -> list[dict[str, Any]]:
    """A row a factor: milliseconds an image of scoring, seconds of the statistics."""
    rows = []
    for factor in factors:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            samples = noise_images(images * factor, SIZE)
            files = []
            for method in METHODS:
                for seed in SEEDS:
                    files.append(folder / f"{method}-{seed}.parquet")
                    names = {"trained_on": "a", "tested_on": "b", "method": method, "seed": seed, "classes": CLASSES}
                    guess = guessed(samples, seed + 10 * METHODS.index(method))
                    write_predictions(files[-1], **names, truth=samples, prediction=guess)
            settings = ScoreSettings(axes={}, tests={})
            outputs = [folder / name for name in ("runs.csv", "scores.parquet", "confusion.csv", "cells.csv")]
            scoring = seconds(lambda: score(files, settings, *outputs), "cpu")  # noqa: B023
            scores, runs, *_ = score_files(files)

        def statistics() -> None:
            benchmark = Benchmark(runs, {"shift": [["a", "b"]]}, 0.25, Images(scores), 1.0, redrawn=set())  # noqa: B023
            summarize(benchmark)
            compare_with_reference(benchmark, "full", {}, [])

        row = {"images": images * factor, "runs": len(files)}
        row["score_ms_an_image_and_run"] = round(1000 * scoring / (images * factor * len(files)), 2)
        row["statistics_s"] = round(seconds(statistics, "cpu"), 2)
        rows.append(row)
        print(row, flush=True)
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=60)
    parser.add_argument("--factors", type=int, nargs="+", default=[1, 10, 100])
    measure(**vars(parser.parse_args()))
