"""Precision-recall curves (the paper's Figure 4): a curve a class, pooled over seeds; by dataset and combined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import average_precision_score, precision_recall_curve

from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.style import LINES, Colour, panels, say
from sgcldff.reporting.titles import Titles

COLUMNS = (
    *("dataset", "class", "threshold", "recall", "precision", "average_precision", "prevalence", "n_positive"),
    *("average_precision_of_seeds", "average_precision_sd"),
)
COMBINED = "all datasets"  # stands in the place of a dataset


def precision_recall_points(probabilities: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """The points of every curve, a row a threshold; a class that a dataset lacks has no curve.

    The last point of a curve (recall 0, precision 1) belongs to no threshold. average_precision: of the pooled images,
    the area under the curve; average_precision_of_seeds and _sd: mean and SD over the seeds that show the class. Where
    there are several datasets, COMBINED has the images of all whose fits know the class.
    """
    places = list(probabilities.groupby("tested_on", sort=False))
    if len(places) > 1:
        places.append((COMBINED, probabilities))
    curves = [
        _curve(dataset, name, known)
        for dataset, images in places
        for name in classes
        if f"p_{name}" in images and (known := images.dropna(subset=f"p_{name}"))["label"].eq(name).any()
    ]
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=list(COLUMNS))


def _curve(dataset: str, name: str, images: pd.DataFrame) -> pd.DataFrame:
    """The points of a class that some of the images show."""
    positive = (images["label"] == name).to_numpy()
    scores = images[f"p_{name}"].to_numpy(dtype=float)
    of_seeds = pd.Series(
        [
            average_precision_score(of_seed["label"] == name, of_seed[f"p_{name}"])
            for _, of_seed in images.groupby("seed")
            if (of_seed["label"] == name).any()
        ]
    )
    precision, recall, thresholds = precision_recall_curve(positive, scores)
    return pd.DataFrame(
        {
            "dataset": dataset,
            "class": name,
            "threshold": np.append(thresholds, np.nan),
            "recall": recall,
            "precision": precision,
            "average_precision": average_precision_score(positive, scores),
            "prevalence": positive.mean(),
            "n_positive": positive.sum(),
            "average_precision_of_seeds": of_seeds.mean(),
            "average_precision_sd": of_seeds.std(ddof=1),
        }
    )


def draw_precision_recall(
    titles: Titles,
    method: str,
    classes: Mapping[str, Sequence[str]],
    colours: Mapping[str, Colour],
    points: pd.DataFrame,
) -> Figure:
    """A panel for each dataset and one for COMBINED, where the points have it.

    Thin dotted lines mark each class's prevalence, a blind guess's precision.

    classes: dataset -> those of its own fits; colours: of the classes; points: as `precision_recall_points` gives them.
    """
    title = f"Precision-recall curves of {titles.method(method)}, in-domain"
    shown = dict(classes)
    if (points["dataset"] == COMBINED).any():
        shown[COMBINED] = list(dict.fromkeys(name for names in classes.values() for name in names))
    figure, grid = panels(titles, title, [4.4 + 0.22 * len(names) for names in shown.values()], 4.9)
    for axes, (dataset, names) in zip(grid, shown.items(), strict=True):
        axes.set_title(titles.dataset(dataset))
        of_dataset = points[points["dataset"] == dataset]
        if of_dataset.empty:
            say(axes, "not run")
            continue
        for index, name in enumerate(names):
            curve = of_dataset[of_dataset["class"] == name]
            if curve.empty:
                axes.plot([], [], color=colours[name], label=f"{name}: no test image")
                continue
            first = curve.iloc[0]
            axes.axhline(first["prevalence"], color=colours[name], linestyle=":", linewidth=1)
            axes.plot(
                curve["recall"],
                curve["precision"],
                drawstyle="steps-post",
                color=colours[name],
                linestyle=LINES[index % len(LINES)],
                linewidth=2,
                clip_on=False,
                label=f"{name}: AP {md.mean_sd(first['average_precision_of_seeds'], first['average_precision_sd'])}, "
                f"prevalence {first['prevalence']:.3f} (n = {first['n_positive']})",
            )
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_xlabel("Recall", fontsize=11)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), fontsize=9.5, frameon=False)
    for axes in grid[::2]:
        axes.set_ylabel("Precision", fontsize=11)
    return figure
