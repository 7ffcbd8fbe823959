"""What else buys robustness: each shift control against the method that it is a variant of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sgcldff.statistics.against_reference import subject
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.multiplicity import benjamini_hochberg
from sgcldff.tables.comparisons import deciding
from sgcldff.tables.shift_controls import SHIFT_CONTROLS

SHIFT_METRICS = ("f1", "iou")  # those of the paper's two hypotheses


def judge_shift_controls(
    benchmark: Benchmark, bases: Mapping[str, str], metrics: Sequence[str] = SHIFT_METRICS
) -> pd.DataFrame:
    """The table SHIFT_CONTROLS: the control (`reference`) minus its base (`against`), paired by seed, in points.

    bases: control -> base. In every scenario and each of its pairs; p two-sided, corrected within this table
    (Benjamini-Hochberg). A control that was not run in a scope gives no row there. Raises InputError as
    `Benchmark.compared` does.

    >>> table = judge_shift_controls(benchmark, {"no_fusion": "neither"}, metrics=["iou"])
    >>> table[["pair", "reference", "against", "mean"]].round(3).values.tolist()[:1]
    [['', 'no_fusion', 'neither', 2.0]]
    """
    rows = [
        subject(scope, metric, control, base) | comparison.row(benchmark.equivalence_bound)
        for scope in benchmark.scopes
        for control, base in bases.items()
        for metric in metrics
        if (comparison := benchmark.compared(scope, metric, {control: 1.0}, {base: 1.0})) is not None
    ]
    table = pd.DataFrame(rows, columns=[column for column in SHIFT_CONTROLS.columns if column != "p_bh"])
    return table.assign(p_bh=benjamini_hochberg(list(deciding(table, "p"))))
