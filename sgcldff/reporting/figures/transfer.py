"""Heat maps of what was trained on by what was tested on: the reference, and its lead on the hypotheses' other arms."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sgcldff.config.declared import Hypothesis
from sgcldff.config.experiment import Experiment
from sgcldff.reporting.figures.style import INK, panels, say
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.titles import Titles
from sgcldff.variants import parse_variant

METRICS = ("iou", "f1")  # a column of panels each
TITLE_LETTERS = 42
NOT_RUN = "#d0d0d0"
SCORES = seaborn.color_palette("cividis", as_cmap=True)
LEADS = seaborn.color_palette("vlag_r", as_cmap=True)


def draw_transfer(titles: Titles, reference: str, experiment: Experiment, runs: pd.DataFrame) -> Figure:
    """A row of panels for the reference's scores, one for its difference to each arm of a hypothesis.

    Means over seeds; grey: not run, or no truth to score on. runs: runs.csv.
    """
    arms = _arms(experiment.hypotheses, reference, set(runs["method"]))
    plain = runs[np.array([parse_variant(name)[1] is None for name in runs["tested_on"]], bool)]
    own = plain[plain["method"] == reference]
    rows = [name for name in (*experiment.datasets, *experiment.pools) if name in set(own["trained_on"])]
    columns = [name for name in experiment.datasets if name in set(own["tested_on"])]
    title = f"{titles.method(reference)} by what it was trained and tested on, mean over seeds"
    slanted = 0.06 * max((len(titles.dataset(name)) for name in columns), default=0)  # inches, below the last row
    height = 0.9 + 0.36 * max(len(rows), 2) + slanted / (1 + len(arms))
    heights = [height] * len(METRICS) * (1 + len(arms))
    figure, grid = panels(titles, title, heights, 4.5, columns=len(METRICS), sharey=True)
    wanted = [(arm, metric) for arm in (None, *arms) for metric in METRICS]
    scores = {method: {metric: _matrix(plain, method, metric, rows, columns) for metric in METRICS}
              for method in (reference, *arms)}  # fmt: skip
    for axes, (arm, metric) in zip(grid, wanted, strict=True):
        beyond = "" if arm is None else f": points above “{titles.method(arm)}”"
        name = textwrap.fill(f"{METRIC_TITLES[metric]}{beyond}", TITLE_LETTERS)
        axes.set_title(name, loc="left", fontsize=10.5)
        values = scores[reference][metric]
        if arm is not None:
            values = 100 * (values - scores[arm][metric])
        if np.isnan(values).all():
            say(axes, "not run")
            continue
        _heat(axes, titles, values, rows, columns, difference=arm is not None)
        if arm != (arms or [None])[-1]:  # the names of the columns stand below the last row of panels
            axes.set_xticks([])
            axes.set_xlabel("")
    for axes in grid[1 :: len(METRICS)]:
        axes.set_ylabel("")
    return figure


def _arms(declared: Mapping[str, Hypothesis], reference: str, run: set[str]) -> list[str]:
    """The arms that the hypotheses hold against the reference, where they were run."""
    against = [each.against for each in declared.values() if each.reference == reference]
    return [arm for arm in dict.fromkeys(against) if arm in run]


def _matrix(runs: pd.DataFrame, method: str, metric: str, rows: Sequence[str], columns: Sequence[str]) -> np.ndarray:
    """Means over seeds, float [trained on, tested on]; NaN where there is none."""
    own = runs[runs["method"] == method]
    means = own.pivot_table(index="trained_on", columns="tested_on", values=metric, aggfunc="mean")
    return means.reindex(index=list(rows), columns=list(columns)).to_numpy(float)


def _heat(
    axes: Axes, titles: Titles, values: np.ndarray, rows: Sequence[str], columns: Sequence[str], difference: bool
) -> None:
    limit = max(np.nanmax(np.abs(values)), 1.0) if difference else 1.0
    colours = (LEADS if difference else SCORES).with_extremes(bad=NOT_RUN)
    shown = axes.imshow(values, cmap=colours, vmin=-limit if difference else 0, vmax=limit, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        if math.isnan(value):
            continue
        text = f"{value:+.1f}".replace("-", "−") if difference else f"{value:.2f}"
        dark = np.dot(shown.to_rgba(value)[:3], (0.299, 0.587, 0.114)) < 0.55
        axes.text(column, row, text, ha="center", va="center", fontsize=9, color="white" if dark else INK)
    for row, trained_on in enumerate(rows):
        if trained_on in columns:
            corner = columns.index(trained_on) - 0.5, row - 0.5
            axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=INK, linewidth=1.8, clip_on=False))
    axes.set_yticks(range(len(rows)), [titles.dataset(name) for name in rows], fontsize=9)
    axes.set_xticks(
        range(len(columns)), [titles.dataset(name) for name in columns], fontsize=9, rotation=30, ha="right"
    )
    axes.set_xlabel("tested on", fontsize=9.5)
    axes.set_ylabel("trained on", fontsize=9.5)
    axes.tick_params(length=0)
