"""The network as it was built (the paper's Figure 1): its blocks with output shapes, parameters and multiply-adds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from sgcldff.reporting.figures.style import FAINT, INK, panels, say
from sgcldff.reporting.titles import Titles

PALETTE = seaborn.color_palette("colorblind")
KINDS = {  # block without its number -> title and colour
    "input": ("Input image", FAINT),
    "prior": ("Prior A", FAINT),
    "saliency": ("Saliency module, S", PALETTE[1]),
    "gate": ("Gate by S", PALETTE[1]),
    "cnn": ("CNN stage", PALETTE[0]),
    "swin": ("Swin pair, F", PALETTE[4]),
    "fusion": ("Cross-layer fusion", PALETTE[2]),
    "deepest": ("Deepest map alone", PALETTE[2]),
    "segment": ("Segmentation head", PALETTE[3]),
    "classify": ("Classification head", PALETTE[3]),
}
COLUMNS = {"cnn": 0, "gate": 1, "swin": 2, "fusion": 3, "deepest": 3, "segment": 4, "classify": 4}
WIDTH, HEIGHT = 1.56, 0.72  # of a box
ACROSS, DOWN = 1.86, 1.06  # from one box to the next; all in inches


class _Box(NamedTuple):
    """Its middle and its height."""

    x: float
    y: float
    height: float = HEIGHT


def draw_architecture(titles: Titles, method: str, blocks: pd.DataFrame) -> Figure:
    """Boxes with arrows from what each block reads; blocks: architecture.csv, without rows where the fit failed."""
    title = f"{titles.method(method)} as it was built: output shape, parameters and multiply-adds of one image"
    places = _places(list(blocks["block"]))
    deepest = min((box.y for box in places.values()), default=-1.0)
    figure, (axes,) = panels(titles, title, [DOWN - deepest if places else 2.0], 5 * ACROSS, columns=1)
    if blocks.empty:
        say(axes, "no network: the fit failed")
        return figure
    axes.axis("off")
    axes.set(xlim=(-ACROSS / 2, 4.5 * ACROSS), ylim=(deepest - DOWN / 2, DOWN / 2), aspect="equal")
    for row in blocks.itertuples():
        for read in row.reads.split():
            _arrow(axes, places, read, row.block)
    if "prior" in places:
        _supervision(axes, places)
    for row in blocks.itertuples():
        _draw(axes, places[row.block], row)
    sums = f"{_count(blocks['parameters'].sum())} parameters\n{_count(blocks['multiply_adds'].sum())} multiply-adds"
    axes.text(4 * ACROSS, 0, f"All blocks\n{sums}", ha="center", va="center", fontsize=9, color=INK)
    return figure


def _kind(block: str) -> str:
    return re.sub(r"\d+$", "", block)


def _places(blocks: list[str]) -> dict[str, _Box]:
    """The stages of the backbone one below the other, each from left to right; what S comes from stands above them."""
    first = 2 if "gate" in blocks else 1  # a gate at the image stands between it and the stages
    rows = [int(block.removeprefix("cnn")) - 1 + first for block in blocks if _kind(block) == "cnn"]
    if not rows:
        return {}
    middle = (min(rows) + max(rows)) / 2
    places = {"input": _Box(0, 0), "saliency": _Box(ACROSS, 0), "prior": _Box(2 * ACROSS, 0), "gate": _Box(0, -DOWN)}
    heads = [block for block in blocks if block in ("segment", "classify")]
    for block in blocks:
        number, kind = re.search(r"\d+$", block), _kind(block)
        if number:
            places[block] = _Box(COLUMNS[kind] * ACROSS, -(int(number[0]) - 1 + first) * DOWN)
        elif kind in ("fusion", "deepest"):
            places[block] = _Box(COLUMNS[kind] * ACROSS, -middle * DOWN, (max(rows) - min(rows)) * DOWN + HEIGHT)
        elif kind in heads:
            row = middle if len(heads) == 1 else min(rows) if kind == "segment" else max(rows)
            places[block] = _Box(COLUMNS[kind] * ACROSS, -row * DOWN)
    return {block: places[block] for block in blocks}


def _draw(axes: Axes, box: _Box, row: Any) -> None:
    title, colour = KINDS[_kind(row.block)]
    number = row.block.removeprefix(_kind(row.block))
    corner = box.x - WIDTH / 2, box.y - box.height / 2
    style = {"boxstyle": "round,pad=0,rounding_size=0.06", "linewidth": 1.2, "edgecolor": colour}
    face = {"facecolor": "white", "zorder": 3}
    axes.add_patch(FancyBboxPatch(corner, WIDTH, box.height, **style, **face))
    tint = {"facecolor": colour, "alpha": 0.14, "zorder": 3}
    axes.add_patch(FancyBboxPatch(corner, WIDTH, box.height, **style, **tint))
    joined = "" if title.endswith("F") else " "
    name = f"{title}{joined}{number}" if number and _kind(row.block) != "gate" else title
    lines = [row.shape]
    if not math.isnan(row.parameters):
        lines.append(f"{_count(row.parameters)} parameters")
    if not math.isnan(row.multiply_adds):
        lines.append(f"{_count(row.multiply_adds)} mult.-adds")
    heading = {"fontsize": 9, "fontweight": "bold"}
    top = box.y + 0.085 * len(lines)
    axes.text(box.x, top, name, ha="center", va="center", color=INK, zorder=4, **heading)
    for position, line in enumerate(lines, 1):
        axes.text(box.x, top - 0.17 * position, line, ha="center", va="center", fontsize=8.5, color=INK, zorder=4)


def _arrow(axes: Axes, places: Mapping[str, _Box], source: str, target: str) -> None:
    """Straight where the boxes face each other, else with a bend that keeps between the boxes."""
    start, end, colour = places[source], places[target], INK
    left, right = end.x - WIDTH / 2, start.x + WIDTH / 2
    if source == "saliency":
        colour = KINDS["saliency"][1]
    if target == "prior":  # over the saliency module, which stands between them
        above = start.y + HEIGHT / 2 + 0.12
        path = [(start.x, start.y + HEIGHT / 2), (start.x, above), (end.x, above), (end.x, end.y + HEIGHT / 2)]
    elif source == "saliency" and target == "gate":
        path = [(start.x, start.y - HEIGHT / 2), (start.x, end.y), (end.x + WIDTH / 2, end.y)]
    elif source == "saliency":
        bus, entry = right + 0.12, end.y + 0.2
        path = [(right, start.y - 0.2), (bus, start.y - 0.2), (bus, entry), (end.x + WIDTH / 2, entry)]
    elif end.x > start.x and (abs(start.y - end.y) <= abs(end.height - start.height) / 2 + 0.01):
        level = start.y if start.height <= end.height else end.y
        path = [(right, level), (left, level)]
    elif end.x == start.x:
        path = [(start.x, start.y - HEIGHT / 2), (end.x, end.y + HEIGHT / 2)]
    else:
        between, exit_ = (start.y + end.y) / 2, start.x - WIDTH / 4
        path = [(exit_, start.y - HEIGHT / 2), (exit_, between), (end.x, between), (end.x, end.y + HEIGHT / 2)]
    *before, last, tip = path
    if before:
        axes.plot(*zip(*before, last, strict=True), color=colour, linewidth=1.1, solid_capstyle="butt", zorder=2)
    arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}
    axes.annotate("", xy=tip, xytext=last, arrowprops=arrow, zorder=2)


def _supervision(axes: Axes, places: Mapping[str, _Box]) -> None:
    """The loss between S and the prior: nothing flows along it when the network predicts."""
    saliency, prior = places["saliency"], places["prior"]
    ends = [saliency.x + WIDTH / 2, prior.x - WIDTH / 2]
    axes.plot(ends, [saliency.y] * 2, color=FAINT, linewidth=1.2, linestyle="--", zorder=2)
    text = {"ha": "left", "va": "center", "fontsize": 8.5, "color": FAINT}
    axes.text(prior.x + WIDTH / 2 + 0.08, 0, "dashed: loss between\nS and A, in training", **text)


def _count(number: float) -> str:
    """Three figures, thousands and millions in letters.

    >>> _count(14449), _count(197208320), _count(640)
    ('14.4 k', '197 M', '640')
    """
    for factor, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= factor:
            shown = number / factor
            return f"{shown:.{0 if shown >= 99.95 else 1 if shown >= 9.995 else 2}f}{letter}"
    return f"{number:.0f}"
