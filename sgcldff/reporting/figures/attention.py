"""Attention leakage: how much of S and of Grad-CAM lies outside the cell, beside the same network untrained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import FAINT, INK, MARK, panels, say
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.titles import Titles
from sgcldff.tables.attention import RANDOM, TRAINED

MAPS = {"saliency_outside": "saliency map S", "cam_outside": "Grad-CAM"}  # a panel each
COLOURS = {TRAINED: seaborn.color_palette("colorblind")[0], RANDOM: FAINT}
LABELS = {TRAINED: "trained", RANDOM: "random weights"}
HEIGHT = 0.38  # of a bar; those of a method stand below each other


def draw_attention(titles: Titles, methods: Sequence[ReportedMethod], table: pd.DataFrame) -> Figure:
    """Bars with 95% intervals; dashed: a uniform map. table: attention.csv of the statistics."""
    title = "Attention leakage: share outside the cell, test images, mean over the datasets"
    shown = table[(table["dataset"] == "") & (table["against"] == "")]
    bars = shown[shown["metric"].isin(list(MAPS))]
    drawn = [method for method in methods if method.key in set(bars["method"])]
    figure, grid = panels(titles, title, [1.4 + 0.5 * len(drawn)] * len(MAPS), 4.8, columns=len(MAPS), sharey=True)
    if not drawn:
        for axes in grid:
            say(axes, "not measured")
        return figure
    area = shown.loc[shown["metric"] == "area_outside", "mean"].mean()
    for axes, (metric, name) in zip(grid, MAPS.items(), strict=True):
        axes.set_title(name, loc="left", fontsize=11)
        for offset, weights in ((-HEIGHT / 2, TRAINED), (HEIGHT / 2, RANDOM)):
            _bars(axes, drawn, bars[(bars["metric"] == metric) & (bars["weights"] == weights)], offset, weights)
        axes.axvline(area, color=MARK, linestyle="--", linewidth=1.2, label="a uniform map")
        axes.set(xlim=(0, 1), ylim=(len(drawn) - 0.4, -0.6), yticks=range(len(drawn)))
        axes.set_yticklabels([method.title for method in drawn])
        axes.set_xlabel("share outside the cell", fontsize=10)
        axes.grid(axis="x", alpha=0.3)
    below = {"loc": "outside lower center", "ncols": 3, "fontsize": 9, "frameon": False}
    figure.legend(*grid[-1].get_legend_handles_labels(), **below)
    return figure


def _bars(axes: Axes, methods: Sequence[ReportedMethod], rows: pd.DataFrame, offset: float, weights: str) -> None:
    """A bar a method that has the map; an interval where there is one, within the scale of a share."""
    of = rows.set_index("method")
    have = [(position, method.key) for position, method in enumerate(methods) if method.key in of.index]
    keys = [key for _, key in have]
    places = np.array([position + offset for position, _ in have])
    means, low, high = (of.loc[keys, name].to_numpy(float) for name in ("mean", "ci_low", "ci_high"))
    axes.barh(places, means, HEIGHT, color=COLOURS[weights], alpha=0.7, label=LABELS[weights])
    bounded = ~np.isnan(low)
    ends = np.clip(low[bounded], 0, 1), np.clip(high[bounded], 0, 1)
    axes.hlines(places[bounded], *ends, color=INK, linewidth=1.4)
    axes.plot(np.concatenate(ends), np.tile(places[bounded], 2), "|", color=INK, markersize=6)
    for position in set(range(len(methods))) - {position for position, _ in have} if weights == TRAINED else ():
        axes.text(0.02, position, "no map", va="center", fontsize=9, color=FAINT)
