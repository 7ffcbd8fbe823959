"""Scores of single images, brought together as grids of seeds by images."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.scenarios import Scope, pair_label

# Metric of a run -> the score of an image whose mean over the images it is; the macro scores are no means over
# images, and have pseudo-values in their place.
IMAGE_SCORES = {
    "accuracy": "correct",
    **{name: name for name in ("precision", "recall", "f1", "auc", "iou", "dice", "pixel_accuracy")},
}

_KEYS = ["trained_on", "tested_on", "method", "metric"]


class Images:
    """The scores of single images of a benchmark, looked up by run."""

    def __init__(self, scores: pd.DataFrame) -> None:
        """scores: trained_on, tested_on, method, seed, image_id, metric, value (fraction); a row an image and metric.

        Raises InputError for a missing column and for an image that stands twice in a run.
        """
        columns = [*_KEYS, "seed", "image_id", "value"]
        if missing := [column for column in columns if column not in scores]:
            raise InputError(f"The table of scores has no column {', '.join(missing)}: score the predictions again.")
        kept = scores.loc[scores["metric"].isin(IMAGE_SCORES.values()), columns]
        if (twice := kept.duplicated([*_KEYS, "seed", "image_id"])).any():
            run = kept[twice].iloc[0]
            raise InputError(
                f"The table of scores has two rows for {run['metric']} of {run['method']}, "
                f"{pair_label(run['trained_on'], run['tested_on'])}, seed {run['seed']}, image {run['image_id']}: "
                "score the predictions again."
            )
        self._tables: Mapping[tuple[str, ...], pd.DataFrame] = dict(
            list(kept.groupby(_KEYS, sort=False, observed=True))
        )
        self._grids: dict[tuple[str, ...], pd.DataFrame | None] = {}

    def differences(
        self, reference: Mapping[str, float], against: Mapping[str, float], scope: Scope, metric: str
    ) -> list[np.ndarray] | str:
        """reference - against as [S, I] grids (fractions), one for each dataset tested on.

        reference, against: method -> weight; metric: one of IMAGE_SCORES. A sentence where there is nothing to cross.
        The pairs of a scope that are tested on the same dataset share its images, and so become one grid; each is
        weighted as its pairs weigh in the scope, so that the means of the grids add up to the scope's mean difference.
        Raises InputError where the methods were not scored on the same images and seeds.
        """
        weights = {**reference} | {method: -weight for method, weight in against.items()}
        grids: dict[str, pd.DataFrame] = {}
        for trained_on, tested_on in scope.pairs:
            tables = {method: self._grid(trained_on, tested_on, method, metric) for method in weights}
            if absent := [method for method, table in tables.items() if table is None]:
                return f"no crossed analysis: {absent[0]} has no scores of images"
            (first, ours), *others = tables.items()
            for other, theirs in others:
                if set(ours.columns) != set(theirs.columns) or set(ours.index) != set(theirs.index):
                    raise InputError(
                        f"{first} and {other} were not scored on the same images and seeds in "
                        f"{pair_label(trained_on, tested_on)}: predict again with one split for all."
                    )
            # Labels decide: pandas puts seeds and images beside each other by name.
            grid = sum(weight * tables[method] for method, weight in weights.items()) / len(scope.pairs)
            if tested_on in grids and set(grids[tested_on].columns) != set(grid.columns):
                return f"no crossed analysis: the fits left out different images of {tested_on}"
            grids[tested_on] = grids[tested_on] + grid if tested_on in grids else grid
        if any(grid.isna().any(axis=None) for grid in grids.values()):
            return f"no crossed analysis: {metric} is undefined for an image in some run"
        return [grid.to_numpy() for grid in grids.values()]

    def spread(self, trained_on: str, tested_on: str, method: str, metric: str) -> pd.Series | None:
        """Seed -> the SD over the images that were tested in it and have the metric; None without scores of images."""
        grid = self._grid(trained_on, tested_on, method, metric)
        return None if grid is None else grid.std(axis=1, ddof=1)

    def _grid(self, trained_on: str, tested_on: str, method: str, metric: str) -> pd.DataFrame | None:
        """The scores of a method, a row a seed, a column an image, both sorted; None where there are none."""
        key = (trained_on, tested_on, method, IMAGE_SCORES[metric])
        if key not in self._grids:
            table = self._tables.get(key)
            self._grids[key] = None if table is None else table.pivot(index="seed", columns="image_id", values="value")
        return self._grids[key]
