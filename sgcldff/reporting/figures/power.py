"""Power curves: how often each hypothesis's test would decide, against the number of seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sgcldff.config.declared import Hypothesis
from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.style import FAINT, INK, MARK, panels, say
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.sections.hypotheses import average_of, margin
from sgcldff.reporting.titles import Titles

WANTED = 0.8  # four times in five


def draw_power(titles: Titles, declared: Mapping[str, Hypothesis], tests: pd.DataFrame, curves: pd.DataFrame) -> Figure:
    """A panel a hypothesis: power at the observed mean and SD; the seeds that were run are marked.

    tests: hypotheses.csv; curves: power.csv of the statistics.
    """
    title = "Power of the hypotheses' tests, if mean and SD were those observed (in brackets: 80% interval)"
    figure, grid = panels(titles, title, [3.4] * len(declared) or [2.0], 4.4)
    if not declared:
        say(grid[0], "no hypothesis in the configuration")
    for axes, (key, hypothesis) in zip(grid, declared.items(), strict=False):
        metric = metric_title(hypothesis.metric)
        against = titles.method(hypothesis.against)
        axes.set_title(f"{key}: {metric}, {against}", loc="left", fontsize=11)
        curve = curves[curves["hypothesis"] == key]
        averages = average_of(tests, key)
        if curve.empty or averages.empty:
            say(axes, "not run" if averages.empty else "no spread between seeds, no power")
            continue
        _panel(axes, curve, next(averages.itertuples()))
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3, fontsize=10, frameon=False)
    return figure


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=INK, linewidth=2, label="power"),
        Line2D([], [], color=INK, linestyle="none", marker="o", markersize=8, label="seeds that were run"),
        Line2D([], [], color=MARK, linewidth=1.2, linestyle="--", label="four times in five"),
    ]


def _panel(axes: Axes, curve: pd.DataFrame, test: Any) -> None:
    axes.axhline(WANTED, color=MARK, linewidth=1.2, linestyle="--")
    axes.plot(curve["n"], curve["power"], color=INK, linewidth=2)
    run = curve[curve["n"] == test.n]
    axes.plot(run["n"], run["power"], marker="o", markersize=8, color=INK, linestyle="none")
    limit = margin(test)
    towards = "above" if test.mean > limit else "below"
    low = curve["power"].iloc[-1] < 0.5
    seeds = md.seeds_needed(test.pairs_needed, test.pairs_needed_low, test.pairs_needed_high)
    needed = "" if math.isnan(test.pairs_needed) else f"\n{seeds} seeds decide"
    axes.text(
        0.97,
        0.72 if low else 0.06,  # where the curve is not
        f"mean {md.points(test.mean, 2)}, SD {md.number(test.sd, 2)}\n"
        f"test: {towards} the margin of {md.number(limit, 1)}{needed}",
        transform=axes.transAxes,
        ha="right",
        va="top" if low else "bottom",
        fontsize=9,
        color=FAINT,
    )
    axes.set(xlim=(0, curve["n"].max() + 1), ylim=(-0.02, 1.03))
    axes.set_xlabel("seeds", fontsize=11)
    axes.set_ylabel("power", fontsize=11)
    axes.grid(alpha=0.3)
