"""How each fit went: validation macro-F1 and IoU, and the loss, by epoch; a thin line a seed."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import FAINT, INK, MARK, panels, say
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.titles import Titles
from sgcldff.tables.contract import Contract
from sgcldff.tables.history import best_row, losses, rises_to_the_end
from sgcldff.tables.read import read_table

HISTORY = Contract(("epoch",))  # what is asked of history.csv; the losses and scores that a network has follow
COLUMNS = (
    *("trained_on", "method", "seed", "epoch", "loss", "validation_f1", "validation_iou"),
    *("best", "rises_to_the_end"),
)
LEGEND = 0.7  # inches
_BLUE, _ORANGE = seaborn.color_palette("colorblind")[0], seaborn.color_palette("colorblind")[1]
# Column -> its name, colour and style.
CURVES = {
    "validation_f1": ("validation macro-F1", _BLUE, "-"),
    "validation_iou": ("validation IoU", _ORANGE, "--"),
    "share": ("training loss, share of the first epoch's", FAINT, ":"),
}


def training_curves(fits: Sequence[Mapping[str, Any]], histories: Sequence[Path]) -> pd.DataFrame:
    """COLUMNS, a row an epoch of every fit; best: 1 at the epoch whose weights are kept.

    fits: the records (fit.json), histories: their history.csv, in the same order. A fit without epochs has no rows.
    rises_to_the_end is of the fit: see `sgcldff.tables.history`. Raises InputError where a history is damaged.
    """
    tables = [pd.DataFrame(columns=list(COLUMNS))]
    for fit, file in zip(fits, histories, strict=True):
        if fit.get("used", {}).get("epochs"):
            rows = read_table(file, HISTORY).to_dict("records")
            table = pd.DataFrame(rows).assign(
                trained_on=fit["asked"]["trained_on"],
                method=fit["asked"]["method"],
                seed=fit["asked"]["seed"],
                loss=[sum(losses(row).values()) for row in rows],
                best=0,
                rises_to_the_end=int(rises_to_the_end(rows)),
            )
            table.loc[best_row(rows), "best"] = 1
            tables.append(table.reindex(columns=list(COLUMNS)))
    return pd.concat(tables[1:] or tables, ignore_index=True)


def draw_training_curves(
    titles: Titles, title: str, methods: Sequence[ReportedMethod], datasets: Sequence[str], curves: pd.DataFrame
) -> Figure:
    """A row a method that has epochs, a column a dataset; dots: the epochs whose weights are kept."""
    trained = set(curves["method"])
    drawn = [method for method in methods if method.key in trained]
    if not drawn:
        figure, (axes,) = panels(titles, title, [1.6], 7.2, columns=1)
        say(axes, "no such fit has epochs")
        return figure
    count = len(drawn) * len(datasets)
    width = max(2.2, 7.2 / len(datasets))
    height = 1.8 + LEGEND / len(drawn)  # the legend takes its room from the panels
    figure, grid = panels(titles, title, [height] * count, width, columns=len(datasets))
    places = [(method, dataset) for method in drawn for dataset in datasets]
    last = len(places) - len(datasets)
    for number, (axes, (method, dataset)) in enumerate(zip(grid, places, strict=True)):
        rows = curves[(curves["method"] == method.key) & (curves["trained_on"] == dataset)]
        letters = int(9.5 * width)  # in a line of the title
        _title(axes, [*textwrap.wrap(method.title, letters), titles.dataset(dataset)], letters, rows)
        _panel(axes, rows)
        if number >= last:
            axes.set_xlabel("epoch", fontsize=10)
    handles = {label: handle for axes in grid for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    below = {"loc": "outside lower center", "ncols": 2, "fontsize": 9, "frameon": False}
    figure.legend(handles.values(), handles.keys(), **below)
    return figure


def _title(axes: Axes, name: Sequence[str], letters: int, rows: pd.DataFrame) -> None:
    """The lines of the name, and right of the last how many fits were not flat, or below where there is no room."""
    seeds = rows.groupby("seed")
    name = [*name[:-1], f"{name[-1]} (n = {len(seeds)})"]
    rising = int(seeds["rises_to_the_end"].first().sum())
    if rising:
        warning = f"not flat: {rising} of {len(seeds)}"
        axes.set_title(warning, fontsize=9, loc="right", color=MARK)
        if len(name[-1]) + 1 + len(warning) > letters:
            name = [*name, ""]
    axes.set_title("\n".join(name), fontsize=10, loc="left")


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    seeds = rows.groupby("seed")
    if rows.empty:
        say(axes, "not run")
        return
    for _, fit in seeds:
        shown = fit.assign(share=fit["loss"] / fit["loss"].iloc[0])
        for column, (label, colour, style) in CURVES.items():
            if shown[column].notna().any():
                axes.plot(shown["epoch"], shown[column], color=colour, linestyle=style, linewidth=0.9, label=label)
        kept = shown[shown["best"] == 1]
        for column in ("validation_f1", "validation_iou"):
            axes.plot(kept["epoch"], kept[column], "o", markersize=3.2, color=INK, label="epoch that is kept")
    axes.set(ylim=(0, 1.05), yticks=(0, 0.5, 1))
    axes.grid(alpha=0.3)
