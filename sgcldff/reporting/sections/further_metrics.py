"""The metrics beside those of the paper's tables, and what the means were taken without."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.sections.availability import WithoutTruth, without_note
from sgcldff.reporting.sections.method_table import Seeds, method_table
from sgcldff.reporting.titles import Titles
from sgcldff.tables.definitions import BOUNDARY_SHARE, CALIBRATION_BINS, SURFACE_PIXELS
from sgcldff.tables.runs import BOUNDARY_METRICS

NAMED_IN_THE_PAPER = ("precision", "recall", "dice", "pixel_accuracy", "pooled_iou", "mean_iou")
OF_PROBABILITIES = ("specificity", "average_precision", "brier", "ece")
FURTHER_METRICS = (*NAMED_IN_THE_PAPER, *BOUNDARY_METRICS, *OF_PROBABILITIES)

# Column of the runs -> what it counts.
COUNTED = {
    "n_unannotated": "without a truth mask (no IoU)",
    "n_undefined": "both masks empty (IoU undefined, left out)",
    "n_empty_truth": "truth empty and a cell predicted (IoU 0, counted)",
    "n_without_distance": "one mask empty or both (HD95 undefined, left out)",
    "n_absent_classes": "classes without a test image",
}


def further_metrics(
    titles: Titles,
    methods: Sequence[ReportedMethod],
    rows: pd.DataFrame,
    own_runs: pd.DataFrame,
    seeds: Seeds,
    without_truth: WithoutTruth,
    size: int,
) -> str:
    """rows: `result_rows` of the in-domain scenario, of FURTHER_METRICS; own_runs: the runs of its pairs.

    without_truth: of FURTHER_METRICS; size: pixels along a side of the images.
    """
    means = rows[rows["pair"] == ""]

    def table(metrics: Sequence[str]) -> str:
        return method_table(means[means["metric"].isin(metrics)], seeds)

    tolerance = math.ceil(BOUNDARY_SHARE * math.hypot(size, size))
    return "\n\n".join(
        [
            "## Further metrics, in-domain",
            "The paper names these metrics and prints no value for them.",
            titles.caption("Further metrics, mean over the datasets"),
            table(NAMED_IN_THE_PAPER),
            titles.caption("Outlines of the masks, mean over the datasets"),
            table(BOUNDARY_METRICS),
            f"Boundary F1 at {tolerance} px ({BOUNDARY_SHARE:.2%} of the diagonal, rounded up), NSD (normalised "
            f"surface dice) at {SURFACE_PIXELS:g} px, HD95 (95th percentile of the Hausdorff distance) in pixels of "
            f"the {size}×{size} images. One empty mask scores 0 and 0 and has no distance: HD95 flatters a method that "
            "misses whole cells.",
            titles.caption("Probabilities of the classes, mean over the datasets"),
            table(OF_PROBABILITIES),
            "Specificity and average precision are macro averages. Brier score: squared error summed over the classes, "
            f"0 to 2. ECE: expected calibration error of the predicted class, {CALIBRATION_BINS} bins of equal width.",
            *without_note(titles, without_truth),
            _left_out(methods, own_runs),
        ]
    )


def _left_out(methods: Sequence[ReportedMethod], runs: pd.DataFrame) -> str:
    """How many images and classes the means were taken without."""
    runs = runs.assign(n_unannotated=runs["n_images"] - runs["n_annotated"] if "n_annotated" in runs else 0)
    columns = [column for column in COUNTED if column in runs.columns]
    sums = runs.groupby("method")[columns].sum()
    lines = [
        f"- {method.title}: {int(sums.loc[method.key, column])} × {COUNTED[column]}"
        for method in methods
        if method.key in sums.index
        for column in columns
        if sums.loc[method.key, column] > 0
    ]
    if not lines:
        return "Over all in-domain runs no image was left out of a mean, and no test subset lacks a class."
    return "Counted over all in-domain runs:\n\n" + "\n".join(lines)
