"""Scores of single pictures, brought together as grids of seeds by pictures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.scenarios import Scope, pair_label

PICTURE_SCORES = {"accuracy": "correct", "iou": "iou", "dice": "dice", "pixel_accuracy": "pixel_accuracy"}
"""Metric of a run -> the score of a picture whose mean over the pictures it is."""

_KEYS = ["trained_on", "tested_on", "method", "metric"]


class Pictures:
    """The scores of single pictures of a benchmark, looked up by run."""

    def __init__(self, scores: pd.DataFrame) -> None:
        """scores: trained_on, tested_on, method, seed, image_id, metric, value (fraction); a row a picture and metric.

        Raises InputError for a missing column and for a picture that stands twice in a run.
        """
        columns = [*_KEYS, "seed", "image_id", "value"]
        if missing := [column for column in columns if column not in scores]:
            raise InputError(f"The table of scores has no column {', '.join(missing)}: score the predictions again.")
        kept = scores.loc[scores["metric"].isin(PICTURE_SCORES.values()), columns]
        self._tables: Mapping[tuple[str, ...], pd.DataFrame] = dict(
            list(kept.groupby(_KEYS, sort=False, observed=True))
        )
        self._grids: dict[tuple[str, ...], pd.DataFrame | None] = {}

    def differences(self, reference: str, against: str, scope: Scope, metric: str) -> list[np.ndarray] | str:
        """reference - against as [S, I] grids (fractions), one for each dataset tested on; or why there are none.

        The pairs of a scope that are tested on the same dataset share its pictures, and so become one grid. Each grid
        is weighted as its pairs weigh in the scope: the grids' means add up to the scope's mean difference. Raises
        InputError where the two methods were not scored on the same pictures and seeds.
        """
        if metric not in PICTURE_SCORES:
            return f"{metric} is no mean over pictures: no crossed analysis"
        grids: dict[str, np.ndarray] = {}
        for trained_on, tested_on in scope.pairs:
            found = [self._grid(trained_on, tested_on, method, metric) for method in (reference, against)]
            if found[0] is None or found[1] is None:
                return "a method was not scored picture by picture: no crossed analysis"
            ours, theirs = found
            if set(ours.columns) != set(theirs.columns) or set(ours.index) != set(theirs.index):
                raise InputError(
                    f"{reference} and {against} were not scored on the same pictures and seeds in "
                    f"{pair_label(trained_on, tested_on)}: predict again with one split for all."
                )
            grid = (ours - theirs.reindex(index=ours.index, columns=ours.columns)) / len(scope.pairs)
            if grid.isna().any(axis=None):
                return f"not every picture has a value of {metric} in every seed: no crossed analysis"
            grids[tested_on] = grids.get(tested_on, 0) + grid.to_numpy()
        return list(grids.values())

    def _grid(self, trained_on: str, tested_on: str, method: str, metric: str) -> pd.DataFrame | None:
        """The scores of a method, a row a seed, a column a picture, both sorted; None where there are none."""
        key = (trained_on, tested_on, method, PICTURE_SCORES[metric])
        if key not in self._grids:
            table = self._tables.get(key)
            if table is not None and table.duplicated(["seed", "image_id"]).any():
                twice = table[table.duplicated(["seed", "image_id"])].iloc[0]
                raise InputError(
                    f"The table of scores has two rows for {metric} of {method}, {pair_label(trained_on, tested_on)}, seed "
                    f"{twice['seed']}, picture {twice['image_id']}: score the predictions again."
                )
            self._grids[key] = None if table is None else table.pivot(index="seed", columns="image_id", values="value")
        return self._grids[key]
