"""What stain shift the test images costs each method, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import IN_PERCENT, METRIC_TITLES, caption
from sgcldff.reporting.result_tables import where_to_get, without_note
from sgcldff.reporting.run import Material
from sgcldff.tables.robustness import AREA, DIFFERENCE, DROP, ROBUSTNESS_METRICS, SCORE


def amount(axis: Mapping[str, Any], level: float) -> str:
    """A level of an axis of the configuration in its own unit: "15°", "factor 1.41"."""
    if axis["kind"] == "hue":
        return f"{level * axis['strongest']:.3g}°"
    return f"factor {axis['strongest'] ** level:.3g}"


def robustness_section(material: Material, table: pd.DataFrame) -> str:
    """The section of the document, or "" where the configuration declares no axis; table: robustness.csv."""
    axes = material.axes
    if not axes:
        return ""
    name = material.method_title(material.reference)
    blocks = [
        "## Robustness: stain-shifted test images",
        "Each fit is tested on the test subset of its own dataset again, with the stain of the images shifted: their "
        "optical density against their own empty background is turned in hue by an angle (van der Laak et al. 2000) or "
        "multiplied by a factor. About half of the images go one way and half the other (the angle below zero, the "
        "inverse factor), the same ones for every method. The *area* under the curve from no shift to the strongest, "
        "over the length of the axis, is the mean score along it. *Lost* is the score without a shift minus that at "
        f"the strongest, and the last column {name}'s area minus the method's; both are in points and paired by seed.",
    ]
    for key, axis in axes.items():
        blocks += _axis(material, key, axis, table[table["axis"] == key])
    blocks.append(
        "In brackets: 95% intervals for redrawn splits (Nadeau and Bengio). Single methods have them too, for their "
        "scores are correlated over seeds as differences are: by the images that splits share. There is none for one "
        "seed, for a score that is the same in every seed and for one that is undefined in some: "
        "`tables/robustness.csv` says which, and has every level and dataset."
    )
    return "\n\n".join(blocks)


def _axis(material: Material, key: str, axis: Mapping[str, Any], table: pd.DataFrame) -> list[str]:
    strongest = amount(axis, max(axis["levels"]))
    blocks = [f"### {axis['title'].capitalize()}, up to {strongest}"]
    if table.empty:
        return [*blocks, f"{md.NOT_RUN}."]
    datasets = [material.dataset_title(name) for name in table["dataset"].unique() if name]
    where = f"{'mean over' if len(datasets) > 1 else 'on'} {', '.join(datasets)}"
    headers = ["Method", "No shift", strongest, "Lost", "Area", f"{material.method_title(material.reference)} minus it"]
    average = table[table["dataset"] == ""]
    for metric in ROBUSTNESS_METRICS:
        unit = " (%)" if metric in IN_PERCENT else ""
        title = f"{METRIC_TITLES[metric]}{unit} along {axis['title']}, {where}"
        rows = [
            _row(material, axis, average[average["method"] == method], method, metric) for method in material.methods()
        ]
        blocks += [caption(material, title), md.table([*headers, "Seeds"], rows)]
    for scenario in material.scenarios_along(key):
        blocks += without_note(material, scenario, ROBUSTNESS_METRICS)
        if absent := material.absent_pairs(scenario):
            blocks.append(where_to_get(material, absent))
    return blocks


def _row(material: Material, axis: Mapping[str, Any], mine: pd.DataFrame, method: str, metric: str) -> list[str]:
    title = material.method_title(method)
    title = f"**{title}**" if method == material.reference else title
    along = mine[mine["quantity"] != SCORE]
    if along.empty:
        return [title, *[md.NOT_RUN] * 5, md.MISSING]
    mine = mine[mine["metric"] == metric]
    found = {(row.quantity, row.level if row.quantity == SCORE else None): row for row in mine.itertuples()}
    area = found.get((AREA, None))
    return [
        title,
        _score(found.get((SCORE, 0.0)), metric),
        _score(found.get((SCORE, float(max(axis["levels"])))), metric),
        _points(found.get((DROP, None))),
        _bounded_score(area, metric),
        _points(found.get((DIFFERENCE, None))),
        md.MISSING if area is None else md.count(area.n_seeds),
    ]


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
