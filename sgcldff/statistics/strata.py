"""Scores of the test images of each kind: cut off by the border or whole, small to large, one cell or several.

The kinds are those of the true mask, the same for every method: images without one, and those whose mask shows no
cell, are in none. The two limits between small, medium and large are the terciles of the areas over all tested images
of the dataset. A score is the mean over the images of the kind in a seed, then mean and SD over seeds; a seed whose
test has no such image says nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sgcldff.tables.strata import STRATA, STRATA_OF
from sgcldff.variants import SEPARATOR

METRICS = {"iou": "iou", "accuracy": "correct"}  # metric -> the score of an image whose mean it is
_RUN = ["trained_on", "tested_on", "method", "seed"]


def strata(cells: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """The table STRATA of every pair of datasets; perturbed tests, whose masks are the same, are left out.

    cells: CELLS; scores: SCORE_COLUMNS.

    >>> cells = pd.DataFrame({"dataset": "bccd", "image_id": ["x", "y", "z"], "touches_border": [0, 1, 0],
    ...                       "area": [10, 20, 30], "n_cells": 1})
    >>> scores = pd.DataFrame({"trained_on": "bccd", "tested_on": "bccd", "method": "full", "seed": 0,
    ...                        "image_id": ["x", "y", "z"], "metric": "iou", "value": [0.8, 0.6, 0.9]})
    >>> table = strata(cells, scores)
    >>> table.loc[table["divided_by"] == "border", ["stratum", "mean", "n_images"]].round(2).values.tolist()
    [['whole', 0.85, 2.0], ['at the border', 0.6, 1.0]]
    """
    wanted = scores["metric"].isin(METRICS.values()) & ~scores["tested_on"].str.contains(SEPARATOR, regex=False)
    images = scores.loc[wanted, [*_RUN, "image_id", "metric", "value"]].dropna(subset="value")
    kinds = _kinds(cells)
    images = images.merge(kinds, left_on=["tested_on", "image_id"], right_on=["dataset", "image_id"])
    images["metric"] = images["metric"].map({score: metric for metric, score in METRICS.items()})
    keys = ["trained_on", "tested_on", "method", "divided_by", "stratum", "limits", "metric"]
    of_seed = images.groupby([*keys, "seed"])["value"].agg(["mean", "size"])
    table = of_seed.groupby(keys).agg(
        n_seeds=("mean", "size"), mean=("mean", "mean"), sd=("mean", "std"), n_images=("size", "mean")
    )
    table = table.reset_index()[list(STRATA.columns)]
    place = {stratum: place for place, stratum in enumerate(name for names in STRATA_OF.values() for name in names)}
    order = table["stratum"].map(place).rename("place")
    by = [*keys[:3], "metric", "place"]
    return table.assign(place=order).sort_values(by, ignore_index=True)[list(STRATA.columns)]


def _kinds(cells: pd.DataFrame) -> pd.DataFrame:
    """dataset, image_id, divided_by, stratum, limits: a row an image with a cell and what divides the images."""
    shown = cells[cells["area"] > 0]
    parts = [pd.DataFrame(columns=["dataset", "image_id", "divided_by", "stratum", "limits"])]
    for dataset, images in shown.groupby("dataset"):
        low, high = np.quantile(images["area"], [1 / 3, 2 / 3])
        size = np.digitize(images["area"], [low, high], right=True)
        limits = (f"up to {low:.0f} px", f"{low:.0f} to {high:.0f} px", f"over {high:.0f} px")
        chosen = {
            "border": (images["touches_border"].to_numpy(int), ("", "")),
            "area": (size, limits),
            "cells": ((images["n_cells"] > 1).to_numpy(int), ("", "")),
        }
        for divided_by, (kind, words) in chosen.items():
            part = pd.DataFrame({"dataset": dataset, "image_id": images["image_id"], "divided_by": divided_by})
            part["stratum"], part["limits"] = np.take(STRATA_OF[divided_by], kind), np.take(words, kind)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)
