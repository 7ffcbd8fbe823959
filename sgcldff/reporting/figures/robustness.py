"""Robustness curves: scores against how far the stain of the test images was shifted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sgcldff.reporting.figures.style import FAINT, INK, LINES, panels, say
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.robustness_table import amount
from sgcldff.reporting.run import Material

METRICS = ("f1", "iou")
COLOURS = [colour for index, colour in enumerate(seaborn.color_palette("colorblind")) if index != 7]
"""Without its grey, which is that of the controls."""
LEGEND_COLUMNS = 3
UNITS = {"hue": "hue turned either way by", "concentration": "density multiplied or divided by"}


def draw_robustness(material: Material, table: pd.DataFrame) -> Figure:
    """A row of panels an axis, a panel a metric, a curve a method on the mean over the datasets.

    table: as `read_robustness` gives it. The band is the 95% interval of the reference.
    """
    axes_of = material.axes
    title = "Robustness to the stain: scores on stain-shifted test images, mean over the datasets"
    looks = _looks(material, set(table["method"]))
    legend = 0.24 * math.ceil(len(looks) / LEGEND_COLUMNS) + 0.1
    heights = [3.3 + legend / len(axes_of)] * len(METRICS) * len(axes_of) if axes_of else [2.0]
    figure, grid = panels(material, title, heights, 4.8, columns=len(METRICS))
    if not axes_of:
        say(grid[0], "no stain shift in the configuration")
        return figure
    shown = table[(table["dataset"] == "") & (table["quantity"] == "score")]
    wanted = [(key, metric) for key in axes_of for metric in METRICS]
    for axes, (key, metric) in zip(grid, wanted, strict=True):
        title = axes_of[key]["title"]
        axes.set_title(f"{METRIC_TITLES[metric]}, {title}", loc="left", fontsize=11)
        curves = shown[(shown["axis"] == key) & (shown["metric"] == metric)]
        if curves["level"].max() > 0:
            _panel(axes, material, axes_of[key], curves, looks)
        else:
            say(axes, "not run")
    if looks:
        handles = [Line2D([], [], label=material.method_title(method), **look) for method, look in looks.items()]
        below = {"loc": "outside lower center", "ncols": LEGEND_COLUMNS, "handlelength": 3.2}
        figure.legend(handles=handles, fontsize=9, frameon=False, **below)
    return figure


def _looks(material: Material, run: set[str]) -> dict[str, dict[str, Any]]:
    """How the curve of each method that was run is drawn: ablations solid, baselines in the other line styles."""
    looks = {method: {"color": INK, "linewidth": 2.8, "zorder": 4} for method in material.methods("reference")}
    for role, styles in (("ablation", LINES[:1]), ("baseline", LINES[1:])):
        for number, method in enumerate(material.methods(role)):
            style = styles[number // len(COLOURS) % len(styles)]
            looks[method] = {"color": COLOURS[number % len(COLOURS)], "linewidth": 1.2, "linestyle": style}
    looks |= {method: {"color": FAINT, "linewidth": 1.2, "linestyle": "--"} for method in material.methods("control")}
    return {method: look for method, look in looks.items() if method in run}


def _panel(
    axes: Axes, material: Material, axis: Mapping[str, Any], curves: pd.DataFrame, looks: Mapping[str, dict[str, Any]]
) -> None:
    for method, look in looks.items():
        curve = curves[curves["method"] == method].sort_values("level")
        axes.plot(curve["level"], curve["mean"], marker="o", markersize=3, **look)
        if method == material.reference:
            axes.fill_between(curve["level"], curve["ci_low"], curve["ci_high"], color=INK, alpha=0.12, linewidth=0)
    _limit(axes, material, curves)
    levels = [0, *axis["levels"]]
    axes.set_xticks(levels, [f"{level:g}\n{amount(axis, level) if level else 'none'}" for level in levels])
    axes.set_xlabel(f"level: {UNITS[axis['kind']]}", fontsize=10)
    axes.grid(alpha=0.3)


def _limit(axes: Axes, material: Material, curves: pd.DataFrame) -> None:
    """A scale for the methods; a control far below them would leave them a narrow strip, and is named instead."""
    control = curves["method"].isin(material.methods("control"))
    lowest = max(0.0, (curves[control] if control.all() else curves[~control])["mean"].min() - 0.05)
    axes.set_ylim(lowest, 1.02)
    below = curves[control].groupby("method")["mean"].max() < lowest
    if names := [material.method_title(method) for method in below.index[below]]:
        told = f"below this panel: {', '.join(names)}"
        axes.text(0.02, 0.02, told, transform=axes.transAxes, fontsize=9, color=FAINT)
