"""ROC curves (the paper's Figure 3): a panel a dataset, a curve a class against the rest, pooled over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import roc_auc_score, roc_curve

from sgcldff.reporting.figures.style import FAINT, LINES, Colour, panels, say
from sgcldff.reporting.titles import Titles

COLUMNS = (
    *("dataset", "class", "threshold", "false_positive_rate", "true_positive_rate", "auc"),
    *("n_positive", "n_negative"),
)

# Curves that all pass through the upper left corner lie on each other; this much of it is shown enlarged.
CORNER = 0.2


def roc_points(probabilities: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """The points of every curve, a row a threshold; a class that a dataset lacks (or is alone in it) has no curve."""
    curves = []
    for dataset, images in probabilities.groupby("tested_on", sort=False):
        for name in classes:
            positive = (images["label"] == name).to_numpy()
            if positive.all() or not positive.any():
                continue
            scores = images[f"p_{name}"].to_numpy(dtype=float)
            false_rate, true_rate, thresholds = roc_curve(positive, scores)
            curves.append(
                pd.DataFrame(
                    {
                        "dataset": dataset,
                        "class": name,
                        "threshold": thresholds,
                        "false_positive_rate": false_rate,
                        "true_positive_rate": true_rate,
                        "auc": roc_auc_score(positive, scores),
                        "n_positive": positive.sum(),
                        "n_negative": (~positive).sum(),
                    }
                )
            )
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=list(COLUMNS))


def draw_roc(
    titles: Titles,
    method: str,
    classes: Mapping[str, Sequence[str]],
    colours: Mapping[str, Colour],
    points: pd.DataFrame,
) -> Figure:
    """A panel for each dataset; one without predictions says so.

    classes: dataset -> those of its own fits; colours: of the classes; points: as `roc_points` gives them.
    """
    title = f"ROC curves of {titles.method(method)}, in-domain"
    figure, grid = panels(titles, title, [4.4 + 0.22 * len(names) for names in classes.values()], 4.4)
    for axes, (dataset, names) in zip(grid, classes.items(), strict=True):
        axes.set_title(titles.dataset(dataset))
        of_dataset = points[points["dataset"] == dataset]
        if of_dataset.empty:
            say(axes, "not run")
            continue
        axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle=":")
        views = [axes]
        if _all_in_corner(of_dataset):
            views.append(axes.inset_axes((0.58, 0.1, 0.39, 0.34), xlim=(0, CORNER), ylim=(1 - CORNER, 1)))
            views[1].set(xticks=[0, CORNER / 2, CORNER], yticks=[1 - CORNER, 1 - CORNER / 2, 1])
            views[1].tick_params(labelsize=9)
            axes.indicate_inset((0, 1 - CORNER, CORNER, CORNER), edgecolor=FAINT)
        for index, name in enumerate(names):
            curve = of_dataset[of_dataset["class"] == name]
            label = f"{name}: no test image"
            if not curve.empty:
                first = curve.iloc[0]
                label = f"{name}: AUC {first['auc']:.3f} (n = {first['n_positive']})"
            for view in views:
                view.plot(
                    curve["false_positive_rate"],
                    curve["true_positive_rate"],
                    color=colours[name],
                    linestyle=LINES[index % len(LINES)],
                    linewidth=2,
                    clip_on=view is not axes,
                    label=label,
                )
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_xlabel("False positive rate", fontsize=11)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), fontsize=9.5, frameon=False)
    grid[0].set_ylabel("True positive rate", fontsize=11)
    return figure


def _all_in_corner(points: pd.DataFrame) -> bool:
    """Whether every curve passes through the corner, and so leaves the middle of the panel free."""
    inside = (points["false_positive_rate"] <= CORNER) & (points["true_positive_rate"] >= 1 - CORNER)
    return set(points.loc[inside, "class"]) == set(points["class"])
