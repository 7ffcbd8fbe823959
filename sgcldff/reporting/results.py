"""What was measured, a row a method and metric: the numbers behind the tables, and the CSV files beside them.

Units are those of `sgcldff.tables.runs`. A row that was not run is there, and says so in its `state`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sgcldff.config.experiment import Pair
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.scenarios import Scenario
from sgcldff.reporting.titles import ARROW, pair_name
from sgcldff.tables.runs import truth_of
from sgcldff.tables.truth import Lack, lacks

# States of a row.
MEASURED, NOT_RUN, NO_VALUE, NOT_AVAILABLE = "measured", "not run", "no value", "not available"
FAILED = "failed"  # in every seed

COLUMNS = ("scenario", "pair", "method", "title", "role", "metric", "state", "mean", "sd", "n_seeds", "n_images")


@dataclass(frozen=True)
class Value:
    """Mean and SD over seeds, with the seeds and the images a seed behind them."""

    mean: float = math.nan
    sd: float = math.nan
    n_seeds: int = 0
    n_images: float = math.nan


@dataclass(frozen=True)
class Results:
    """runs: a row a run (runs.csv); summary: means over seeds (summary.csv); failed: (trained on, method, seed)."""

    runs: pd.DataFrame
    summary: pd.DataFrame
    failed: Collection[tuple[str, str, int]] = ()

    def value(self, scenario: str, pair: str, method: str, metric: str) -> Value:
        """The entry of the summary, or a missing value where it has none; pair "": the average of the scenario."""
        return self._values.get((scenario, pair, method, metric), Value())

    def was_run(self, method: str, pairs: Iterable[Pair]) -> bool:
        """Whether the method has a run in any of the pairs."""
        return any((method, *pair) in self._run_keys for pair in pairs)

    def has_failed(self, method: str, pairs: Iterable[Pair]) -> bool:
        """Whether any fit of the method behind the pairs failed."""
        trained_on = {pair[0] for pair in pairs}
        return any(key == method and place in trained_on for place, key, _ in self.failed)

    def without_truth(self, pairs: Sequence[Pair], metric: str) -> dict[Pair, Lack]:
        """The pairs without a part in the mean of a metric, for too few images have the masks or classes it needs.

        The statistics leave them out of the mean of their scenario.
        """
        lacking = self._lacking[truth_of(metric)]
        return {pair: lacking[pair] for pair in pairs if pair in lacking}

    @cached_property
    def _lacking(self) -> Mapping[str, Mapping[Pair, Lack]]:
        return lacks(self.runs)

    @cached_property
    def _run_keys(self) -> set[tuple[str, str, str]]:
        return set(zip(self.runs["method"], self.runs["trained_on"], self.runs["tested_on"], strict=True))

    @cached_property
    def _values(self) -> dict[tuple[str, str, str, str], Value]:
        return {
            (row.scenario, row.pair, row.method, row.metric): Value(row.mean, row.sd, int(row.n_seeds), row.n_images)
            for row in self.summary.itertuples()
        }


def result_rows(
    results: Results, scenario: Scenario, methods: Sequence[ReportedMethod], metrics: Sequence[str], pair: str = ""
) -> pd.DataFrame:
    """A row a method and metric: mean and SD over seeds, and the seeds and images behind them.

    pair "" is the average of the scenario over its pairs, made within each seed.
    """
    pairs = [tuple(pair.split(ARROW))] if pair else scenario.pairs
    rows = []
    for method in methods:
        for metric in metrics:
            value = results.value(scenario.name, pair, method.key, metric)
            if scenario.is_absent(pair):
                state = NOT_AVAILABLE
            elif not results.was_run(method.key, pairs):
                state = NOT_RUN
            elif not math.isnan(value.mean):
                state = MEASURED
            else:
                state = FAILED if results.has_failed(method.key, pairs) else NO_VALUE
            row = {"scenario": scenario.name, "pair": pair, "method": method.key, "title": method.title}
            row |= {"role": method.role, "metric": metric, "state": state, "mean": value.mean, "sd": value.sd}
            rows.append(row | {"n_seeds": value.n_seeds, "n_images": value.n_images})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def rows_of_all_pairs(
    results: Results, scenario: Scenario, methods: Sequence[ReportedMethod], metrics: Sequence[str]
) -> pd.DataFrame:
    """`result_rows` of the average of a scenario, then of each of its pairs, those of absent datasets last."""
    pairs = ["", *map(pair_name, (*scenario.pairs, *scenario.absent))]
    return pd.concat(result_rows(results, scenario, methods, metrics, pair) for pair in pairs)
