"""leakage.csv of the statistics: the same data divided by image minus divided by source, for each method and metric."""

from __future__ import annotations

from sgcldff.tables.comparisons import TESTS, TEXT_OF_TESTS
from sgcldff.tables.contract import Contract

LEAKAGE_METRICS = ("accuracy", "f1", "iou")
LEAKAGE = Contract(
    ("method", "metric", "honest", "honest_sd", "inflated", "inflated_sd", *TESTS),
    text=("method", "metric", *TEXT_OF_TESTS),
)
