"""What was measured: mean and spread over seeds of every metric of every method.

A metric that is NaN in all of a method's runs in a scope (it does not segment, say) gives no row. One that is NaN in
some runs is described over the seeds that have it, with the number of seeds and a note, and has no interval.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.paired_test import is_constant
from sgcldff.statistics.resampled import corrected_test
from sgcldff.statistics.scenarios import Values
from sgcldff.statistics.student import TTest, student_t
from sgcldff.tables.comparisons import REDRAWN, SEEDS
from sgcldff.tables.summary import SUMMARY


def summarize(benchmark: Benchmark) -> pd.DataFrame:
    """The table SUMMARY: each scenario's average and each pair by itself, by method and metric, in the runs' unit.

    sd has n_seeds - 1 in the denominator and is NaN for one seed; the interval and bounds are of the mean over seeds,
    corrected where each seed drew its own split (`basis`); n_images: images tested in a seed, over the pairs of the
    scope, rounded mean over seeds.

    >>> table = summarize(benchmark).set_index(["pair", "method", "metric"])
    >>> table.loc[("", "full", "iou"), ["n_seeds", "mean", "sd"]].astype(float).round(4).tolist()
    [3.0, 0.8233, 0.0153]
    """
    rows = []
    for scope in benchmark.scopes:
        for method in benchmark.methods:
            if (values := benchmark.values(method, scope)) is not None:
                ratio = benchmark.ratio(scope)
                measured = [metric for metric in benchmark.metrics if values.of(metric) is not None]
                rows += [described(values, metric, ratio) for metric in measured]
    return pd.DataFrame(rows, columns=list(SUMMARY.columns))


def described(values: Values, metric: str, ratio: float | None) -> dict[str, Any]:
    """The row of a method's values in a scope; ratio: as `Benchmark.ratio` gives it.

    >>> values = benchmark.values("full", benchmark.scopes[0])
    >>> row = described(values, "iou", ratio=None)
    >>> f"{row['mean']:.4f} from {row['ci_low']:.4f} to {row['ci_high']:.4f}", row["basis"]
    ('0.8233 from 0.7854 to 0.8613', 'seeds')
    """
    scores = pd.Series(values.of(metric)).dropna()
    note = values.undefined(metric)
    if not note and len(scores) > 1 and is_constant(scores.to_numpy(), np.zeros(len(scores))):
        note = "the same in every seed: no interval"
    bounded = TTest() if note else _bounded(scores, ratio)
    return {
        "scenario": values.scope.scenario,
        "pair": values.scope.label,
        "method": values.method,
        "metric": metric,
        "n_seeds": len(scores),
        "mean": scores.mean(),
        "sd": scores.std(ddof=1),
        "minimum": scores.min(),
        "maximum": scores.max(),
        "ci_low": bounded.ci_low,
        "ci_high": bounded.ci_high,
        "lower_bound": bounded.lower_bound,
        "upper_bound": bounded.upper_bound,
        "basis": REDRAWN if ratio else SEEDS,
        "n_images": int(np.rint(values.n_images.mean())),
        "note": note or values.without(metric),
    }


def _bounded(scores: pd.Series, ratio: float | None) -> TTest:
    if (n := len(scores)) < 2:
        return TTest()
    mean, sd = scores.mean(), scores.std(ddof=1)
    return corrected_test(mean, sd, n, ratio) if ratio else student_t(mean, sd / math.sqrt(n), n - 1)
