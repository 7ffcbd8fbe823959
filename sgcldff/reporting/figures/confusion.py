"""Confusion matrices: a panel a dataset, true classes down, predicted ones across, images of all seeds together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import INK, panels, say
from sgcldff.reporting.titles import Titles


def draw_confusion(
    titles: Titles, method: str, classes: Mapping[str, Sequence[str]], confusion: pd.DataFrame
) -> Figure:
    """A panel for each dataset; one without predictions says so.

    classes: dataset -> those of its own fits; confusion: the table CONFUSION. An image that stands in the test subsets
    of several seeds is counted once for each of them.
    """
    title = f"Confusion matrices of {titles.method(method)}, in-domain"
    most = max(map(len, classes.values()), default=0)
    figure, grid = panels(titles, title, [1.6 + 0.75 * most] * len(classes), 1.8 + 0.75 * most)
    of_method = confusion[confusion["method"] == method]
    for axes, (dataset, names) in zip(grid, classes.items(), strict=True):
        axes.set_title(titles.dataset(dataset))
        own = of_method[(of_method["trained_on"] == dataset) & (of_method["tested_on"] == dataset)]
        if own.empty:
            say(axes, "not run")
            continue
        counts = own.pivot_table(index="truth", columns="predicted", values="count", aggfunc="sum", fill_value=0)
        counts = counts.reindex(index=names, columns=names, fill_value=0).to_numpy(int)
        images = counts.sum(axis=1, keepdims=True)
        shares = np.divide(counts, images, out=np.zeros(counts.shape), where=images > 0)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (row, column), count in np.ndenumerate(counts):
            text = f"{count}\n{shares[row, column]:.0%}" if images[row] else "–"
            colour = "white" if shares[row, column] > 0.5 else INK
            axes.text(column, row, text, ha="center", va="center", fontsize=9.5, color=colour)
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axes.set_yticks(range(len(names)), names)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xlabel("predicted", fontsize=11)
    for axes in grid[::2]:
        axes.set_ylabel("true", fontsize=11)
    return figure
