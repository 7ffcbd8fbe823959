"""What all figures share: the frame with its marks, the colours, and the files they are written to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.labels import marks
from sgcldff.reporting.material import Material

DPI = 150
INK, FAINT, MARK = "#222222", "#8a8a8a", "#b3261e"
LINES = ("-", "--", "-.", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)))
"""Line styles beside colours, so that curves can be told apart in print and by colour-blind readers."""


def class_colours(classes: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """A colour a class, the same in every figure."""
    return dict(zip(classes, seaborn.color_palette("colorblind", len(classes)), strict=True))


def panels(
    material: Material, title: str, count: int, width: float, height: float, columns: int = 3, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """A figure of `count` panels (at least one), each `width` x `height` inches, with title and marks above them."""
    count = max(count, 1)
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    told = marks(material.settings)
    figure = Figure(figsize=(max(width * columns, 5.5), height * rows + (0.9 if told else 0.6)), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    grid = figure.subplots(rows, columns, squeeze=False, sharey=sharey).ravel()
    for unused in grid[count:]:
        unused.remove()
    head = figure.suptitle(title, fontsize=13, color=INK)
    if told:
        head.set_text(f"{title}\n")
        # A second line in another colour: constrained layout keeps room for the whole of the title's text.
        figure.text(
            0.5,
            1 - 0.36 / figure.get_figheight(),
            told.upper() if told == "synthetic pictures" else told[0].upper() + told[1:],
            ha="center",
            va="top",
            fontsize=11,
            color=MARK,
        )
    for axes in grid[:count]:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=10)
        axes.title.set_fontsize(12)
        axes.xaxis.label.set_fontsize(11)
        axes.yaxis.label.set_fontsize(11)
    return figure, list(grid[:count])


def say(axes: Axes, text: str) -> None:
    """An empty panel that says why it is empty."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=12, color=FAINT)
    axes.set_xticks([])
    axes.set_yticks([])


def jitter(count: int, width: float) -> np.ndarray:
    """Offsets in [-width, width] that are the same in every run, so that a figure's bytes are."""
    return np.random.default_rng(0).uniform(-width, width, count)


def save(figure: Figure, folder: Path, name: str) -> None:
    """Writes <name>.png and <name>.svg; the same figure gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"{name}.png", dpi=DPI, metadata={"Software": None})
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
