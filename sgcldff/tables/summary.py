"""summary.csv: mean and spread over seeds of every metric of every method, in the unit of the runs."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

SUMMARY = Contract(
    (
        *("scenario", "pair", "method", "metric", "n_seeds", "mean", "sd", "minimum", "maximum"),
        *("ci_low", "ci_high", "lower_bound", "upper_bound", "basis", "n_images", "note"),
    ),
    text=("scenario", "pair", "method", "metric", "basis", "note"),
)
