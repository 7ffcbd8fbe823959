"""ROC curves (the paper's Figure 3): a panel a dataset, a curve a class against the rest, pooled over seeds.

The macro average is made within each seed, over the classes at each false positive rate, and drawn as mean and SD over
the seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import roc_auc_score, roc_curve

from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.style import FAINT, INK, LINES, Colour, panels, say
from sgcldff.reporting.titles import Titles

COLUMNS = (
    *("dataset", "class", "threshold", "false_positive_rate", "true_positive_rate", "auc"),
    *("n_positive", "n_negative", "true_positive_rate_sd", "auc_of_seeds", "auc_sd", "n_seeds"),
)
MACRO = "macro average"  # stands in the place of a class
RATES = np.linspace(0, 1, 101)  # the false positive rates at which curves are averaged

# Curves that all pass through the upper left corner lie on each other; this much of it is shown enlarged.
CORNER = 0.2


def roc_points(probabilities: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """The points of every curve, a row a threshold; a class that a dataset lacks (or is alone in it) has no curve.

    auc is that of the pooled images, auc_of_seeds and auc_sd are mean and SD over the n_seeds that have images of the
    class and of others. The curve MACRO has a row for each of RATES; its auc is the mean of the seeds' macro AUC.
    """
    curves = []
    for dataset, images in probabilities.groupby("tested_on", sort=False):
        curves += _macro(dataset, images, classes)
        for name in classes:
            positive = (images["label"] == name).to_numpy()
            if positive.all() or not positive.any():
                continue
            scores = images[f"p_{name}"].to_numpy(dtype=float)
            false_rate, true_rate, thresholds = roc_curve(positive, scores)
            of_seeds = _auc_of_seeds(images["seed"].to_numpy(), positive, scores)
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
                        "auc_of_seeds": of_seeds.mean(),
                        "auc_sd": of_seeds.std(ddof=1),
                        "n_seeds": len(of_seeds),
                    }
                )
            )
    return pd.concat(curves, ignore_index=True)[list(COLUMNS)] if curves else pd.DataFrame(columns=list(COLUMNS))


def _auc_of_seeds(seeds: np.ndarray, positive: np.ndarray, scores: np.ndarray) -> pd.Series:
    """The AUC within each seed, where it has one."""
    own = [(positive[seeds == seed], scores[seeds == seed]) for seed in np.unique(seeds)]
    return pd.Series([roc_auc_score(*each) for each in own if each[0].any() and not each[0].all()], dtype=float)


def _macro(dataset: str, images: pd.DataFrame, classes: Sequence[str]) -> list[pd.DataFrame]:
    """The curve MACRO, or nothing where no class has one in any seed."""
    heights, areas = [], []
    for _, of_seed in images.groupby("seed"):
        own = {name: (of_seed["label"] == name).to_numpy() for name in classes}
        own = {name: positive for name, positive in own.items() if positive.any() and not positive.all()}
        if not own:
            continue
        curves = [roc_curve(positive, of_seed[f"p_{name}"])[:2] for name, positive in own.items()]
        heights.append(np.mean([np.interp(RATES, *curve) for curve in curves], axis=0))
        areas.append(np.mean([roc_auc_score(positive, of_seed[f"p_{name}"]) for name, positive in own.items()]))
    if not heights:
        return []
    curve = {"false_positive_rate": RATES, "true_positive_rate": np.mean(heights, axis=0)}
    curve |= {"true_positive_rate_sd": pd.DataFrame(heights).std(ddof=1).to_numpy(), "auc": np.mean(areas)}
    curve |= {"auc_of_seeds": np.mean(areas), "auc_sd": pd.Series(areas).std(ddof=1), "n_seeds": len(areas)}
    return [pd.DataFrame({"dataset": dataset, "class": MACRO} | curve)]


def draw_roc(
    titles: Titles,
    method: str,
    classes: Mapping[str, Sequence[str]],
    colours: Mapping[str, Colour],
    points: pd.DataFrame,
    printed: Mapping[str, str],
) -> Figure:
    """A panel for each dataset; one without predictions says so. The band about the macro average is ± its SD.

    classes: dataset -> those of its own fits; colours: of the classes; points: as `roc_points` gives them;
    printed: class or MACRO -> the paper's AUC, of those that have one.
    """
    title = f"ROC curves of {titles.method(method)}, in-domain"
    figure, grid = panels(titles, title, [4.6 + 0.22 * len(names) for names in classes.values()], 4.4)
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
                beside = f", paper {printed[name]}" if name in printed else ""
                area = md.mean_sd(first["auc_of_seeds"], first["auc_sd"])
                label = f"{name}: AUC {area} (n = {int(first['n_positive'])}{beside})"
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
        _draw_macro(views, axes, of_dataset[of_dataset["class"] == MACRO], printed.get(MACRO))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_xlabel("False positive rate", fontsize=11)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), fontsize=9.5, frameon=False)
    for axes in grid[::2]:
        axes.set_ylabel("True positive rate", fontsize=11)
    return figure


def _draw_macro(views: Sequence[Axes], axes: Axes, curve: pd.DataFrame, printed: str | None) -> None:
    """views: the panel and its enlarged corner, where it has one; axes: the panel; printed: the paper's AUC."""
    if curve.empty:
        return
    first = curve.iloc[0]
    beside = f", paper {printed}" if printed else ""
    label = f"{MACRO}: AUC {md.mean_sd(first['auc_of_seeds'], first['auc_sd'])} ({md.seeds(first['n_seeds'])}{beside})"
    x, y = curve["false_positive_rate"].to_numpy(float), curve["true_positive_rate"].to_numpy(float)
    half = curve["true_positive_rate_sd"].to_numpy(float)
    for view in views:
        view.fill_between(x, y - half, np.minimum(y + half, 1), color=INK, alpha=0.15, linewidth=0)
        view.plot(x, y, color=INK, linewidth=2.5, clip_on=view is not axes, label=label, zorder=1.9)


def _all_in_corner(points: pd.DataFrame) -> bool:
    """Whether every curve passes through the corner, and so leaves the middle of the panel free."""
    points = points[points["class"] != MACRO]
    inside = (points["false_positive_rate"] <= CORNER) & (points["true_positive_rate"] >= 1 - CORNER)
    return set(points.loc[inside, "class"]) == set(points["class"])
