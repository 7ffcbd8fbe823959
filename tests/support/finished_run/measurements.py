"""What the methods of the finished run measured, drawn from a seed: predictions, runs and scores of single images."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from finished_run.configuration import CLASSES
from sgcldff.tables.confusion import CONFUSION
from sgcldff.tables.runs import DESCRIBED, LOWER_IS_BETTER, METRICS, METRICS_OF_A_CLASS

SHARES = [0.6, 0.2, 0.13, 0.07]  # of the classes


def prediction(
    generator: np.random.Generator, trained_on: str, tested_on: str, method: str, seed: int, skill: float, images: int
) -> pd.DataFrame:
    truth = np.concatenate([np.arange(4), generator.choice(4, size=images - 4, p=SHARES)])
    logits = generator.normal(0, 1, (images, 4))
    logits[np.arange(images), truth] += 5 * (skill - 0.5)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    frame = pd.DataFrame(
        {
            "trained_on": trained_on,
            "tested_on": tested_on,
            "method": method,
            "seed": seed,
            "image_id": [f"{index:03d}" for index in range(images)],
            "label": [CLASSES[index] for index in truth],
        }
    )
    for index, name in enumerate(CLASSES):
        frame[f"p_{name}"] = probabilities[:, index]
    frame["mask"] = [b"" if method != "chance" else None] * images
    frame["truth"] = [b""] * images
    return frame


def run(
    generator: np.random.Generator, trained_on: str, tested_on: str, method: str, seed: int, skill: float, images: int
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "trained_on": trained_on,
        "tested_on": tested_on,
        "method": method,
        "seed": seed,
        "n_images": images,
        "n_masks": images,
        "n_undefined": 0,
        "n_empty_truth": 0,
        "n_absent_classes": 0,
    }
    scores = {metric: min(1.0, skill + generator.normal(0, 0.01)) for metric in (*METRICS, *DESCRIBED)}
    row |= scores | {metric: 1 - scores[metric] for metric in LOWER_IS_BETTER}
    row["hd95"] *= 100  # pixels
    for name in CLASSES:
        row[f"n_{name}"] = images // 4
        row |= {f"{metric}_{name}": skill for metric in METRICS_OF_A_CLASS}
    if method == "thresholding":
        row["auc"] = np.nan
    return row


def confusion(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of confusion.csv of a prediction, those above zero alone."""
    probabilities = frame[[f"p_{name}" for name in CLASSES]].to_numpy()
    named = frame.assign(truth=frame["label"], predicted=np.take(CLASSES, probabilities.argmax(axis=1)), count=1)
    return named.groupby(list(CONFUSION.columns[:-1]), as_index=False)["count"].sum()


def scores(generator: np.random.Generator, frame: pd.DataFrame, skill: float) -> pd.DataFrame:
    images = frame[["trained_on", "tested_on", "method", "seed", "image_id", "label"]]
    values = np.ones(len(images)) if skill == 1 else generator.beta(20 * skill, 20 * (1 - skill), len(images))
    return images.assign(metric="iou", value=values)


def history(epochs: int) -> pd.DataFrame:
    """history.csv of a fit that gets better up to its middle, and is as good at its end."""
    share = np.minimum(np.arange(epochs) / max(1, epochs // 2), 1)
    columns: dict = {"epoch": np.arange(1, epochs + 1), "learning_rate": 4e-4, "train_classification": 1.5 - share}
    columns |= {"train_segmentation": 0.5 - 0.25 * share, "validation_f1": 0.2 + 0.6 * share}
    return pd.DataFrame(columns | {"validation_iou": 0.4 + 0.5 * share}) if epochs else pd.DataFrame()
