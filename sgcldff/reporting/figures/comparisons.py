"""Forest plot of the reference against every other method: differences with 95% intervals, primary endpoints marked."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
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
from sgcldff.reporting.scenarios import Scenario, merged, scenario_title
from sgcldff.reporting.sections.hypotheses import margin
from sgcldff.reporting.titles import Titles
from sgcldff.tables.comparisons import decided

METRICS = ("iou", "f1")  # those of Table 2 that the hypotheses are about; a panel each
LOOKS = tuple(zip(seaborn.color_palette("colorblind"), "os^vD", strict=False))  # of the scenarios
WORD = 26  # points that the number of a difference beyond the panel takes
SPREAD = 0.25  # rows between the markers of two scenarios of a method
LEAST_ROOM = 5.0  # points
LEGEND_COLUMNS = 3
NAME_LETTERS = 32  # in a line

Entry = tuple[str, ...]  # the names of scenarios that consist of the same pairs, drawn as one


class _Row(NamedTuple):
    """A comparison as it is drawn: where, the difference and its interval in points, and the claimed margins."""

    y: float
    mean: float
    low: float
    high: float
    colour: Colour
    marker: str
    margins: tuple[float, ...]  # none where no hypothesis is about it


def draw_comparisons(
    titles: Titles,
    methods: Sequence[ReportedMethod],
    reference: str,
    scenarios: Sequence[Scenario],
    declared: Mapping[str, Hypothesis],
    table: pd.DataFrame,
) -> Figure:
    """A panel a metric, a row a method, a marker a scenario; scenarios: those shown; table: comparisons.csv.

    Scenarios of the same pairs have the same differences, and so one marker.
    The scale is that of the methods: a control far from all of them is named at the edge, with its difference.
    """
    entries = [scenario.names for scenario in merged(scenarios)]
    first = [entry[0] for entry in entries]
    shown = table[(table["pair"] == "") & table["scenario"].isin(first) & (table["reference"] == reference)]
    shown = shown[shown["metric"].isin(METRICS)].dropna(subset="mean")
    rows = [method for method in methods if method.key in set(shown["against"])]
    names = [textwrap.fill(method.title, NAME_LETTERS) for method in rows]
    present = [entry for entry in entries if entry[0] in set(shown["scenario"])]
    title = f"{titles.method(reference)} against every other method: difference and 95% interval"
    lines = max((name.count("\n") + 1 for name in names), default=1)
    row = max(0.12 + 0.1 * len(present), 0.05 + 0.15 * lines)  # inches, for the markers and for the name
    figure, grid = panels(titles, title, [1.0 + row * max(len(rows), 3)] * len(METRICS), 4.5, columns=2, sharey=True)
    for axes, metric in zip(grid, METRICS, strict=True):
        axes.set_title(METRIC_TITLES[metric], loc="left")
        of_metric = shown[shown["metric"] == metric]
        if of_metric.empty:
            say(axes, "not run")
            continue
        _panel(axes, rows, _rows(of_metric, rows, present, declared, metric))
        axes.set_xlabel(f"{titles.method(reference)} minus the other,\npoints", fontsize=9.5)
    if rows:
        grid[0].set_yticks(range(len(rows)), names, fontsize=9)
        below = {"loc": "outside lower center", "ncols": LEGEND_COLUMNS, "fontsize": 9, "frameon": False}
        figure.legend(handles=_legend(present), **below)
    return figure


def _rows(
    table: pd.DataFrame,
    methods: Sequence[ReportedMethod],
    entries: Sequence[Entry],
    declared: Mapping[str, Hypothesis],
    metric: str,
) -> list[_Row]:
    margins: dict[tuple[str, str], list[float]] = {}
    for each in declared.values():
        if each.metric == metric:
            margins.setdefault((each.scenario, each.against), []).append(margin(each))
    place = {method.key: position for position, method in enumerate(methods)}
    rows = []
    for row in table.itertuples():
        number = next(number for number, entry in enumerate(entries) if entry[0] == row.scenario)
        test = decided(row)
        y = place[row.against] + SPREAD * (number - (len(entries) - 1) / 2)
        claimed = tuple(each for name in entries[number] for each in margins.get((name, row.against), ()))
        rows.append(_Row(y, row.mean, test.low, test.high, *LOOKS[number % len(LOOKS)], claimed))
    return rows


def _panel(axes: Axes, methods: Sequence[ReportedMethod], rows: Sequence[_Row]) -> None:
    for position in range(0, len(methods), 2):
        axes.axhspan(position - 0.5, position + 0.5, color=FAINT, alpha=0.1, linewidth=0)
    axes.axvline(0, color=FAINT, linewidth=1)
    controls = {position for position, method in enumerate(methods) if method.role == "control"}
    left, right = _limits([row for row in rows if round(row.y) not in controls] or rows)
    beside: Counter[tuple[int, bool]] = Counter()  # numbers that stand at an edge of a method's row already
    for row in rows:
        colour = {"color": row.colour}
        if left <= row.mean <= right:
            _interval(axes, row, left, right)
            primary = {"markeredgecolor": INK, "markeredgewidth": 1.4} if row.margins else {}
            axes.plot(row.mean, row.y, row.marker, markersize=6 if primary else 4, zorder=3, **colour, **primary)
        else:
            beyond = row.mean > right
            text = f"{row.mean:+.0f} →" if beyond else f"← {row.mean:+.0f}".replace("-", "−")
            side = {"ha": "right" if beyond else "left", "va": "center", "fontsize": 7.5, "zorder": 4}
            side["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
            place = round(row.y), beyond
            edge, inward = (right, -4 - WORD * beside[place]) if beyond else (left, 4 + WORD * beside[place])
            beside[place] += 1
            axes.annotate(text, (edge, row.y), (inward, 0), textcoords="offset points", **side, **colour)
        for claimed in row.margins:
            ends = [round(row.y) - 0.5, round(row.y) + 0.5]
            axes.plot([claimed] * 2, ends, color=MARK, linewidth=1.8, linestyle=(0, (2, 1)), zorder=2)
    axes.set(xlim=(left, right), ylim=(len(methods) - 0.5, -0.5))
    axes.grid(axis="x", alpha=0.3)


def _interval(axes: Axes, row: _Row, left: float, right: float) -> None:
    """As far as the scale goes; an arrowhead where it goes on."""
    if math.isnan(row.low):
        return
    ends, above = [max(row.low, left), min(row.high, right)], {"color": INK, "zorder": 4} if row.margins else {}
    axes.plot(ends, [row.y] * 2, **({"linewidth": 1.2, "color": row.colour} | above))
    for end, beyond, arrow in ((left, row.low < left, "<"), (right, row.high > right, ">")):
        if beyond:
            axes.plot(end, row.y, arrow, markersize=4, clip_on=False, color=row.colour)


def _limits(rows: Sequence[_Row]) -> tuple[float, float]:
    """Room for every difference and margin, 0 among them, and for intervals of as much again on either side.

    Few seeds give intervals of many times the differences, which would hide these.
    """
    values = np.array([value for row in rows for value in (row.mean, *row.margins)] + [0.0])
    low, high = values.min(), values.max()
    room = max(high - low, LEAST_ROOM)
    ends = np.array([end for row in rows for end in (row.low, row.high) if not math.isnan(end)] + [low, high])
    air = 0.08 * room
    return max(low - room, ends.min()) - air, min(high + room, ends.max()) + air


def _legend(entries: Sequence[Entry]) -> list[Line2D]:
    handles = [
        Line2D(
            [],
            [],
            color=colour,
            marker=marker,
            markersize=5,
            linewidth=1.2,
            label=" = ".join(map(scenario_title, entry)),
        )
        for entry, (colour, marker) in zip(entries, LOOKS, strict=False)
    ]
    primary = {"linestyle": "none", "markerfacecolor": "white", "markeredgecolor": INK, "markeredgewidth": 1.4}
    return [
        *handles,
        Line2D([], [], marker="s", markersize=6, label="black edge: endpoint of a hypothesis", **primary),
        Line2D([], [], color=MARK, linewidth=1.8, linestyle=(0, (2, 1)), label="its claimed margin"),
    ]
