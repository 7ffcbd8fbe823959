"""A shift control is compared with the method that it is a variant of, and with no other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.shift_controls import judge_shift_controls
from sgcldff.tables.shift_controls import SHIFT_CONTROLS


@pytest.fixture
def benchmark(runs: Callable[..., pd.DataFrame], measured: Callable[..., Benchmark]) -> Benchmark:
    return measured(runs())


def test_a_control_is_compared_with_its_base_within_a_seed_in_points(benchmark) -> None:
    table = judge_shift_controls(benchmark, {"no_alignment": "unetpp"})
    assert set(zip(table["reference"], table["against"], strict=True)) == {("no_alignment", "unetpp")}
    scope = benchmark.scopes[0]
    mine, base = (benchmark.values(name, scope).of("iou") for name in ("no_alignment", "unetpp"))
    row = table[(table["scenario"] == scope.scenario) & (table["pair"] == "") & (table["metric"] == "iou")]
    assert row["mean"].item() == pytest.approx(100 * np.mean(mine - base))


def test_every_pair_and_both_metrics_of_the_hypotheses_are_tested(benchmark) -> None:
    table = judge_shift_controls(benchmark, {"no_alignment": "unetpp"})
    assert set(table["metric"]) == {"f1", "iou"}
    assert len(table) == 2 * len(benchmark.scopes)


def test_a_control_that_was_not_run_has_no_row_but_the_table_has_its_columns(benchmark) -> None:
    table = judge_shift_controls(benchmark, {"reinhard": "full"})
    assert table.empty and list(table.columns) == list(SHIFT_CONTROLS.columns)
