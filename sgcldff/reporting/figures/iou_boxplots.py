"""Boxplots of the IoU of single images (the paper's Figure 5): by class for one method, and by method.

A box spans the quartiles, the whiskers reach 1.5 times that span, and a dot is an image of a test subset in one seed.
"""

from __future__ import annotations

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import FAINT, INK, class_colours, jitter, panels, say
from sgcldff.reporting.run import Material

PALETTE = seaborn.color_palette("colorblind")
MAX_DOTS = 150
"""More dots than these in one box hide each other; an even choice of the sorted values keeps their spread."""


def draw_iou_by_class(material: Material, method: str, scores: pd.DataFrame) -> Figure:
    """A panel a dataset, a box a class; `scores` holds the method's in-domain IoU, a row an image and seed."""
    title = f"IoU of single images by class: {material.method_title(method)}, in-domain"
    most = max((len(material.classes_of(name)) for name in material.own_datasets), default=0)
    figure, grid = panels(material, title, [4.2] * len(material.own_datasets), 1.2 + 0.8 * most, sharey=True)
    colours = class_colours(material.classes)
    for axes, dataset in zip(grid, material.own_datasets, strict=True):
        axes.set_title(material.dataset_title(dataset))
        here = scores[scores["tested_on"] == dataset]
        if here.empty:
            say(axes, _why_empty(material, method, dataset))
            continue
        groups = {name: here.loc[here["label"] == name, "value"] for name in material.classes_of(dataset)}
        for position, (name, values) in enumerate(groups.items()):
            if values.empty:
                axes.text(position, 0.5, "no image", rotation=90, ha="center", va="center", color=FAINT)
            else:
                _box(axes, values, position, colours[name], "vertical")
        axes.set_xticks(range(len(groups)), [f"{name}\nn = {len(values)}" for name, values in groups.items()])
        axes.tick_params(axis="x", labelsize=9)
        axes.set(xlim=(-0.6, len(groups) - 0.4), ylim=(-0.03, 1.03))
        axes.grid(axis="y", alpha=0.3)
    grid[0].set_ylabel("IoU", fontsize=11)
    return figure


def draw_iou_by_method(material: Material, scores: pd.DataFrame) -> Figure:
    """A panel a dataset, a box a method; `scores` holds the in-domain IoU of all methods, a row an image and seed."""
    methods = material.methods()
    height = 1.0 + 0.45 * len(methods)
    title = "IoU of single images by method, in-domain"
    figure, grid = panels(material, title, [height] * len(material.own_datasets), 4.4, sharey=True)
    for axes, dataset in zip(grid, material.own_datasets, strict=True):
        axes.set_title(material.dataset_title(dataset))
        here = scores[scores["tested_on"] == dataset]
        for position, method in enumerate(methods):
            values = here.loc[here["method"] == method, "value"]
            if values.empty:
                text = _why_empty(material, method, dataset)
                axes.text(0.5, position, text, ha="center", va="center", fontsize=10, color=FAINT)
                continue
            _box(axes, values, position, PALETTE[0 if method == material.reference else 7], "horizontal")
        axes.set_yticks(range(len(methods)), [material.method_title(method) for method in methods])
        axes.set(xlim=(-0.03, 1.03), ylim=(len(methods) - 0.4, -0.6))
        axes.set_xlabel("IoU", fontsize=11)
        axes.grid(axis="x", alpha=0.3)
    return figure


def _why_empty(material: Material, method: str, dataset: str) -> str:
    return "no mask" if material.has_run(method, dataset, dataset) else "not run"


def _box(axes: Axes, values: pd.Series, position: int, colour: tuple[float, float, float], orientation: str) -> None:
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
    dots = _choose(values)
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
