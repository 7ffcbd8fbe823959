"""The paper's Figure 2: image, truth, prior A, S, Grad-CAM and predicted mask; a row an image chosen by rule."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.errors import InputError
from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.style import FAINT, INK, MARK, panels, say
from sgcldff.reporting.titles import Titles
from sgcldff.tables.explained import RULES

HEADINGS = ("image", "annotated", "prior A", "saliency S", "Grad-CAM", "predicted")
COLUMNS = 1 + len(HEADINGS)  # the first says what is shown
MAPS = {"prior": 3, "saliency": 4, "cam": 5}  # array -> its column
WIDTH, HEIGHT, EMPTY = 1.4, 1.4, 0.3  # inches: of a panel, and the height of a row without an image
LETTERS = 20  # in a line of the first column
TRUE, PREDICTED = "#00c853", "#ffd600"  # colours of the outlines
# Grey levels of the annotated image: background, cytoplasm, nucleus, unknown.
BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN = 0.0, 0.55, 1.0, 0.2


def read_explanations(path: Path) -> dict[str, np.ndarray]:
    """The arrays of one explanations file; InputError where it is missing or damaged."""
    try:
        with np.load(path) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"The file {path} holds no explanations ({error}): delete it and run again.") from error


def draw_explanations(
    titles: Titles, reference: str, maps: Mapping[str, dict[str, np.ndarray]], facts: pd.DataFrame
) -> Figure:
    """A row an image; all maps on one scale from 0 to 1.

    maps: arrays by dataset; facts: EXPLAINED of all of them, and of datasets whose images are elsewhere.
    """
    facts = facts[facts["dataset"].isin(list(maps))]
    seeds = ", ".join(f"{seed:.0f}" for seed in facts["seed"].unique())
    title = f"What {titles.method(reference)} looks at: test images chosen by rule, seed {seeds} of each dataset"
    if facts.empty:
        title = f"What {titles.method(reference)} looks at"
        figure, (axes,) = panels(titles, title, [2.4], 7.2, columns=1)
        say(axes, "no image: the fits failed, or their weights are on another machine")
        return figure
    rows = list(facts.itertuples())
    heights = [HEIGHT if row.image_id else EMPTY for row in rows for _ in range(COLUMNS)]
    figure, grid = panels(titles, title, heights, WIDTH, columns=COLUMNS)
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.05)
    shown = None
    for number, row in enumerate(rows):
        cells = grid[COLUMNS * number : COLUMNS * (number + 1)]
        _label(cells[0], row)
        if number == 0 or rows[number - 1].dataset != row.dataset:
            cells[0].set_title(titles.dataset(row.dataset), loc="left", fontsize=10, fontweight="bold")
        if not row.image_id:
            for axes in cells[1:]:
                axes.set_axis_off()
            continue
        arrays = maps[row.dataset]
        shown = _images(cells, arrays, int(np.flatnonzero(arrays["rule"] == row.rule)[0])) or shown
        if number == 0:
            for axes, heading in zip(cells[1:], HEADINGS, strict=True):
                axes.set_title(heading, fontsize=10)
    if shown is not None:
        bar = {"location": "bottom", "shrink": 0.5, "aspect": 40, "pad": 0.01}
        label = "A, S, Grad-CAM: 0 to 1; outlines: green annotated, yellow predicted"
        figure.colorbar(shown, ax=grid, **bar).set_label(label, fontsize=10)
    return figure


def _label(axes: Axes, row: Any) -> None:
    """What the row shows, and why."""
    axes.set_axis_off()
    if not row.image_id:
        text, colour = f"{RULES[row.rule]}: {no_image(row)}", FAINT
    else:
        wrong = row.predicted != row.label
        named = f"{row.label} → {row.predicted}" if wrong else row.label
        lines = (RULES[row.rule], row.image_id, f"{named} ({md.number(row.probability, 2)})")
        wrapped = [each for line in lines for each in textwrap.wrap(line, LETTERS)]
        text, colour = "\n".join([*wrapped, f"IoU {md.number(row.iou, 2)}"]), MARK if wrong else INK
    label = axes.text(0, 0.5, text, transform=axes.transAxes, va="center", fontsize=9, color=colour)
    label.set_in_layout(False)  # else the column would be as wide as its longest line, at the cost of the images


def no_image(row: Any) -> str:
    """Why a row of EXPLAINED has no image of its own."""
    if not row.found:
        return f"none of {row.tested:.0f} test images meets the rule"
    return f"shown above: all {row.found:.0f} that meet the rule"


def _images(cells: list[Axes], arrays: dict[str, np.ndarray], row: int) -> Any:
    """Fills a row of panels; the image of the last map, for the colour bar."""
    for axes in cells[1:]:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    image, annotated, predicted = cells[1], cells[2], cells[6]
    image.imshow(arrays["image"][row])
    predicted.imshow(arrays["image"][row])
    levels = np.where(arrays["nucleus"][row], NUCLEUS, np.where(arrays["cell"][row], CYTOPLASM, BACKGROUND))
    annotated.imshow(np.where(arrays["known"][row], levels, UNKNOWN), cmap="gray", vmin=0, vmax=1)
    _outline(predicted, arrays["cell"][row], TRUE, "-")
    _outline(predicted, arrays["mask"][row], PREDICTED, "--")
    shown = None
    for name, column in MAPS.items():
        if name in arrays:
            shown = cells[column].imshow(arrays[name][row], cmap="inferno", vmin=0, vmax=1)
            _outline(cells[column], arrays["cell"][row], TRUE, "-")
        else:
            say(cells[column], "none")
    return shown


def _outline(axes: Axes, mask: np.ndarray, colour: str, style: str) -> None:
    if mask.any() and not mask.all():
        # The dark casing parts the outline from pink, purple and yellow alike.
        axes.contour(mask, levels=[0.5], colors="black", linewidths=2.2)
        axes.contour(mask, levels=[0.5], colors=colour, linewidths=1.2, linestyles=style)
