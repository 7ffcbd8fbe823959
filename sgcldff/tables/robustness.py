"""robustness.csv: scores of perturbed test images, a row a point of a curve or a number on the whole curve."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

SCORE, AREA = "score", "area"  # quantities in fractions: at a level, and under the curve
DROP, DIFFERENCE = "drop", "difference"  # in points: lost at the strongest level; area of the reference minus this one

ROBUSTNESS_METRICS = ("accuracy", "f1", "auc", "iou")
ROBUSTNESS = Contract(
    (
        *("axis", "dataset", "method", "metric", "quantity", "level", "n_seeds", "mean", "sd", "ci_low", "ci_high"),
        *("basis", "note"),
    ),
    text=("axis", "dataset", "method", "metric", "quantity", "basis", "note"),
)
