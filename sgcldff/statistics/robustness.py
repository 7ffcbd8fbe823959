"""Robustness curves: scores against how far the stain was shifted, their area, and what is lost at the far end.

Every seed tests its fit on the test subset of its own split, shifted or not, so that the whole curve is one on redrawn
splits. Not only differences between methods need Nadeau and Bengio's variance there (resampled.py): the correlation of
two seeds comes from the images that their splits share, and a single method's scores share them as much.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.comparison import Comparison
from sgcldff.statistics.scenarios import Scope
from sgcldff.statistics.shift import shifted
from sgcldff.statistics.summary import described
from sgcldff.tables.robustness import AREA, DIFFERENCE, DROP, ROBUSTNESS, ROBUSTNESS_METRICS, SCORE
from sgcldff.variants import variant_name


def robustness_curves(
    benchmark: Benchmark,
    axes: Mapping[str, Sequence[float]],
    reference: str,
    metrics: Sequence[str] = ROBUSTNESS_METRICS,
) -> pd.DataFrame:
    """The table ROBUSTNESS: curves of every method along every axis, on the mean over datasets ("") and on each.

    axes: axis -> its levels above 0. A curve is that of fits on the dataset itself, whose runs were tested on
    `<dataset>` (level 0) and on `<dataset>@<axis>@<level>`; its area is the run tested on `<dataset>@<axis>`.

    quantity: `score` at a level and `area` (level NaN) in fractions; in points `drop`, the score at level 0 minus that
    at the strongest, and `difference`, the area of the reference minus that of the method. Each with the 95% interval
    of its mean over seeds, corrected for redrawn splits. A method that was not run or lacks the metric has no row; one
    that is undefined in some seed has no interval, and a note. Raises InputError as `Benchmark.compared` does.
    """
    rows = []
    for axis, shifts in axes.items():
        for label, datasets in _groups(benchmark, axis):
            levels = [0.0, *sorted(shifts)]
            curve = {level: _scope(axis, label, datasets, level) for level in levels}
            area = _scope(axis, label, datasets, None)
            for method in benchmark.methods:
                about = {"axis": axis, "dataset": label, "method": method}
                for metric in metrics:
                    points = [
                        *(_described(benchmark, method, metric, scope, SCORE, level) for level, scope in curve.items()),
                        _described(benchmark, method, metric, area, AREA, math.nan),
                        _drop(benchmark, method, metric, curve[0.0], curve[levels[-1]]),
                        _difference(benchmark, method, metric, area, reference),
                    ]
                    rows += [about | {"metric": metric} | row for row in points if row]
    return pd.DataFrame(rows, columns=list(ROBUSTNESS.columns))


def _groups(benchmark: Benchmark, axis: str) -> Iterator[tuple[str, list[str]]]:
    """All datasets with a test along the axis under "", then each by itself."""
    tested = set(zip(benchmark.runs["trained_on"], benchmark.runs["tested_on"], strict=True))
    sources = dict.fromkeys(benchmark.runs["trained_on"])
    datasets = [name for name in sources if (name, variant_name(name, axis)) in tested]
    if datasets:
        yield "", datasets
    for name in datasets:
        yield name, [name]


def _scope(axis: str, label: str, datasets: Sequence[str], level: float | None) -> Scope:
    """The datasets at a level, or their areas (None)."""
    tested_on = [name if level == 0 else variant_name(name, axis, level) for name in datasets]
    return Scope(axis, label, tuple(zip(datasets, tested_on, strict=True)), redrawn=True)


def _described(
    benchmark: Benchmark, method: str, metric: str, scope: Scope, quantity: str, level: float
) -> dict[str, Any] | None:
    values = benchmark.values(method, scope)
    if values is None or values.of(metric) is None:
        return None
    row = described(values, metric, benchmark.ratio(scope))
    return {name: row[name] for name in ROBUSTNESS.columns if name in row} | {"quantity": quantity, "level": level}


def _drop(benchmark: Benchmark, method: str, metric: str, start: Scope, end: Scope) -> dict[str, Any] | None:
    before, after = benchmark.values(method, start), benchmark.values(method, end)
    if before is None or after is None:
        return None
    return _tested(shifted(before, after, metric, benchmark.ratio(start)), DROP)


def _difference(benchmark: Benchmark, method: str, metric: str, area: Scope, reference: str) -> dict[str, Any] | None:
    if method == reference:
        return None
    return _tested(benchmark.compared(area, metric, {reference: 1.0}, {method: 1.0}), DIFFERENCE)


def _tested(comparison: Comparison | None, quantity: str) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "quantity": quantity,
        "level": math.nan,
        "n_seeds": comparison.plain.n,
        "mean": comparison.plain.mean,
        "sd": comparison.plain.sd,
        "ci_low": comparison.deciding.ci_low,
        "ci_high": comparison.deciding.ci_high,
        "basis": comparison.basis,
        "note": comparison.note,
    }
