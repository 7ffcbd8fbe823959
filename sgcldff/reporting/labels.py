"""What metrics are called, and what stands below a table with a ±."""

from __future__ import annotations

from sgcldff.reporting import markdown as md
from sgcldff.tables.runs import LOWER_IS_BETTER

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
    "boundary_f1": "Boundary F1",
    "nsd": "NSD",
    "hd95": "HD95",
    "specificity": "Specificity",
    "average_precision": "Average precision",
    "brier": "Brier score",
    "ece": "ECE",
}
IN_PERCENT = {"accuracy"}
IN_PIXELS = {"hd95"}  # the other metrics are shown as fractions


def metric_title(metric: str) -> str:
    """`iou_monocyte` is written IoU (monocyte)."""
    if metric in METRIC_TITLES:
        return METRIC_TITLES[metric]
    of_a_class = [name for name in METRIC_TITLES if metric.startswith(f"{name}_")]
    return f"{METRIC_TITLES[of_a_class[0]]} ({metric.removeprefix(f'{of_a_class[0]}_')})" if of_a_class else metric


def metric_heading(metric: str) -> str:
    """The title of a metric with its unit, where it is no fraction, and an arrow where lower is better."""
    unit = " (%)" if metric in IN_PERCENT else " (px)" if metric in IN_PIXELS else ""
    return METRIC_TITLES[metric] + unit + (" ↓" if metric in LOWER_IS_BETTER else "")


def score_cell(metric: str, mean: float, sd: float) -> str:
    """`mean ± SD` of a metric in the unit that it is shown in."""
    return md.mean_sd(mean, sd, metric in IN_PERCENT, decimals=2 if metric in IN_PIXELS else 3)


def printed_mean(metric: str, mean: float) -> str:
    """A mean as the paper prints it: per cent with one decimal, fractions with two."""
    return md.number(100 * mean, 1) if metric in IN_PERCENT else md.number(mean, 2)


def spread_note(seeds: int, paper: bool = False) -> str:
    """The line below every table with a ±. seeds: those with results; paper: the table has the paper's values too."""
    theirs = " The paper's ± is that of its five runs." if paper else ""
    if seeds < 2:
        return f"± : a single seed has no standard deviation.{theirs}"
    return f"± : standard deviation over the {seeds} seeds (n − 1), not over images and not a standard error.{theirs}"
