"""What a fit scores along an axis of perturbation: the area under each score's curve, as runs of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.runs import RUN_KEYS
from sgcldff.variants import parse_variant, variant_name


def area_rows(runs: pd.DataFrame, axes: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """For each fit, dataset and axis a row as those of `runs`, tested on `<dataset>@<axis>`.

    runs: as `score_files` gives them; axes: axis -> its levels above 0, at which `<dataset>@<axis>@<level>` was tested;
    level 0 is the test on the dataset itself. A score is the area under its curve over the levels by the trapezoid
    rule, over the length of the axis: the mean score between no shift and the strongest. It is NaN where it is NaN at
    any level. Counts are those of level 0. A fit that was tested at no level of an axis has no row for it.
    Raises InputError where one that was tested at some level lacks another.
    """
    by_run = runs.set_index(list(RUN_KEYS))
    scores = [column for column in by_run if not column.startswith("n_")]
    names = pd.DataFrame([parse_variant(name) for name in runs["tested_on"]], runs.index, ["dataset", "axis", "level"])
    tested = runs[["trained_on", "method", "seed"]].join(names[["dataset", "axis"]]).drop_duplicates()
    areas = [runs.head(0)]
    for axis, given in axes.items():
        fits, levels = tested[tested["axis"] == axis], sorted(given)
        if fits.empty:
            continue
        curve = [_at(by_run, fits, list(fits["dataset"]))]
        curve += [_at(by_run, fits, [variant_name(name, axis, level) for name in fits["dataset"]]) for level in levels]
        heights = np.stack([rows[scores].to_numpy(float) for rows in curve])
        area = curve[0].reset_index()
        area["tested_on"] = [variant_name(name, axis) for name in fits["dataset"]]
        mean = np.trapezoid(heights, [0, *levels], axis=0) / levels[-1]
        area[scores] = np.minimum(mean, heights.max(axis=0))  # rounding may lift it above the highest
        areas.append(area[list(runs.columns)])
    return pd.concat(areas, ignore_index=True)


def _at(by_run: pd.DataFrame, fits: pd.DataFrame, tested_on: Sequence[str]) -> pd.DataFrame:
    """The runs of these fits on the images named for each, in the order of the fits."""
    wanted = pd.MultiIndex.from_frame(fits.assign(tested_on=tested_on)[list(RUN_KEYS)])
    missing = wanted[~wanted.isin(by_run.index)]
    if len(missing):
        trained_on, name, method, seed = missing[0]
        raise InputError(
            f"The fit of {method} on {trained_on} with seed {seed} has no run on {name}, which its robustness curve "
            "needs: test it again."
        )
    return by_run.loc[wanted]
