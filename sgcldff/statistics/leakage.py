"""What leakage is worth: the same methods in-domain on data divided by source and on the same data divided by image.

A seed draws the split of both, so that a difference is taken within a seed and its interval is the one for redrawn
splits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.scenarios import Scope, pair_label
from sgcldff.statistics.shift import shifted
from sgcldff.tables.leakage import LEAKAGE, LEAKAGE_METRICS


def leakage_gain(benchmark: Benchmark, declared: Mapping[str, str]) -> pd.DataFrame:
    """The table LEAKAGE: inflated minus honest by method and metric, paired by seed, points; means and SDs: fractions.

    declared: `honest` and `inflated`, the datasets divided by source and by image, each tested on its own test subset;
    empty for no rows. A method that was not run on both, or that does not give the metric, has no row.
    Raises InputError for a method with other seeds on the one than on the other.
    """
    if not declared:
        return pd.DataFrame(columns=list(LEAKAGE.columns))
    honest, inflated = declared["honest"], declared["inflated"]
    scopes = [Scope("in_domain", pair_label(name, name), ((name, name),), redrawn=True) for name in (inflated, honest)]
    rows = []
    for method in benchmark.methods:
        by_image, by_source = (benchmark.values(method, scope) for scope in scopes)
        if by_image is None or by_source is None:
            continue
        for metric in LEAKAGE_METRICS:
            comparison = shifted(by_image, by_source, metric, benchmark.test_train_ratio)
            if comparison is None:
                continue
            row: dict[str, Any] = {"method": method, "metric": metric}
            for name, values in (("honest", by_source), ("inflated", by_image)):
                scores = values.of(metric)
                row |= {name: scores.mean(), f"{name}_sd": _sd(scores)}
            rows.append(row | comparison.row(benchmark.equivalence_bound))
    return pd.DataFrame(rows, columns=list(LEAKAGE.columns))


def _sd(scores: np.ndarray) -> float:
    return float(np.std(scores, ddof=1)) if len(scores) > 1 else float("nan")
