"""Boxplots of the IoU of single images (the paper's Figure 5): by class for one method, and by method.

A box spans the quartiles, the whiskers reach 1.5 times that span, and a dot is an image of a test subset in one seed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import FAINT, INK, MARK, Colour, in_lines, jitter, panels, say
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.titles import Titles

PALETTE = seaborn.color_palette("colorblind")
MAX_DOTS = 150  # more in one box hide each other; an even choice of the sorted values keeps their spread

OwnRuns = Collection[tuple[str, str]]  # (method, dataset) where fits on the dataset were tested on its test subsets


def draw_iou_by_class(
    titles: Titles,
    method: str,
    classes: Mapping[str, Sequence[str]],
    colours: Mapping[str, Colour],
    scores: pd.DataFrame,
    own_runs: OwnRuns,
    printed: Mapping[str, str],
    over_classes: str,
) -> Figure:
    """A panel a dataset, a box a class; the axis begins below the least IoU that is drawn.

    classes: dataset -> those of its own fits; colours: of the classes; scores: the in-domain IoU of the method, a row
    an image and seed; printed: class -> the paper's mean IoU, of those that have one; over_classes: that of all.
    """
    claimed = {name: float(value) for name, value in printed.items()}
    lowest = min([*scores["value"], *claimed.values(), float(over_classes)])
    bottom = max(0.0, math.floor(10 * lowest - 0.2) / 10)
    title = f"IoU of single images by class: {titles.method(method)}, in-domain"
    most = max(map(len, classes.values()), default=0)
    figure, grid = panels(titles, title, [4.2] * len(classes), 1.2 + 0.8 * most, sharey=True)
    for axes, (dataset, names) in zip(grid, classes.items(), strict=True):
        axes.set_title(titles.dataset(dataset))
        of_dataset = scores[scores["tested_on"] == dataset]
        if of_dataset.empty:
            say(axes, _why_empty((method, dataset), own_runs))
            continue
        groups = {name: of_dataset.loc[of_dataset["label"] == name, "value"] for name in names}
        for position, (name, values) in enumerate(groups.items()):
            if values.empty:
                axes.text(position, (bottom + 1) / 2, "no image", rotation=90, ha="center", va="center", color=FAINT)
            else:
                _box(axes, values, position, colours[name], "vertical")
            if name in claimed:
                axes.plot([position - 0.42, position + 0.42], [claimed[name]] * 2, color=MARK, linewidth=2, zorder=4)
        axes.axhline(float(over_classes), color=MARK, linewidth=1, linestyle=":")
        labels = [
            f"{name}\nn = {len(values)}" + (f"\npaper {printed[name]}" if name in printed else "")
            for name, values in groups.items()
        ]
        axes.set_xticks(range(len(groups)), labels)
        axes.tick_params(axis="x", labelsize=9)
        axes.set(xlim=(-0.6, len(groups) - 0.4), ylim=(bottom - 0.03, 1.03))
        axes.grid(axis="y", alpha=0.3)
    for axes in grid[::2]:
        axes.set_ylabel("IoU", fontsize=11)
    return figure


def draw_iou_by_method(
    titles: Titles,
    methods: Sequence[ReportedMethod],
    datasets: Sequence[str],
    scores: pd.DataFrame,
    own_runs: OwnRuns,
) -> Figure:
    """A panel a dataset, a box a method that was run on any; scores: their in-domain IoU, a row an image and seed.

    The axis begins below the whiskers of what is no control, so that boxes are wide enough to be read; how many images
    lie below it stands at its left end, and of a control the median.
    """
    run = {key for key, _ in own_runs}
    methods = [method for method in methods if method.key in run]
    names = [in_lines(method.title) for method in methods]
    height = 1.0 + 0.36 * max(len(methods), 3)
    title = "IoU of single images by method, in-domain"
    figure, grid = panels(titles, title, [height] * len(datasets), 3.0, columns=3, sharey=True)
    for axes, dataset in zip(grid, datasets, strict=True):
        of_dataset = scores[scores["tested_on"] == dataset]
        of_each = {method: of_dataset.loc[of_dataset["method"] == method.key, "value"] for method in methods}
        left = _left_end([values for method, values in of_each.items() if method.role != "control"])
        middle, width = (left + 1) / 2, 1 - left
        for position, (method, values) in enumerate(of_each.items()):
            if values.empty or method.role == "control":
                text = _why_empty((method.key, dataset), own_runs) if values.empty else f"median {values.median():.2f}"
                axes.text(middle, position, text, ha="center", va="center", fontsize=10, color=FAINT)
                continue
            shown = values[values >= left]
            _box(axes, values, position, PALETTE[0 if method.role == "reference" else 7], "horizontal", shown)
            if below := len(values) - len(shown):
                axes.text(left, position, f"‹{below}", ha="left", va="center", fontsize=8.5, color=INK)
        axes.set_title(f"{titles.dataset(dataset)} (n = {max(map(len, of_each.values()), default=0)})")
        axes.set_yticks(range(len(methods)), names, fontsize=9)
        axes.set(xlim=(left - 0.03 * width, 1 + 0.03 * width), ylim=(len(methods) - 0.4, -0.6))
        axes.set_xlabel("IoU", fontsize=11)
        axes.grid(axis="x", alpha=0.3)
    return figure


def _left_end(boxes: Sequence[pd.Series]) -> float:
    """A tenth, or half of one, below the lowest whisker; 0 where there is no box."""
    whiskers = []
    for values in boxes:
        low, high = values.quantile([0.25, 0.75])
        whiskers.append(values[values >= low - 1.5 * (high - low)].min())
    lowest = min((each for each in whiskers if not math.isnan(each)), default=0.0)
    return max(0.0, math.floor(20 * lowest) / 20)


def _why_empty(wanted: tuple[str, str], own_runs: OwnRuns) -> str:
    return "no mask" if wanted in own_runs else "not run"


def _box(
    axes: Axes, values: pd.Series, position: int, colour: Colour, orientation: str, shown: pd.Series | None = None
) -> None:
    """shown: the values that are drawn as dots, where not all are."""
    axes.boxplot(
        values,
        positions=[position],
        orientation=orientation,
        widths=0.6,
        showfliers=False,
        patch_artist=True,
        manage_ticks=False,
        boxprops={"facecolor": (*colour, 0.45), "edgecolor": INK},
        medianprops={"color": INK, "linewidth": 1.6},
    )
    dots = _choose(values if shown is None else shown)
    across = position + jitter(len(dots), 0.2)
    x, y = (across, dots) if orientation == "vertical" else (dots, across)
    axes.scatter(x, y, s=6, alpha=0.3, color=INK, linewidths=0, zorder=3)


def _choose(values: pd.Series) -> pd.Series:
    """At most MAX_DOTS of the values, evenly spaced in their order, smallest and largest among them."""
    if len(values) <= MAX_DOTS:
        return values
    ordered = values.sort_values()
    steps = [round(index * (len(ordered) - 1) / (MAX_DOTS - 1)) for index in range(MAX_DOTS)]
    return ordered.iloc[steps]
