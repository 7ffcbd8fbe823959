"""How attention lies on the test images, in Markdown: the saliency map S, and Grad-CAM of every network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.titles import Titles
from sgcldff.tables.attention import RANDOM, TRAINED, WITH_RANDOM_WEIGHTS

Rows = Mapping[tuple[str, str, str, str], Any]  # (method, weights, metric, against) -> row of attention.csv

READING = (
    "On test images of each fit's own dataset, mean over the datasets. *Outside* is the share of a map that leaks out "
    "of the cell. What a map that is the same everywhere has too, or the network with random weights, was not learned. "
    "Maps at a thirty-second of the image's resolution, as most baselines', leak more than SG-CLDFF's at a quarter by "
    "that alone. A is the image's own colour prior. *Deletion* (lower is better) and *insertion* (higher is better): "
    "area under the probability of the class named while the pixels that Grad-CAM marks most are blurred away, or "
    "brought back."
)


def attention_section(
    titles: Titles, reference: str, methods: Sequence[ReportedMethod], table: pd.DataFrame, table_file: str
) -> str:
    """The section of the document, or "" where nothing was measured.

    table: attention.csv of the statistics; table_file: where the report has all of it.
    """
    if table.empty:
        return ""
    average = table[table["dataset"] == ""]
    columns = ("method", "weights", "metric", "against")
    rows: Rows = {tuple(getattr(row, name) for name in columns): row for row in average.itertuples()}
    lead = f"{titles.method(reference)} minus it"
    measured = [(method, TRAINED) for method in methods]
    measured += [(method, RANDOM) for method in methods if method.role == "reference"]
    saliency = [_saliency(rows, reference, *each) for each in measured if _has(rows, *each, "saliency_outside")]
    grad_cam = [_grad_cam(rows, reference, *each) for each in measured if _has(rows, *each, "cam_outside")]
    outside, nucleus, cell = (_uniform(rows, region) for region in ("outside", "nucleus", "cell"))
    return "\n\n".join(
        [
            "## Attention, measured",
            READING,
            titles.caption("The saliency map S"),
            md.table(
                ["Map of", "Mean |S − A|", lead, "r of S and A", "SD of S", "Outside", "Points at the cell", "Seeds"],
                [["*a uniform map*", *[md.MISSING] * 4, outside, cell, md.MISSING], *saliency] if saliency else [],
            ),
            titles.caption("Grad-CAM of the class named"),
            md.table(
                ["Map of", "Outside", lead, "Outside, random weights", "In the nucleus", "Points at the cell"]
                + ["ρ with S", "Deletion", "Insertion", "Seeds"],
                [["*a uniform map*", outside, *[md.MISSING] * 2, nucleus, cell, *[md.MISSING] * 4], *grad_cam],
            ),
            "In brackets: 95% intervals for redrawn splits (Nadeau and Bengio); of few seeds they may leave the scale. "
            f"Differences are in points, paired by seed. `{table_file}` has every measure, dataset and difference, "
            "also those to the areas and to random weights.",
        ]
    )


def _has(rows: Rows, method: ReportedMethod, weights: str, metric: str) -> bool:
    return (method.key, weights, metric, "") in rows


def _cell(method: ReportedMethod, weights: str) -> str:
    return method.cell if weights == TRAINED else f"*Control: {method.title}, random weights*"


def _saliency(rows: Rows, reference: str, method: ReportedMethod, weights: str) -> list[str]:
    def of(metric: str) -> Any:
        return rows.get((method.key, weights, metric, ""))

    return [
        _cell(method, weights),
        _bounded(of("prior_distance")),
        _lead(rows, reference, method, weights, "prior_distance"),
        *(_mean(of(metric)) for metric in ("prior_correlation", "saliency_sd")),
        _bounded(of("saliency_outside")),
        _mean(of("saliency_pointing")),
        md.count(of("saliency_outside").n_seeds),
    ]


def _grad_cam(rows: Rows, reference: str, method: ReportedMethod, weights: str) -> list[str]:
    def of(metric: str) -> Any:
        return rows.get((method.key, weights, metric, ""))

    untrained = rows.get((method.key, RANDOM, "cam_outside", "")) if weights == TRAINED else None
    return [
        _cell(method, weights),
        _bounded(of("cam_outside")),
        _lead(rows, reference, method, weights, "cam_outside"),
        _mean(untrained),
        *(_mean(of(metric)) for metric in ("cam_nucleus", "cam_pointing", "agreement", "deletion", "insertion")),
        md.count(of("cam_outside").n_seeds),
    ]


def _lead(rows: Rows, reference: str, method: ReportedMethod, weights: str, metric: str) -> str:
    """The reference minus the method, in points; of its own control it is the difference to that."""
    against = method.key if weights == TRAINED else WITH_RANDOM_WEIGHTS
    row = rows.get((reference, TRAINED, metric, against))
    if row is None:
        return md.MISSING
    ends = (100 * row.ci_low, 100 * row.ci_high)
    return md.points(100 * row.mean) + ("" if md.is_missing(row.ci_low) else f" ({md.interval(*ends, 1)})")


def _bounded(row: Any) -> str:
    if row is None or md.is_missing(row.ci_low):
        return _mean(row)
    return f"{_mean(row)} ({md.number(row.ci_low)} to {md.number(row.ci_high)})"


def _mean(row: Any) -> str:
    return md.MISSING if row is None else md.number(row.mean)


def _uniform(rows: Rows, region: str) -> str:
    """The share of a region that a uniform map has: the same for every method that was measured."""
    return _mean(next((row for key, row in rows.items() if key[2] == f"area_{region}"), None))
