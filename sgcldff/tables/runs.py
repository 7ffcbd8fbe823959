"""runs.csv: a row a run, with its scores. The names of the metrics stand here, and their units.

All are fractions and the higher the better, but for LARGEST and LOWER_IS_BETTER.

Only the standard library is imported, so that every room may ask for a name.
"""

from __future__ import annotations

import math
import re

from sgcldff.tables.contract import Contract

RUN_KEYS = ("trained_on", "tested_on", "method", "seed")  # what names a run
TRUTH_COUNTS = {"masks": "n_annotated", "classes": "n_labelled"}  # truth -> its column: images that have it
RUNS = Contract((*RUN_KEYS, "n_images"), text=("trained_on", "tested_on", "method"))  # metrics and counts follow

# The metrics on which every method is compared with the reference.
METRICS = ("accuracy", "precision", "recall", "f1", "auc", "iou", "pooled_iou", "dice", "pixel_accuracy")
BOUNDARY_METRICS = ("boundary_f1", "nsd", "hd95")
# Described in the summary, and not compared; mean_iou is over both classes of the mask.
DESCRIBED = ("mean_iou", *BOUNDARY_METRICS, "specificity", "average_precision", "brier", "ece")
LARGEST = {
    "hd95": math.inf,
    "brier": 2.0,
}  # of metrics that are no fractions: hd95 is in pixels, brier a sum of squares
LOWER_IS_BETTER = ("hd95", "brier", "ece")
# They ask for masks, the others for classes.
MASK_METRICS = ("iou", "pooled_iou", "mean_iou", "dice", "pixel_accuracy", *BOUNDARY_METRICS)
# Each has a column `<metric>_<class>` for every class.
METRICS_OF_A_CLASS = ("precision", "recall", "f1", "auc", "average_precision", "iou")

_OF_A_CLASS = re.compile(f"({'|'.join(METRICS_OF_A_CLASS)})_.+")


def class_metric(metric: str, name: str) -> str:
    """The column of a metric of one class."""
    return f"{metric}_{name}"


def is_class_metric(column: str) -> bool:
    """Whether a column of the runs is a metric of one class, as `f1_neutrophil` is."""
    return _OF_A_CLASS.fullmatch(column) is not None


def truth_of(metric: str) -> str:
    """What a metric, of all classes or of one, needs of an image: "masks" or "classes"."""
    return "masks" if metric in MASK_METRICS or metric.startswith("iou_") else "classes"
