"""Frozen features of whole images and of images cropped to the annotated cell, on images held out of training.

    python benchmarks/cropped.py [--results results/reference] [--seeds 0 1 2 3 4]

needs the prepared datasets and splits. Nothing sees a test subset: the subsets are those of settings.py. Prints the
macro-F1, mean and SD over seeds, of the two frozen baselines and of the watershed's classifier, which describes the
cell that it cut out itself.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from settings import CATALOGUE, CLASSES, chosen, subsets
from tabulate import tabulate

from sgcldff.method import Run, Samples, build, whole_cell
from sgcldff.metrics.classification import macro, precision_recall_f1

DATASETS, METHODS = ("bccd", "jtsc", "cellavision"), ("frozen_linear", "frozen_knn", "thresholding")
MARGIN = 0.1  # of the box's longer side, around it


def cropped(samples: Samples) -> Samples:
    """Square boxes of the annotated cells, resized to the images' own size; images without a mask are left out."""
    samples = chosen(samples, np.flatnonzero(whole_cell(samples.masks).any(axis=(1, 2))))
    size = samples.images.shape[1]
    images = np.empty_like(samples.images)
    for row, (image, codes) in enumerate(zip(samples.images, samples.masks, strict=True)):
        x, y, width, height = cv2.boundingRect(whole_cell(codes).astype(np.uint8))
        side = min(size, round(max(width, height) * (1 + 2 * MARGIN)))
        left, top = (
            int(np.clip(start + length / 2 - side / 2, 0, size - side)) for start, length in ((x, width), (y, height))
        )
        box = image[top : top + side, left : left + side]
        images[row] = cv2.resize(box, (size, size), interpolation=cv2.INTER_CUBIC)
    return replace(samples, images=images)


def score(name: str, train: Samples, held_out: Samples, validation: Samples, seed: int) -> float:
    entry = CATALOGUE[name]
    method = build(entry["class"], CLASSES, train.images.shape[1], entry.get("arguments", {}))
    method.fit(train, validation, Run(seed))
    predicted = method.predict(held_out.without_truth()).probabilities.argmax(axis=1)
    return macro(precision_recall_f1(held_out.labels, predicted, len(CLASSES))[2])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=Path("results/reference"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    given = parser.parse_args()
    rows = []
    for dataset in DATASETS:
        for name in METHODS:
            found = {"whole images": [], "cropped to the cell": []}
            for seed in given.seeds:
                parts = subsets(dataset, seed, given.results)
                found["whole images"].append(score(name, *parts, seed))
                if name != "thresholding":
                    found["cropped to the cell"].append(score(name, *map(cropped, parts), seed))
            said = [f"{np.mean(each):.2f} ± {np.std(each, ddof=1):.2f}" if each else "" for each in found.values()]
            rows.append([dataset, name, *said])
            print(rows[-1], flush=True)
    print(tabulate(rows, ["dataset", "method", "F1, whole images", "F1, cropped to the cell"], "github"))


if __name__ == "__main__":
    main()
