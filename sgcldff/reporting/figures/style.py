"""What all figures share: the frame with its marks, the colours, and the files they are written to."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sgcldff.reporting.titles import Titles
from sgcldff.tables.files import whole_file

DPI = 150  # of the PNG files
NAME_LETTERS = 32  # in a line
INK, FAINT, MARK = "#222222", "#8a8a8a", "#b3261e"
# Line styles beside colours, so that curves can be told apart in print and by colour-blind readers.
LINES = ("-", "--", "-.", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)))

Colour = tuple[float, float, float]  # red, green and blue, each from 0 to 1


def class_colours(classes: Sequence[str]) -> dict[str, Colour]:
    """A colour a class, the same in every figure."""
    return dict(zip(classes, seaborn.color_palette("colorblind", len(classes)), strict=True))


def panels(
    titles: Titles,
    title: str,
    heights: Sequence[float],
    width: float,
    columns: int = 2,
    sharey: bool = False,
) -> tuple[Figure, list[Axes]]:
    """A figure with a panel for each of `heights` (inches, at least one), `width` inches wide, under title and marks.

    Panels fill rows of `columns`; a row is as high as its highest panel. A printed page is 7 inches wide: the letters
    of a figure of more than 10 are too small there.
    """
    columns = min(columns, len(heights))
    rows = [max(heights[start : start + columns]) for start in range(0, len(heights), columns)]
    full_width = max(width * columns, 6.5)
    marks = textwrap.wrap(titles.marks, width=int(11 * full_width))
    title_lines = textwrap.wrap(title, width=int(9 * full_width))
    head = 0.35 + 0.22 * (len(marks) + len(title_lines))
    figure = Figure(figsize=(full_width, sum(rows) + head), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    grid = figure.subplots(len(rows), columns, squeeze=False, sharey=sharey, height_ratios=rows).ravel()
    for unused in grid[len(heights) :]:
        unused.remove()
    # The title holds empty lines for the marks, which are in another colour: so the layout keeps room for both.
    figure.suptitle("\n".join(title_lines) + "\n" * len(marks), fontsize=13, color=INK)
    figure.text(
        0.5,
        1 - (0.14 + 0.22 * len(title_lines)) / figure.get_figheight(),
        "\n".join(marks),
        ha="center",
        va="top",
        fontsize=11,
        color=MARK,
    )
    for axes in grid[: len(heights)]:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=10)
        axes.title.set_fontsize(12)
        axes.xaxis.label.set_fontsize(11)
        axes.yaxis.label.set_fontsize(11)
    return figure, list(grid[: len(heights)])


def in_lines(name: str) -> str:
    """The name of a method beside an axis, in short lines."""
    return textwrap.fill(name, NAME_LETTERS)


def say_beside(axes: Axes, row: int, lines: Sequence[str], size: float, colour: str) -> None:
    """Lines of text to the right of a panel, in the middle of a row; those that are empty are left out."""
    text = "\n".join(line for line in lines if line)
    axes.text(1.01, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=size, color=colour)


def say(axes: Axes, text: str) -> None:
    """An empty panel that says why it is empty."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=12, color=FAINT)
    axes.set_xticks([])
    axes.set_yticks([])


def jitter(count: int, width: float) -> np.ndarray:
    """Offsets in [-width, width] that are the same in every run, so that a figure's bytes are."""
    return np.random.default_rng(0).uniform(-width, width, count)


def save(figure: Figure, svg: Path, png: Path) -> None:
    """Writes both files; the same figure gives the same bytes."""
    _settle(figure)
    with whole_file(png) as part:
        figure.savefig(part, format="png", dpi=DPI, metadata={"Software": None})
    with whole_file(svg) as part, matplotlib.rc_context({"svg.hashsalt": svg.stem}):
        figure.savefig(part, format="svg", metadata={"Date": None})


def _settle(figure: Figure) -> None:
    """Lay the figure out, once, and round where its panels are.

    The solver of the layout orders its unknowns by where they lie in memory, so that places differ in their last digit
    from one run to the next, and some pixels of images with them.
    """
    figure.set_dpi(DPI)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position(Bbox(np.round(axes.get_position(original=True).extents.reshape(2, 2), 6)))
