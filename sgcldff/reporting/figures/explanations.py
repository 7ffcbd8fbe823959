"""Images with saliency map, Grad-CAM and mask (the paper's Figures 2 and 3), typical and failed ones side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from sgcldff.errors import InputError
from sgcldff.reporting.figures.style import INK, MARK, panels, say
from sgcldff.reporting.titles import Titles

COLUMNS = ("saliency S", "Grad-CAM")  # what stands beside each image
IMAGES_A_ROW = 2
TRUE, PREDICTED = "#00c853", "#ffd600"  # colours of the outlines


def read_explanations(path: Path) -> dict[str, np.ndarray]:
    """The arrays of one explanations file; InputError where it is missing or damaged."""
    try:
        with np.load(path) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"The file {path} holds no explanations ({error}): delete it and run again.") from error


def draw_explanations(titles: Titles, reference: str, explained: Mapping[str, dict[str, np.ndarray]]) -> Figure:
    """Two images a row, each with its maps on one scale from 0 to 1; `explained`: arrays by dataset."""
    rows = [(dataset, row) for dataset, arrays in explained.items() for row in range(len(arrays["image_id"]))]
    title = f"What {titles.method(reference)} looks at (outlines: green annotated, yellow predicted)"
    if not rows:
        figure, (axes,) = panels(titles, title, [7.2], 2.4, columns=1)
        say(axes, "no image: the explained fits failed")
        return figure
    figure, grid = panels(titles, title, [2.4] * (3 * len(rows)), 2.4, columns=IMAGES_A_ROW * 3)
    shown = None
    for number, (dataset, row) in enumerate(rows):
        arrays = explained[dataset]
        first, *maps = grid[3 * number : 3 * number + 3]
        for axes in (first, *maps):
            axes.set(xticks=[], yticks=[])
            axes.imshow(arrays["image"][row])
        failed = arrays["label"][row] != arrays["predicted"][row]
        first.contour(arrays["truth"][row], levels=[0.5], colors=TRUE, linewidths=1.4)
        if arrays["mask"][row].any():
            first.contour(arrays["mask"][row], levels=[0.5], colors=PREDICTED, linewidths=1.4, linestyles="--")
        first.set_ylabel(titles.dataset(dataset), fontsize=10)
        verdict = f"{arrays['label'][row]} → {arrays['predicted'][row]} ({arrays['confidence'][row]:.2f})"
        first.set_title(verdict, fontsize=10, color=MARK if failed else INK)
        for axes, name, heading in zip(maps, ("saliency", "grad_cam"), COLUMNS, strict=True):
            if name not in arrays:
                axes.set_title(f"no {heading}", fontsize=10)
                continue
            shown = axes.imshow(arrays[name][row], cmap="inferno", vmin=0, vmax=1, alpha=0.6)
            axes.set_title(heading, fontsize=10)
    if shown is not None:
        figure.colorbar(shown, ax=grid, location="bottom", shrink=0.5, aspect=40, pad=0.01, label="0 to 1")
    return figure
