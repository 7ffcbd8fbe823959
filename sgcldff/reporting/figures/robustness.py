"""Robustness curves: scores against how strongly the test images were perturbed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sgcldff.config.experiment import Axis
from sgcldff.reporting.figures.style import FAINT, INK, LINES, panels, say
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.methods import ReportedMethod, of_roles
from sgcldff.reporting.sections.robustness import strength
from sgcldff.reporting.titles import Titles
from sgcldff.tables.robustness import SCORE

METRICS = ("f1", "iou")  # a column of panels each
# Without its grey, which is that of the controls.
COLOURS = [colour for index, colour in enumerate(seaborn.color_palette("colorblind")) if index != 7]
LEGEND_COLUMNS = 3
UNITS = {  # kind of an axis -> what its ticks count
    "hue": "hue turned by (°)",
    "concentration": "density changed by (factor)",
    "blur": "SD of the blur (pixels of 224)",
    "noise": "SD of the noise (grey levels)",
    "illumination": "light lost across (%)",
    "resolution": "reduced by (factor)",
    "jpeg": "compressed to (quality)",
}


def draw_robustness(
    titles: Titles, methods: Sequence[ReportedMethod], perturbed_axes: Mapping[str, Axis], table: pd.DataFrame
) -> Figure:
    """Two axes a row, a panel a metric, a curve a method on the mean over the datasets: those that do both tasks.

    table: robustness.csv of the statistics. The band is the 95% interval of the reference.
    """
    title = "Robustness: scores on perturbed test images, mean over the datasets"
    shown = table[(table["dataset"] == "") & (table["quantity"] == SCORE)]
    looks = _looks(methods, _of_both_tasks(shown))
    legend = 0.24 * math.ceil(len(looks) / LEGEND_COLUMNS) + 0.1
    rows = math.ceil(len(perturbed_axes) / 2)
    heights = [2.4 + legend / rows] * len(METRICS) * len(perturbed_axes) if perturbed_axes else [2.0]
    figure, grid = panels(titles, title, heights, 2.45, columns=2 * len(METRICS))
    if not perturbed_axes:
        say(grid[0], "no perturbation in the configuration")
        return figure
    wanted = [(key, metric) for key in perturbed_axes for metric in METRICS]
    for axes, (key, metric) in zip(grid, wanted, strict=True):
        axes.set_title(perturbed_axes[key].title, loc="left", fontsize=9)
        axes.set_ylabel(METRIC_TITLES[metric], fontsize=9)
        curves = shown[(shown["axis"] == key) & (shown["metric"] == metric)]
        if curves["level"].max() > 0:
            _panel(axes, methods, perturbed_axes[key], curves, looks)
        else:
            say(axes, "not run")
    if looks:
        handles = [Line2D([], [], label=titles.method(method), **look) for method, look in looks.items()]
        below = {"loc": "outside lower center", "ncols": LEGEND_COLUMNS, "handlelength": 3.2}
        figure.legend(handles=handles, fontsize=9, frameon=False, **below)
    return figure


def _of_both_tasks(table: pd.DataFrame) -> set[str]:
    """The methods that have every metric; curves of all would hide each other, and stand in the tables."""
    measured = table[table["metric"].isin(METRICS) & table["mean"].notna()]
    metrics = measured.groupby("method")["metric"].nunique()
    return set(metrics.index[metrics == len(METRICS)])


def _looks(methods: Sequence[ReportedMethod], run: set[str]) -> dict[str, dict[str, Any]]:
    """How the curve of each method that was run is drawn: ablations solid, baselines in the other line styles."""
    looks: dict[str, dict[str, Any]] = {}
    for method in of_roles(methods, "reference"):
        looks[method.key] = {"color": INK, "linewidth": 2.8, "zorder": 4}
    for role, styles in (("ablation", LINES[:1]), ("baseline", LINES[1:])):
        for number, method in enumerate(of_roles(methods, role)):
            style = styles[number // len(COLOURS) % len(styles)]
            looks[method.key] = {"color": COLOURS[number % len(COLOURS)], "linewidth": 1.2, "linestyle": style}
    for number, method in enumerate(of_roles(methods, "control")):
        looks[method.key] = {"color": FAINT, "linewidth": 1.2, "linestyle": LINES[1 + number % (len(LINES) - 1)]}
    return {method: look for method, look in looks.items() if method in run}


def _panel(
    axes: Axes,
    methods: Sequence[ReportedMethod],
    axis: Axis,
    curves: pd.DataFrame,
    looks: Mapping[str, dict[str, Any]],
) -> None:
    references = {method.key for method in of_roles(methods, "reference")}
    for method, look in looks.items():
        curve = curves[curves["method"] == method].sort_values("level")
        axes.plot(curve["level"], curve["mean"], marker="o", markersize=3, **look)
        if method in references:
            axes.fill_between(curve["level"], curve["ci_low"], curve["ci_high"], color=INK, alpha=0.12, linewidth=0)
    _limit(axes, of_roles(methods, "control"), curves)
    levels = [0, *axis.levels]
    axes.set_xticks(levels, [strength(axis, level) if level else "none" for level in levels])
    axes.set_xlabel(UNITS[axis.kind], fontsize=9)
    axes.tick_params(labelsize=9)
    axes.grid(alpha=0.3)


def _limit(axes: Axes, controls: Sequence[ReportedMethod], curves: pd.DataFrame) -> None:
    """A scale for the methods; a control far below them would leave them a narrow strip, and is named instead."""
    titles = {method.key: method.title for method in controls}
    control = curves["method"].isin(titles)
    lowest = max(0.0, (curves[control] if control.all() else curves[~control])["mean"].min() - 0.05)
    axes.set_ylim(lowest, 1.02)
    below = curves[control].groupby("method")["mean"].max() < lowest
    if names := [titles[method] for method in below.index[below]]:
        text = f"below: {', '.join(names)}"
        axes.text(0.02, 0.02, text, transform=axes.transAxes, fontsize=8, color=FAINT)
