"""The metrics that the paper names and prints no value for, and what the means were taken without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sgcldff.config.experiment import Pair
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.sections.availability import without_note
from sgcldff.reporting.sections.method_table import Seeds, method_table
from sgcldff.reporting.titles import Titles

FURTHER_METRICS = ("precision", "recall", "dice", "pixel_accuracy", "pooled_iou", "mean_iou")

# Column of the runs -> what it counts.
COUNTED = {
    "n_unannotated": "without a truth mask (no IoU)",
    "n_undefined": "both masks empty (IoU undefined, left out)",
    "n_empty_truth": "truth empty and a cell predicted (IoU 0, counted)",
    "n_absent_classes": "classes without a test image",
}


def further_metrics(
    titles: Titles,
    methods: Sequence[ReportedMethod],
    rows: pd.DataFrame,
    own_runs: pd.DataFrame,
    seeds: Seeds,
    without_truth: Mapping[str, Sequence[Pair]],
) -> str:
    """rows: `result_rows` of the in-domain scenario; own_runs: the runs of its pairs.

    without_truth: metric -> the pairs that take no part in it.
    """
    return "\n\n".join(
        [
            "## Further metrics, in-domain",
            "The paper names these metrics and prints no value for them.",
            titles.caption("Further metrics, mean over the datasets"),
            method_table(rows[rows["pair"] == ""], seeds),
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
