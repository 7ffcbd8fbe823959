"""Heat maps of what was trained on by what was tested on: the reference, and its lead on the hypotheses' other arms."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
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

    Means over seeds, of scores over those that every method has, of differences over all that both arms have. Grey: not
    run, or no truth to score on. runs: runs.csv.
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
    shared = plain[plain["seed"].isin(experiment.seeds)]
    shown = {(arm, metric): _matrix(shared, reference, metric, rows, columns) if arm is None
             else 100 * (scores[reference][metric] - scores[arm][metric]) for arm, metric in wanted}  # fmt: skip
    limit = _limit([values for (arm, _), values in shown.items() if arm is not None])
    looks = ScalarMappable(Normalize(0, 1), SCORES), ScalarMappable(Normalize(-limit, limit), LEADS)
    for axes, (arm, metric) in zip(grid, wanted, strict=True):
        beyond = "" if arm is None else f": points above “{titles.method(arm)}”"
        name = textwrap.fill(f"{METRIC_TITLES[metric]}{beyond}", TITLE_LETTERS)
        axes.set_title(name, loc="left", fontsize=10.5)
        values = shown[arm, metric]
        if np.isnan(values).all():
            say(axes, "not run")
            continue
        _heat(axes, titles, values, rows, columns, looks[arm is not None], "{:.2f}" if arm is None else "{:+.1f}")
        if arm != (arms or [None])[-1]:  # the names of the columns stand below the last row of panels
            axes.set_xticks([])
            axes.set_xlabel("")
    for axes in grid[1 :: len(METRICS)]:
        axes.set_ylabel("")
    for own_rows, look, name in (
        (grid[: len(METRICS)], looks[0], "score"),
        (grid[len(METRICS) :], looks[1], "difference, points"),
    ):
        if any(axes.images for axes in own_rows):
            bar = figure.colorbar(look, ax=own_rows, aspect=10 * len(own_rows) / len(METRICS), pad=0.01, fraction=0.04)
            bar.set_label(name, fontsize=9.5)
            bar.ax.tick_params(labelsize=9)
            bar.outline.set_visible(False)
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


def _limit(differences: Sequence[np.ndarray]) -> float:
    """The end of the one scale of all differences, in points: the largest, at least 1."""
    sizes = np.abs(np.array(differences, float))
    return max(np.nanmax(sizes, initial=0.0), 1.0)


def _heat(
    axes: Axes,
    titles: Titles,
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    look: ScalarMappable,
    written: str,
) -> None:
    """look: the scale and colours that panels of a kind share; written: the format of a cell."""
    axes.imshow(values, cmap=look.cmap.with_extremes(bad=NOT_RUN), norm=look.norm, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        if math.isnan(value):
            continue
        dark = np.dot(look.to_rgba(value)[:3], (0.299, 0.587, 0.114)) < 0.55
        text = written.format(value).replace("-", "−")
        axes.text(column, row, text, ha="center", va="center", fontsize=9, color="white" if dark else INK)
    axes.spines[:].set_visible(False)
    # White lines between the cells, and frames within them: so a frame never seems to be its neighbour's.
    for edges, line in ((range(1, len(rows)), axes.axhline), (range(1, len(columns)), axes.axvline)):
        for edge in edges:
            line(edge - 0.5, color="white", linewidth=6)
    for row, trained_on in enumerate(rows):
        if trained_on in columns:
            corner = columns.index(trained_on) - 0.5, row - 0.5
            frame = Rectangle(corner, 1, 1, fill=False, edgecolor=INK, linewidth=2, clip_on=False, zorder=3)
            axes.add_patch(frame)
    axes.set_yticks(range(len(rows)), [titles.dataset(name) for name in rows], fontsize=9)
    axes.set_xticks(
        range(len(columns)), [titles.dataset(name) for name in columns], fontsize=9, rotation=30, ha="right"
    )
    axes.set_xlabel("tested on", fontsize=9.5)
    axes.set_ylabel("trained on", fontsize=9.5)
    axes.tick_params(length=0)
