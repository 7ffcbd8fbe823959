"""Reliability diagrams: how often predictions of a confidence are right, a panel a dataset, pooled over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn
from matplotlib.figure import Figure

from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.style import FAINT, INK, panels, say
from sgcldff.reporting.results import Value
from sgcldff.reporting.titles import Titles
from sgcldff.tables.definitions import CALIBRATION_BINS

COLUMNS = ("dataset", "from", "to", "confidence", "accuracy", "n_images")
COLOUR = seaborn.color_palette("colorblind")[0]
FEW = 5  # images in a bin, below which its share says little


def reliability_points(probabilities: pd.DataFrame) -> pd.DataFrame:
    """A row a bin that holds images: its ends, the mean confidence and the accuracy in it, and its images.

    probabilities: as `in_domain_probabilities` gives them; images without a true class are left out. The bins are those
    of the calibration error.
    """
    points = [pd.DataFrame(columns=list(COLUMNS))]
    for dataset, images in probabilities[probabilities["label"].notna()].groupby("tested_on", sort=False):
        own = images.filter(regex="^p_").dropna(axis="columns", how="all")
        confidence = own.max(axis="columns").to_numpy()
        predicted = own.columns.to_numpy()[own.to_numpy().argmax(axis=1)]
        frame = pd.DataFrame({"confidence": confidence, "accuracy": predicted == "p_" + images["label"].to_numpy()})
        number = np.clip(np.ceil(confidence * CALIBRATION_BINS) - 1, 0, CALIBRATION_BINS - 1)
        bins = frame.groupby(number).mean()
        bins["n_images"] = frame.groupby(number).size()
        bins = bins.reset_index(names="bin").assign(dataset=dataset)
        bins["from"], bins["to"] = bins["bin"] / CALIBRATION_BINS, (bins["bin"] + 1) / CALIBRATION_BINS
        points.append(bins[list(COLUMNS)])
    return pd.concat(points[1:] or points, ignore_index=True)


def draw_reliability(
    titles: Titles, method: str, datasets: Sequence[str], points: pd.DataFrame, errors: Mapping[str, Value]
) -> Figure:
    """A panel for each dataset; one without predictions says so. A bar is the accuracy of a bin, a dot its confidence.

    points: as `reliability_points` gives them; errors: dataset -> its calibration error over the seeds.
    """
    title = f"Reliability of {titles.method(method)}, in-domain"
    figure, grid = panels(titles, title, [4.6] * len(datasets), 4.4)
    for axes, dataset in zip(grid, datasets, strict=True):
        axes.set_title(titles.dataset(dataset))
        bins = points[points["dataset"] == dataset]
        if bins.empty:
            say(axes, "not run")
            continue
        axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle=":", label="confidence = accuracy")
        few = bins["n_images"] < FEW
        for shown, strength, label in (
            (bins[~few], 0.45, "accuracy"),
            (bins[few], 0.08, f"of fewer than {FEW} images"),
        ):
            axes.bar(
                shown["from"],
                shown["accuracy"].astype(float),
                width=1 / CALIBRATION_BINS,
                align="edge",
                color=(*COLOUR, strength),
                edgecolor=INK,
                linewidth=0.8,
                label=label,
            )
        share = bins["n_images"].astype(float) / bins["n_images"].sum()
        axes.scatter(
            bins["confidence"],
            bins["accuracy"],
            s=20 + 300 * share,
            color=INK,
            zorder=3,
            clip_on=False,
            label="mean confidence (size: share of the images)",
        )
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_xlabel("Confidence in the predicted class", fontsize=11)
        error = f"ECE {md.mean_sd(errors[dataset].mean, errors[dataset].sd)} (n = {bins['n_images'].sum()})"
        axes.set_title(f"{titles.dataset(dataset)}\n{error}")
    for axes in grid[::2]:
        axes.set_ylabel("Accuracy", fontsize=11)
    handles = {label: handle for axes in grid for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    if handles:
        below = {"loc": "outside lower center", "ncols": 2, "fontsize": 9.5, "frameon": False}
        figure.legend(handles.values(), handles.keys(), **below)
    return figure
