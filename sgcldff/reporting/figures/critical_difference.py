"""Demsar's critical-difference diagram: mean ranks on a line, bars join what Nemenyi's test does not divide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import INK, MARK, in_lines, panels, say
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.scenarios import Scenario, merged
from sgcldff.reporting.titles import Titles

# Inches.
GAP, LINE = 0.1, 0.16  # between two names, and of each of their lines
ABOVE, FIRST, BAR = 0.75, 0.2, 0.18  # above the axis, below it before the first name, and a bar
Joined = Sequence[tuple[int, int]]  # the first and last place of each group that is not divided


def draw_critical_difference(
    title: str, methods: Sequence[str], ranks: Sequence[float], critical: float, joined: Joined
) -> Figure:
    """methods, ranks: best first."""
    names = [in_lines(method) for method in methods]
    figure = Figure(figsize=(8, 0.6 + _height(names, joined)), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, fontsize=12, color=INK)
    _diagram(axes, names, ranks, critical, joined)
    return figure


def draw_critical_differences(titles: Titles, scenarios: Sequence[Scenario], table: pd.DataFrame) -> Figure:
    """A diagram a scenario and metric, those of the same pairs once; table: ranks.csv."""
    title = "Mean ranks of the methods, 1 is the best"
    shown = [
        (scenario, metric, of_metric)
        for scenario in merged(scenarios)
        for metric, of_metric in table[table["scenario"] == scenario.name].groupby("metric", sort=False)
    ]
    if not shown:
        figure, (axes,) = panels(titles, title, [2.0], 8)
        say(axes, "not run")
        return figure
    names = [[in_lines(titles.method(key)) for key in rows["method"]] for *_, rows in shown]
    joined = [_joined(rows["groups"]) for *_, rows in shown]
    heights = [0.4 + _height(*each) for each in zip(names, joined, strict=True)]
    figure, grid = panels(titles, title, heights, 8, columns=1)
    for axes, (scenario, metric, rows), named, groups in zip(grid, shown, names, joined, strict=True):
        first = rows.iloc[0]
        n = f"n = {first['blocks']:.0f} blocks: {first['pairs']:.0f} pairs of datasets × {first['seeds']:.0f} seeds"
        axes.set_title(f"{METRIC_TITLES[metric]}, {scenario.title.lower()} ({n})", fontsize=11, color=INK)
        _diagram(axes, named, list(rows["rank"]), first["critical"], groups)
    return figure


def _joined(groups: pd.Series) -> list[tuple[int, int]]:
    """First and last place of each letter."""
    places = {letter: [at for at, has in enumerate(groups) if letter in has] for letter in sorted(set("".join(groups)))}
    return [(found[0], found[-1]) for found in places.values()]


def _thickness(name: str) -> float:
    """Inches that a name takes, with the gap to the next."""
    return GAP + LINE * (1 + name.count("\n"))


def _depths(names: Sequence[str], joined: Joined) -> list[float]:
    """Inches below the axis of the middle of each name: the first half on the left, the others up the right."""
    half = (len(names) + 1) // 2
    depths = []
    for side in (names[:half], names[half:][::-1]):
        edges = np.cumsum([FIRST + BAR * len(joined), *map(_thickness, side)])
        depths.append(list((edges[:-1] + edges[1:]) / 2))
    left, right = depths
    return [*left, *right[::-1]]


def _height(names: Sequence[str], joined: Joined) -> float:
    """Inches."""
    return ABOVE + max(_depths(names, joined)) + LINE * 2


def _diagram(axes: Axes, names: Sequence[str], ranks: Sequence[float], critical: float, joined: Joined) -> None:
    k, depths = len(names), _depths(names, joined)
    axes.set(xlim=(1 - 0.55 * (k - 1), k + 0.55 * (k - 1)), ylim=(ABOVE - _height(names, joined), ABOVE))
    axes.axis("off")
    axes.hlines(0, 1, k, color=INK, linewidth=1.2)
    for rank in range(1, k + 1):
        axes.vlines(rank, 0, 0.06, color=INK, linewidth=1.2)
        axes.text(rank, 0.09, str(rank), ha="center", va="bottom", fontsize=10, color=INK)
    shown = min(critical, k - 1)
    axes.hlines(0.45, 1, 1 + shown, color=MARK, linewidth=2)
    beyond = " (beyond the axis)" if critical > k - 1 else ""
    axes.text(1, 0.5, f"critical difference {critical:.2f}{beyond}", va="bottom", fontsize=10, color=MARK)
    for place, (name, rank, depth) in enumerate(zip(names, ranks, depths, strict=True)):
        left = place < (k + 1) // 2
        edge = 1 - 0.08 * (k - 1) if left else k + 0.08 * (k - 1)
        axes.plot([rank, rank, edge], [0, -depth, -depth], color=INK, linewidth=0.9)
        side = "right" if left else "left"
        axes.annotate(
            f"{name} ({rank:.2f})",
            (edge, -depth),
            (-4 if left else 4, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            multialignment=side,
            fontsize=9.5,
            color=INK,
        )
    for level, (first, last) in enumerate(joined):
        axes.hlines(-(0.13 + BAR * level), ranks[first] - 0.03, ranks[last] + 0.03, color=INK, linewidth=4)
