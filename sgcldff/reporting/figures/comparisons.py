"""Forest plot of the reference against every other method: differences with 95% intervals, primary endpoints marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sgcldff.config.declared import Hypothesis
from sgcldff.reporting.figures.style import FAINT, INK, MARK, Colour, panels, say
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.scenarios import scenario_title
from sgcldff.reporting.titles import Titles
from sgcldff.tables.comparisons import decided

METRICS = ("iou", "f1")  # those of Table 2 that the hypotheses are about; a panel each
LOOKS = tuple(zip(seaborn.color_palette("colorblind"), "os^vD", strict=False))  # of the scenarios
SPREAD = 0.25  # rows between the markers of two scenarios of a method
LEAST_ROOM = 5.0  # points
LEGEND_COLUMNS = 3


class _Row(NamedTuple):
    """A comparison as it is drawn: where, the difference and its interval in points, and the margin that is claimed."""

    y: float
    mean: float
    low: float
    high: float
    colour: Colour
    marker: str
    margin: float  # NaN where no hypothesis is about it


def draw_comparisons(
    titles: Titles,
    methods: Sequence[ReportedMethod],
    reference: str,
    scenarios: Sequence[str],
    declared: Mapping[str, Hypothesis],
    table: pd.DataFrame,
) -> Figure:
    """A panel a metric, a row a method, a marker a scenario; scenarios: those shown; table: comparisons.csv.

    The scale is that of the methods: a control far from all of them is named at the edge, with its difference.
    """
    shown = table[(table["pair"] == "") & table["scenario"].isin(list(scenarios)) & (table["reference"] == reference)]
    shown = shown[shown["metric"].isin(METRICS)].dropna(subset="mean")
    rows = [method for method in methods if method.key in set(shown["against"])]
    present = [name for name in scenarios if name in set(shown["scenario"])]
    title = f"{titles.method(reference)} against every other method: difference and 95% interval"
    row = 0.12 + 0.09 * len(present)
    figure, grid = panels(titles, title, [1.0 + row * max(len(rows), 3)] * len(METRICS), 4.5, columns=2, sharey=True)
    for axes, metric in zip(grid, METRICS, strict=True):
        axes.set_title(METRIC_TITLES[metric], loc="left")
        of_metric = shown[shown["metric"] == metric]
        if of_metric.empty:
            say(axes, "not run")
            continue
        _panel(axes, rows, _rows(of_metric, rows, present, declared, metric))
        axes.set_xlabel(f"{titles.method(reference)} minus the other, points", fontsize=9.5)
    if rows:
        grid[0].set_yticks(range(len(rows)), [method.title for method in rows], fontsize=9)
        below = {"loc": "outside lower center", "ncols": LEGEND_COLUMNS, "fontsize": 9, "frameon": False}
        figure.legend(handles=_legend(present), **below)
    return figure


def _rows(
    table: pd.DataFrame,
    methods: Sequence[ReportedMethod],
    scenarios: Sequence[str],
    declared: Mapping[str, Hypothesis],
    metric: str,
) -> list[_Row]:
    margins = {
        (each.scenario, each.against): each.margin if each.direction == "greater" else -each.margin
        for each in declared.values()
        if each.metric == metric
    }
    place = {method.key: position for position, method in enumerate(methods)}
    rows = []
    for row in table.itertuples():
        number = scenarios.index(row.scenario)
        test = decided(row)
        y = place[row.against] + SPREAD * (number - (len(scenarios) - 1) / 2)
        margin = margins.get((row.scenario, row.against), math.nan)
        rows.append(_Row(y, row.mean, test.low, test.high, *LOOKS[number % len(LOOKS)], margin))
    return rows


def _panel(axes: Axes, methods: Sequence[ReportedMethod], rows: Sequence[_Row]) -> None:
    for position in range(0, len(methods), 2):
        axes.axhspan(position - 0.5, position + 0.5, color=FAINT, alpha=0.1, linewidth=0)
    axes.axvline(0, color=FAINT, linewidth=1)
    controls = {position for position, method in enumerate(methods) if method.role == "control"}
    left, right = _limits([row for row in rows if round(row.y) not in controls] or rows)
    for row in rows:
        colour = {"color": row.colour}
        if left <= row.mean <= right:
            _interval(axes, row, left, right)
            primary = {} if math.isnan(row.margin) else {"markeredgecolor": INK, "markeredgewidth": 1.4}
            axes.plot(row.mean, row.y, row.marker, markersize=8 if primary else 4, zorder=3, **colour, **primary)
        else:
            beyond = row.mean > right
            text = f"{row.mean:+.0f} →" if beyond else f"← {row.mean:+.0f}".replace("-", "−")
            side = {"ha": "right" if beyond else "left", "va": "center", "fontsize": 7.5}
            axes.text(right if beyond else left, row.y, text, **side, **colour)
        if not math.isnan(row.margin):
            ends = [round(row.y) - 0.5, round(row.y) + 0.5]
            axes.plot([row.margin] * 2, ends, color=MARK, linewidth=1.8, linestyle=(0, (2, 1)), zorder=2)
    axes.set(xlim=(left, right), ylim=(len(methods) - 0.5, -0.5))
    axes.grid(axis="x", alpha=0.3)


def _interval(axes: Axes, row: _Row, left: float, right: float) -> None:
    """As far as the scale goes; an arrowhead where it goes on."""
    if math.isnan(row.low):
        return
    axes.plot([max(row.low, left), min(row.high, right)], [row.y] * 2, linewidth=1.2, color=row.colour)
    for end, beyond, arrow in ((left, row.low < left, "<"), (right, row.high > right, ">")):
        if beyond:
            axes.plot(end, row.y, arrow, markersize=4, clip_on=False, color=row.colour)


def _limits(rows: Sequence[_Row]) -> tuple[float, float]:
    """Room for every difference and margin, 0 among them, and for intervals of as much again on either side.

    Few seeds give intervals of many times the differences, which would hide these.
    """
    values = np.array([value for row in rows for value in (row.mean, row.margin) if not math.isnan(value)] + [0.0])
    low, high = values.min(), values.max()
    room = max(high - low, LEAST_ROOM)
    ends = np.array([end for row in rows for end in (row.low, row.high) if not math.isnan(end)] + [low, high])
    margin = 0.08 * room
    return max(low - room, ends.min()) - margin, min(high + room, ends.max()) + margin


def _legend(scenarios: Sequence[str]) -> list[Line2D]:
    handles = [
        Line2D([], [], color=colour, marker=marker, markersize=5, linewidth=1.2, label=scenario_title(name))
        for name, (colour, marker) in zip(scenarios, LOOKS, strict=False)
    ]
    primary = {"linestyle": "none", "markerfacecolor": "white", "markeredgecolor": INK, "markeredgewidth": 1.4}
    return [
        *handles,
        Line2D([], [], marker="o", markersize=8, label="primary endpoint of a hypothesis", **primary),
        Line2D([], [], color=MARK, linewidth=1.8, linestyle=(0, (2, 1)), label="its claimed margin"),
    ]
