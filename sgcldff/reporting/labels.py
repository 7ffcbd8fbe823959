"""What metrics, tables and figures are called, and what each must say of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sgcldff.reporting.run import Material

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
IN_PERCENT = {"accuracy"}


def marks(settings: Mapping[str, Any]) -> str:
    """What every table and figure must say of itself: that it is synthetic, and its scale; "" where neither applies."""
    told = ["Synthetic images" if settings.get("synthetic") else "", settings.get("scale") or ""]
    return "; ".join(text for text in told if text)


def caption(material: Material, text: str) -> str:
    """The line above a table, with its marks."""
    told = marks(material.settings)
    return f"**{text}**" + (f" *({told})*" if told else "")


def scenario_title(scenario: str) -> str:
    """`cross_stain` is written cross-stain."""
    return scenario.replace("_", "-")


def spread_note(material: Material, paper: bool = False) -> str:
    """The line below every table with a ±; `paper`: the table has the paper's values too."""
    seeds = material.runs["seed"].nunique()
    theirs = " The paper's ± is that of its five runs." if paper else ""
    if seeds < 2:
        return f"± : a single seed has no standard deviation.{theirs}"
    return f"± : standard deviation over the {seeds} seeds (n − 1), not over images and not a standard error.{theirs}"


def metric_title(metric: str) -> str:
    """`iou_monocyte` is written IoU (monocyte)."""
    if metric in METRIC_TITLES:
        return METRIC_TITLES[metric]
    name, _, label = metric.partition("_")
    return f"{METRIC_TITLES[name]} ({label})" if label and name in METRIC_TITLES else metric
