"""The contact sheet of a dataset: images of each class as the source has them, with the outlines of their masks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from sgcldff.data.sources.dataset import Dataset, Record
from sgcldff.method import BACKGROUND, NUCLEUS, UNKNOWN

ACROSS = 8  # images of a class, at most
SEED = 0
# Outlines, each in a dark casing: they stand out from pink, purple, grey and yellow alike.
CELL, CELL_NUCLEUS, CASING = "#12e2f0", "#ffe14d", "#111111"
INK, FAINT, FRAME, WARNING = "#1c1c1c", "#707070", "#c8c8c8", "#b3261e"
SWATCHES = ("nucleus", "cytoplasm", "background")

DPI = 150
WIDTH, LABELS, MARGIN, HEAD, FOOT = 14.0, 1.65, 0.2, 1.0, 0.35
# Inches: the sheet, its column of labels, margins, head and foot; between tiles, and below one for its name.
GAP, NAME = 0.07, 0.19
STAIN_LENGTH, FOOT_LENGTH = 75, 75  # Letters, at most: what is longer is cut, and the card has it in full


def draw_contact_sheet(dataset: Dataset, raw: Path, index: pd.DataFrame, facts: Mapping[str, Any], file: Path) -> None:
    """Write the sheet as PNG: a row a class, its images chosen at random (the same ones every time), one a group.

    index: that of the prepared dataset; facts: as `gather_facts` gives them. Images whose mask is unknown say so.
    Raises InputError where an image cannot be read.
    """
    records = {record.image_id: record for record in dataset.records(raw)}
    chosen = {label: [records[name] for name in _choose(index, label)] for label in facts["classes"]}
    width, height = facts["sizes"]["most"]
    tile = (WIDTH - LABELS - 2 * MARGIN - (ACROSS - 1) * GAP) / ACROSS
    # Images of other proportions are centred in the tiles of the most frequent ones.
    tile_height = tile * min(height / width, 1.0)
    step = tile_height + NAME + GAP
    total = HEAD + step * len(chosen) + FOOT
    with matplotlib.rc_context({"font.family": "DejaVu Sans", "font.size": 8}):
        figure = Figure(figsize=(WIDTH, total), dpi=DPI, facecolor="white")
        _head(figure, facts, total)
        for row, (label, images) in enumerate(chosen.items()):
            top = total - HEAD - row * step
            _row_label(figure, label, facts["classes"][label], top - tile_height / 2, total)
            for column, record in enumerate(images):
                left = LABELS + MARGIN + column * (tile + GAP)
                box = (left / WIDTH, (top - tile_height) / total, tile / WIDTH, tile_height / total)
                _tile(figure.add_axes(box), *dataset.read(raw, record), record)
        _foot(figure, facts["about"], total)
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, metadata={"Software": None})


def _choose(index: pd.DataFrame, label: str) -> list[str]:
    """Names of images of a class, no two of one group, in the order of the index."""
    one_each = index[index["label"] == label].sort_values("image_id").drop_duplicates("group")["image_id"].to_numpy()
    rng = np.random.default_rng(SEED)
    return sorted(rng.permutation(one_each)[:ACROSS])


def _head(figure: Figure, facts: Mapping[str, Any], total: float) -> None:
    about = facts["about"]
    figure.text(MARGIN / WIDTH, 1 - 0.3 / total, facts["title"], size=19, weight="bold", color=INK, va="center")
    masked = "every one with a mask" if facts["masked"] == facts["images"] else f"{facts['masked']:,} with a mask"
    counts = [f"{facts['images']:,} images, {masked}", f"{facts['groups']['number']:,} independent groups"]
    stain = [shorten(about["stain"].split(";")[0], STAIN_LENGTH, placeholder="…")] if about["stain"] else []
    figure.text(MARGIN / WIDTH, 1 - 0.65 / total, "   ·   ".join(counts + stain), size=9.5, color=FAINT, va="center")
    _swatches(figure, facts["colours"], total)
    lines = [
        Line2D([], [], color=colour, lw=2, path_effects=[withStroke(linewidth=4, foreground=CASING)], label=name)
        for name, colour in (("outline of the cell", CELL), ("outline of the nucleus", CELL_NUCLEUS))
    ]
    corner = ((WIDTH - MARGIN) / WIDTH, 1 - 0.65 / total)
    figure.legend(handles=lines, loc="center right", bbox_to_anchor=corner, ncols=2, frameon=False, fontsize=9)


def _swatches(figure: Figure, colours: Mapping[str, Any], total: float) -> None:
    """The median colour of each region, right of the title; nothing where no mask tells the regions apart."""
    side, place = 0.24, WIDTH - MARGIN
    for region in reversed([name for name in SWATCHES if colours[name] is not None]):
        place -= 1.25
        bottom = (total - 0.3 - side / 2) / total
        face = np.array(colours[region]) / 255
        figure.add_artist(
            Rectangle((place / WIDTH, bottom), side / WIDTH, side / total, facecolor=face, edgecolor=FAINT, lw=0.6)
        )
        figure.text((place + side + 0.07) / WIDTH, 1 - 0.3 / total, region, size=9, color=INK, va="center")
    if place < WIDTH - MARGIN:
        style = {"size": 9, "color": FAINT, "va": "center", "ha": "right"}
        figure.text((place - 0.1) / WIDTH, 1 - 0.3 / total, "median colour:", **style)


def _row_label(figure: Figure, label: str, counts: Mapping[str, Any], middle: float, total: float) -> None:
    left = MARGIN / WIDTH
    figure.text(left, (middle + 0.17) / total, label, size=12, weight="bold", color=INK, va="center")
    figure.text(left, (middle - 0.07) / total, f"{counts['images']:,} images", size=9, color=INK, va="center")
    figure.text(left, (middle - 0.26) / total, f"{counts['groups']:,} groups", size=9, color=FAINT, va="center")


def _tile(axes: Axes, image: np.ndarray, codes: np.ndarray, record: Record) -> None:
    axes.imshow(image, interpolation="antialiased")
    axes.set_xticks([])
    axes.set_yticks([])
    # Some images have a white background, as the sheet has.
    axes.spines[:].set(color=FRAME, linewidth=0.6)
    axes.set_xlabel(record.image_id, size=6.5, color=FAINT, labelpad=2)
    if (codes == UNKNOWN).all():
        casing = [withStroke(linewidth=2.5, foreground=CASING)]
        style = {"ha": "center", "va": "bottom", "size": 9, "color": "white", "path_effects": casing}
        axes.text(0.5, 0.04, "no mask", transform=axes.transAxes, **style)
        return
    for inside, colour in (((codes != BACKGROUND) & (codes != UNKNOWN), CELL), (codes == NUCLEUS, CELL_NUCLEUS)):
        # A frame of background closes the outline of a cell that the border cuts.
        framed = np.pad(inside.astype(float), 1)
        rows, columns = np.arange(-1, inside.shape[0] + 1), np.arange(-1, inside.shape[1] + 1)
        if inside.any():
            drawn = axes.contour(columns, rows, framed, levels=[0.5], colors=[colour], linewidths=0.9)
            drawn.set_path_effects([withStroke(linewidth=1.9, foreground=CASING)])
    axes.set_xlim(-0.5, codes.shape[1] - 0.5)
    axes.set_ylim(codes.shape[0] - 0.5, -0.5)


def _foot(figure: Figure, about: Mapping[str, Any], total: float) -> None:
    """Whose images they are and what may be done with them."""
    makers = ", ".join([*about["creators"], *about["institutions"]])
    texts = [shorten(text, FOOT_LENGTH, placeholder="…") for text in (makers, about["licence"])]
    line = "   ·   ".join(text for text in (*texts, about["url"]) if text)
    figure.text(MARGIN / WIDTH, 0.14 / total, line, size=7.5, color=FAINT, va="center")
    if not about["redistributable"]:
        warning = "The images may not be passed on."
        figure.text(1 - MARGIN / WIDTH, 0.14 / total, warning, size=8.5, color=WARNING, ha="right", va="center")
