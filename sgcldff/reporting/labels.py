"""What metrics are called, and what stands below a table with a ±."""

from __future__ import annotations

METRIC_TITLES = {
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "auc": "AUC",
    "iou": "IoU",
    "dice": "Dice",
    "pixel_accuracy": "Pixel accuracy",
    "pooled_iou": "Pooled IoU",
    "mean_iou": "Mean IoU",
}
IN_PERCENT = {"accuracy"}  # the other metrics are shown as fractions


def metric_title(metric: str) -> str:
    """`iou_monocyte` is written IoU (monocyte)."""
    if metric in METRIC_TITLES:
        return METRIC_TITLES[metric]
    name, _, label = metric.partition("_")
    return f"{METRIC_TITLES[name]} ({label})" if label and name in METRIC_TITLES else metric


def metric_heading(metric: str) -> str:
    """The title of a metric with its unit, where it is shown in per cent."""
    return METRIC_TITLES[metric] + (" (%)" if metric in IN_PERCENT else "")


def spread_note(seeds: int, paper: bool = False) -> str:
    """The line below every table with a ±. seeds: those with results; paper: the table has the paper's values too."""
    theirs = " The paper's ± is that of its five runs." if paper else ""
    if seeds < 2:
        return f"± : a single seed has no standard deviation.{theirs}"
    return f"± : standard deviation over the {seeds} seeds (n − 1), not over images and not a standard error.{theirs}"
