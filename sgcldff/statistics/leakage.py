"""What leakage is worth: the same methods in-domain on data divided by source and on the same data divided by image.

A seed draws the split of both, so that a difference is taken within a seed and its interval is the one for redrawn
splits.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.scenarios import Scope, pair_label
from sgcldff.statistics.shift import shifted
from sgcldff.tables.leakage import LEAKAGE, LEAKAGE_METRICS


def leakage(benchmark: Benchmark, declared: Mapping[str, str]) -> pd.DataFrame:
    """Inflated minus honest for each method and metric, paired by seed, in points; both means and SDs as fractions.

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
        found = [benchmark.values(method, scope) for scope in scopes]
        if any(one is None for one in found):
            continue
        high, low = found
        for metric in LEAKAGE_METRICS:
            scores = high.of(metric), low.of(metric)
            if any(each is None for each in scores):
                continue
            compared = shifted(high, low, metric, benchmark.test_train_ratio)
            means = {"inflated": scores[0].mean(), "honest": scores[1].mean()}
            spreads = {f"{name}_sd": _sd(each) for name, each in zip(means, scores, strict=True)}
            rows.append(
                {"method": method, "metric": metric, **means, **spreads} | compared.row(benchmark.equivalence_bound)
            )
    return pd.DataFrame(rows, columns=list(LEAKAGE.columns))


def _sd(scores: np.ndarray) -> float:
    return float(np.std(scores, ddof=1)) if len(scores) > 1 else float("nan")
