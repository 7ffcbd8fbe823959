"""Mean ranks with Nemenyi's critical difference: where the test does not divide two methods, their intervals overlap.

It is Demsar's diagram with one row a method, so that many methods and scenarios stand side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import FAINT, INK, MARK, in_lines, panels, say, say_beside
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.scenarios import Scenario, merged
from sgcldff.reporting.titles import Titles

LINE, FRAME = 0.16, 1.15  # inches: of a line of names, and of a panel around its rows
COLUMNS = 3


def draw_critical_difference(title: str, methods: Sequence[str], ranks: Sequence[float], critical: float) -> Figure:
    """methods, ranks: best first."""
    names = [in_lines(method) for method in methods]
    figure = Figure(figsize=(8, _height(names)), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, fontsize=12, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    _panel(axes, names, dict(enumerate(ranks)), critical)
    return figure


def draw_critical_differences(
    titles: Titles, methods: Sequence[ReportedMethod], scenarios: Sequence[Scenario], table: pd.DataFrame
) -> Figure:
    """A panel a metric and scenario, those of the same pairs once; a row a method that has a rank; table: ranks.csv."""
    title = "Mean ranks of the methods: those whose intervals overlap are not told apart"
    shown = [
        (metric, scenario, rows)
        for metric, of_metric in table.groupby("metric", sort=False)
        for scenario in merged(scenarios)
        if not (rows := of_metric[of_metric["scenario"] == scenario.name]).empty
    ]
    if not shown:
        figure, (axes,) = panels(titles, title, [2.0], 8)
        say(axes, "not run")
        return figure
    ranked = {method for *_, rows in shown for method in rows["method"]}
    methods = [method for method in methods if method.key in ranked]
    names = [in_lines(method.title) for method in methods]
    figure, grid = panels(titles, title, [_height(names)] * len(shown), 3.2, columns=COLUMNS, sharey=True)
    for axes, (metric, scenario, rows) in zip(grid, shown, strict=True):
        first = rows.iloc[0]
        n = f"n = {first['pairs']:.0f} pairs × {first['seeds']:.0f} seeds"
        axes.set_title(f"{METRIC_TITLES[metric]}, {scenario.title.lower()}\n{n}", fontsize=10.5, color=INK)
        rank = rows.set_index("method")["rank"]
        ranks = {row: rank[method.key] for row, method in enumerate(methods) if method.key in rank.index}
        _panel(axes, names, ranks, first["critical"])
    return figure


def _height(names: Sequence[str]) -> float:
    """Rows lie at equal distances, so that each is as high as the longest name."""
    return FRAME + len(names) * (0.08 + LINE * max(1 + name.count("\n") for name in names))


def _panel(axes: Axes, names: Sequence[str], ranks: dict[int, float], critical: float) -> None:
    """ranks: row -> mean rank. Black: not to be told apart from the best."""
    best = min(ranks.values())
    axes.axvspan(best - critical / 2, best + critical / 2, color=MARK, alpha=0.1, linewidth=0)
    for row, rank in ranks.items():
        colour = INK if rank - best <= critical else FAINT
        axes.errorbar(rank, row, xerr=critical / 2, color=colour, fmt="o", markersize=5, capsize=3, linewidth=1.4)
        say_beside(axes, row, [f"{rank:.1f}"], 8.5, colour)
    for row in set(range(len(names))) - set(ranks):
        say_beside(axes, row, ["none"], 8.5, FAINT)  # does not do the task
    axes.set_yticks(range(len(names)), names, fontsize=9)
    ends = [min(1, min(ranks.values()) - critical / 2), max(len(ranks), max(ranks.values()) + critical / 2)]
    axes.set(xlim=(ends[0] - 0.5, ends[1] + 0.5), ylim=(len(names) - 0.4, -0.6))
    axes.set_xlabel(f"mean rank, 1 is the best\n(critical difference {critical:.2f})", fontsize=10)
    axes.grid(axis="x", alpha=0.3)
