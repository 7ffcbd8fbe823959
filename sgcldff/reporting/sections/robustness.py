"""What perturbed test images cost each method, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.config.experiment import Axis
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import IN_PERCENT, metric_heading
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.titles import Titles
from sgcldff.tables.robustness import AREA, DIFFERENCE, DROP, ROBUSTNESS_METRICS, SCORE


def strength(axis: Axis, level: float) -> str:
    """A level of an axis as a number of its own unit: "15", "1.41"."""
    if axis.kind in ("concentration", "resolution"):
        return f"{axis.strongest**level:.3g}"
    if axis.kind == "jpeg":
        return f"{100 - level * (100 - axis.strongest):.0f}"
    if axis.kind == "illumination":
        return f"{100 * level * axis.strongest:.0f}"
    return f"{level * axis.strongest:.3g}"


def amount(axis: Axis, level: float) -> str:
    """A level of an axis with its unit: "15°", "factor 1.41"."""
    return _WITH_UNIT[axis.kind].format(strength(axis, level))


_WITH_UNIT = {
    "hue": "{}°",
    "concentration": "factor {}",
    "blur": "{} pixels of 224",
    "noise": "{} grey levels",
    "illumination": "{} % of the light",
    "resolution": "factor {}",
    "jpeg": "quality {}",
}


def robustness_section(
    titles: Titles,
    reference: str,
    methods: Sequence[ReportedMethod],
    axes: Mapping[str, Axis],
    curves: pd.DataFrame,
    notes: Mapping[str, Sequence[str]],
    table_file: str,
) -> str:
    """The section of the document, or "" where no axis is tested.

    axes: those that are tested, by name; curves: robustness.csv of the statistics; notes: axis -> what stands below
    its tables; table_file: where the report has every level.
    """
    if not axes:
        return ""
    name = titles.method(reference)
    blocks = [
        "## Robustness: perturbed test images",
        "Each fit is tested on the test subset of its own dataset again, with the images perturbed. Their stain: the "
        "optical density against their own empty background is turned in hue by an angle (van der Laak et al. 2000) or "
        "multiplied by a factor, about half of the images one way and half the other (the angle below zero, the "
        "inverse factor). How strong the strongest is stands with each axis. An image is perturbed "
        "alike for every method. The *area* under the curve from none to the strongest, over the length of the axis, "
        "is the mean score along it. *Lost* is the score without minus that at the strongest, and the last column "
        f"{name}'s area minus the method's. Both are in points and paired by seed, two arms of a "
        "hypothesis over all the seeds that they have.",
    ]
    for key, axis in axes.items():
        blocks += _axis(titles, name, methods, axis, curves[curves["axis"] == key])
        blocks += notes.get(key, ()) if (curves["axis"] == key).any() else ()
    blocks.append(
        "In brackets: 95% intervals for redrawn splits (Nadeau and Bengio). Single methods have them too, for their "
        "scores are correlated over seeds as differences are: by the images that splits share. There is none for one "
        "seed, for a score that is the same in every seed and for one that is undefined in some: "
        f"`{table_file}` says which, and has every level and dataset."
    )
    return "\n\n".join(blocks)


def _axis(
    titles: Titles, reference_title: str, methods: Sequence[ReportedMethod], axis: Axis, curves: pd.DataFrame
) -> list[str]:
    strongest = amount(axis, max(axis.levels))
    blocks = [f"### {axis.title.capitalize()}, up to {strongest}"]
    if curves.empty:
        return [*blocks, f"{md.NOT_RUN}."]
    measured = set(curves["dataset"])
    datasets = [title for name, title in titles.datasets.items() if name in measured]
    where = f"{'mean over' if len(datasets) > 1 else 'on'} {', '.join(datasets)}"
    headers = ["Method", "None", strongest, "Lost", "Area", f"{reference_title} minus it"]
    average = curves[curves["dataset"] == ""]
    for metric in ROBUSTNESS_METRICS:
        title = f"{metric_heading(metric)} along {axis.title}, {where}"
        rows = [_row(axis, average[average["method"] == method.key], method, metric) for method in methods]
        blocks += [titles.caption(title), md.table([*headers, "Seeds"], rows)]
    return blocks


def _row(axis: Axis, curves: pd.DataFrame, method: ReportedMethod, metric: str) -> list[str]:
    """curves: the rows of the method, averaged over the datasets."""
    if curves[curves["quantity"] != SCORE].empty:
        return [method.cell, *[md.NOT_RUN] * 5, md.MISSING]
    of_metric = curves[curves["metric"] == metric]
    rows = {(row.quantity, row.level if row.quantity == SCORE else None): row for row in of_metric.itertuples()}
    area = rows.get((AREA, None))
    return [
        method.cell,
        _score(rows.get((SCORE, 0.0)), metric),
        _score(rows.get((SCORE, float(max(axis.levels)))), metric),
        _points(rows.get((DROP, None))),
        _bounded_score(area, metric),
        _points(rows.get((DIFFERENCE, None))) + _over(area, rows.get((DIFFERENCE, None))),
        md.MISSING if area is None else md.count(area.n_seeds),
    ]


def _over(area: Any, difference: Any) -> str:
    """Of a difference over more seeds than the scores beside it."""
    more = None not in (area, difference) and difference.n_seeds > area.n_seeds
    return f" (n = {difference.n_seeds})" if more else ""


def _score(row: Any, metric: str) -> str:
    if row is None:
        return md.MISSING
    return md.number(100 * row.mean, 1) if metric in IN_PERCENT else md.number(row.mean)


def _bounded_score(row: Any, metric: str) -> str:
    if row is None or md.is_missing(row.ci_low):
        return _score(row, metric)
    unit, decimals = (100, 1) if metric in IN_PERCENT else (1, 3)
    low, high = (md.number(unit * end, decimals) for end in (row.ci_low, row.ci_high))
    return f"{_score(row, metric)} ({low} to {high})"


def _points(row: Any) -> str:
    if row is None:
        return md.MISSING
    interval = "" if md.is_missing(row.ci_low) else f" ({md.interval(row.ci_low, row.ci_high, 1)})"
    return md.points(row.mean) + interval
