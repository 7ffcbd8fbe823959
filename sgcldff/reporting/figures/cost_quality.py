"""Cost against quality: multiply-adds of one image beside the in-domain scores of every method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import seaborn
from adjustText import adjust_text
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from sgcldff.config.experiment import Experiment
from sgcldff.reporting.figures.style import FAINT, INK, panels, say
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.results import Results
from sgcldff.reporting.titles import Titles

METRICS = ("f1", "iou")  # a panel each
PALETTE = seaborn.color_palette("colorblind")
LEGEND_COLUMNS = 2
MOST_STEPS = 400  # in which the numbers are moved apart
LOOKS = {  # role -> colour and marker
    "reference": (INK, "*"),
    "ablation": (PALETTE[0], "o"),
    "baseline": (PALETTE[1], "s"),
    "shift": (PALETTE[2], "^"),
    "control": (FAINT, "D"),
}


class _Point(NamedTuple):
    """cost: multiply-adds, NaN where none are counted."""

    number: str
    role: str
    cost: float
    mean: float
    sd: float


def draw_cost_quality(
    experiment: Experiment,
    titles: Titles,
    methods: Sequence[ReportedMethod],
    scenario: str,
    results: Results,
    costs: pd.DataFrame,
) -> Figure:
    """A numbered point a method with its SD over seeds; scenario: the in-domain one; costs: `cost_rows`.

    A method without multiply-adds to count stands in a strip of its own, left of the axis. One that predicts with the
    fit of another has the cost of that one by construction, and is left out.
    """
    title = "Cost and quality in-domain: multiply-adds of one image, mean and SD over seeds"
    spent = dict(zip(costs["method"], costs["multiply_adds"].astype(float), strict=True))
    values = {
        metric: {method.key: results.value(scenario, "", method.key, metric) for method in methods}
        for metric in METRICS
    }
    shown = [
        method
        for method in methods
        if method.key in spent
        and experiment.fitted_as(method.key) == method.key
        and any(not math.isnan(values[metric][method.key].mean) for metric in METRICS)
    ]
    legend = 0.2 * math.ceil(len(shown) / LEGEND_COLUMNS) + 0.1
    heights = [3.1 + legend / len(METRICS)] * len(METRICS)
    figure, grid = panels(titles, title, heights, 9.0, columns=1)
    points = {
        metric: [
            _Point(str(number), method.role, spent[method.key], value.mean, value.sd)
            for number, method in enumerate(shown, 1)
            if not math.isnan((value := values[metric][method.key]).mean)
        ]
        for metric in METRICS
    }
    every = [point for of_metric in points.values() for point in of_metric]  # both panels have one scale
    for axes, metric in zip(grid, METRICS, strict=True):
        axes.set_ylabel(METRIC_TITLES[metric])
        if points[metric]:
            _panel(axes, points[metric], every)
        else:
            say(axes, "not run")
    if shown:
        handles = [_handle(f"{number}  {method.title}", method.role) for number, method in enumerate(shown, 1)]
        below = {"loc": "outside lower center", "ncols": LEGEND_COLUMNS, "fontsize": 8.5, "frameon": False}
        figure.legend(handles=handles, **below)
        figure.draw_without_rendering()  # the numbers are moved apart where the layout has put the panels
        for axes, metric in zip(grid, METRICS, strict=True):
            _number(axes, points[metric], every)
    return figure


def _panel(axes: Axes, points: Sequence[_Point], every: Sequence[_Point]) -> None:
    low, high = _range(every)
    strip = _strip(every)
    for point in points:
        colour, marker = LOOKS[point.role]
        error = {"yerr": point.sd if point.sd > 0 else None, "elinewidth": 1}
        error["zorder"] = 4 if point.role == "reference" else 2  # its arms cost nearly the same
        place = strip if math.isnan(point.cost) else point.cost
        axes.errorbar(place, point.mean, color=colour, fmt=marker, markersize=_size(point.role), **error)
    axes.set_xscale("log")
    room = low / strip
    none = any(math.isnan(point.cost) for point in every)
    left = low / math.sqrt(room)
    axes.set(xlim=(strip / math.sqrt(room) if none else left, high * math.sqrt(room)))
    if none:
        axes.axvspan(axes.get_xlim()[0], left, color=FAINT, alpha=0.12, linewidth=0)
        said = {"ha": "center", "va": "bottom", "fontsize": 8, "color": FAINT}
        axes.text(strip, 0.02, "none counted", transform=axes.get_xaxis_transform(), **said)
    right = high * math.sqrt(room)
    ticks = [tick for tick in LogLocator(subs=(1, 2, 5)).tick_values(left, right) if left <= tick <= right]
    axes.set_xticks(ticks, [f"{tick / 1e6:,g}" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("multiply-adds of one image, millions", fontsize=10)
    axes.margins(y=0.12)
    axes.grid(alpha=0.3)


def _range(points: Sequence[_Point]) -> tuple[float, float]:
    """The least and the most multiply-adds; any where no method has some to count."""
    counted = [point.cost for point in points if not math.isnan(point.cost)]
    return (min(counted), max(counted)) if counted else (1e6, 1e6)


def _strip(points: Sequence[_Point]) -> float:
    """Where methods without any stand on the logarithmic axis: a seventh of its length left of the others."""
    low, high = _range(points)
    return low / max((high / low) ** 0.15, 1.3)


def _number(axes: Axes, points: Sequence[_Point], every: Sequence[_Point]) -> None:
    if not points:
        return
    strip = _strip(every)
    x = [strip if math.isnan(point.cost) else point.cost for point in points]
    y = [point.mean for point in points]
    texts = [
        axes.text(place, point.mean, point.number, fontsize=8.5, color=INK)
        for place, point in zip(x, points, strict=True)
    ]
    line = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.6}
    # Steps, not its limit of seconds: the figure is the same on a busy machine.
    steps = {"iter_lim": MOST_STEPS, "expand": (2.0, 2.2), "force_text": (0.3, 0.3)}
    adjust_text(texts, x=x, y=y, ax=axes, arrowprops=line, **steps)


def _size(role: str) -> int:
    return 10 if role == "reference" else 6


def _handle(label: str, role: str) -> Line2D:
    colour, marker = LOOKS[role]
    return Line2D([], [], color=colour, marker=marker, markersize=_size(role) * 0.8, linestyle="none", label=label)
