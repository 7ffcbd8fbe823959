"""What a report is made of: the configuration, the runs and the statistics, read from their files and checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.config.plan import classes_of
from sgcldff.tables.audit import AUDIT_CLAIMS, AUDIT_COMPARISONS, AUDIT_FINDINGS
from sgcldff.tables.claims import CLAIMS
from sgcldff.tables.comparisons import COMPARISONS
from sgcldff.tables.hypotheses import HYPOTHESES
from sgcldff.tables.interactions import INTERACTIONS
from sgcldff.tables.power import POWER
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import MASK_METRICS, RUNS
from sgcldff.tables.summary import SUMMARY
from sgcldff.variants import parse_variant

IN_DOMAIN = "in_domain"
"""The scenario of Tables 2 and 3: every dataset's own test subsets."""


@dataclass(frozen=True)
class Value:
    """Mean and SD over seeds (fractions), with the seeds and the images a seed behind them."""

    mean: float = math.nan
    sd: float = math.nan
    n_seeds: int = 0
    n_images: float = math.nan


@dataclass(frozen=True)
class Material:
    """The resolved configuration and the tables, as the files have them."""

    settings: Mapping[str, Any]
    runs: pd.DataFrame
    summary: pd.DataFrame
    comparisons: pd.DataFrame
    hypotheses: pd.DataFrame
    interactions: pd.DataFrame
    claims: pd.DataFrame
    power: pd.DataFrame
    audit_comparisons: pd.DataFrame
    audit_findings: pd.DataFrame
    audit_claims: pd.DataFrame

    @property
    def classes(self) -> list[str]:
        """Those of every fit, each once; those that the in-domain datasets tell apart come first."""
        trained_on = [first for pairs in self.scenarios.values() for first, _ in pairs]
        return list(dict.fromkeys(name for first in trained_on for name in self.classes_of(first)))

    def classes_of(self, trained_on: str) -> list[str]:
        """The classes that fits on a dataset or pool tell apart."""
        return classes_of(self.settings, trained_on)

    @property
    def datasets(self) -> list[str]:
        return list(self.settings["datasets"])

    @property
    def own_datasets(self) -> list[str]:
        """The datasets with fits of their own that are tested on their own test subsets."""
        own = {first for pairs in self.scenarios.values() for first, second in pairs if first == second}
        return [name for name in self.datasets if name in own]

    @property
    def absent(self) -> dict[str, dict[str, str]]:
        """Datasets that were not there: title, and where to obtain them."""
        return dict(self.settings.get("absent", {}))

    def absent_pairs(self, scenario: str) -> list[tuple[str, str]]:
        """The pairs that a scenario would have with them."""
        return [(first, second) for first, second in self.settings.get("absent_pairs", {}).get(scenario, [])]

    @property
    def axes(self) -> dict[str, dict[str, Any]]:
        """The axes of perturbation along which any scenario tests."""
        tested = {parse_variant(second)[1] for pairs in self.scenarios.values() for _, second in pairs}
        return {name: entry for name, entry in self.settings.get("perturbations", {}).items() if name in tested}

    def scenarios_along(self, axis: str) -> list[str]:
        """The scenarios that test along an axis of perturbation."""
        return [
            name
            for name, pairs in self.scenarios.items()
            if any(parse_variant(second)[1] == axis for _, second in pairs)
        ]

    def without_truth(self, scenario: str, metric: str) -> list[tuple[str, str]]:
        """The pairs of a scenario that have no part in a metric: none of their images has what it needs.

        The statistics leave them out of the scenario's mean.
        """
        needed = "n_annotated" if metric in MASK_METRICS else "n_labelled"
        return (
            [] if needed not in self.runs else [pair for pair in self.scenarios[scenario] if self._lacks(pair, needed)]
        )

    def _lacks(self, pair: tuple[str, str], needed: str) -> bool:
        here = self.runs[(self.runs["trained_on"] == pair[0]) & (self.runs["tested_on"] == pair[1])]
        return not here.empty and not (here[needed] > 0).any()

    def is_absent(self, scenario: str, pair: str) -> bool:
        return pair in {f"{first}→{second}" for first, second in self.absent_pairs(scenario)}

    @property
    def scenarios(self) -> dict[str, list[tuple[str, str]]]:
        """Scenario -> pairs of (trained on, tested on)."""
        return {name: [(a, b) for a, b in pairs] for name, pairs in self.settings["scenarios"].items()}

    @property
    def reference(self) -> str:
        """The key of the method that all others are compared with."""
        return next(key for key, method in self.settings["methods"].items() if method["role"] == "reference")

    def methods(self, *roles: str) -> list[str]:
        """Keys of the configured methods, ordered by the given roles; all roles where none is given."""
        wanted = roles or ("reference", "ablation", "baseline", "control")
        configured = self.settings["methods"].items()
        return [key for role in wanted for key, method in configured if method["role"] == role]

    def method_title(self, key: str) -> str:
        """Its title; a network that could have been pretrained and was not says so."""
        entry = self.settings["methods"].get(key, {})
        random = entry.get("arguments", {}).get("weights") == "none"
        return entry.get("title", key) + (" (random weights)" if random else "")

    def dataset_title(self, key: str) -> str:
        """Of a dataset, a pool, or a dataset along an axis of perturbation."""
        name, axis, level = parse_variant(key)
        entries = {**self.absent, **self.settings["datasets"], **self.settings.get("pools", {})}
        title = entries.get(name, {}).get("title", name)
        if axis is None:
            return title
        return f"{title}, {self.axis_title(axis)}" + ("" if level is None else f" at {level:g}")

    def axis_title(self, axis: str) -> str:
        return self.settings.get("perturbations", {}).get(axis, {}).get("title", axis)

    def pair_title(self, pair: str | tuple[str, str]) -> str:
        """Titles of both joined by an arrow, or that of the test set where both are the same dataset."""
        trained_on, tested_on = pair.split("→") if isinstance(pair, str) else pair
        if parse_variant(tested_on)[0] == trained_on:
            return self.dataset_title(tested_on)
        return f"{self.dataset_title(trained_on)} → {self.dataset_title(tested_on)}"

    def was_run(self, method: str, scenario: str, pair: str = "") -> bool:
        """Whether a run of the method stands in the scenario (in one pair of it, where `pair` is given)."""
        wanted = self.scenarios.get(scenario, []) if pair == "" else [tuple(pair.split("→"))]
        return any(self.has_run(method, *one) for one in wanted)

    def has_run(self, method: str, trained_on: str, tested_on: str) -> bool:
        return (method, trained_on, tested_on) in self._run_keys

    def value(self, scenario: str, pair: str, method: str, metric: str) -> Value:
        """The summary's entry, or a missing value where the summary has none."""
        return self._values.get((scenario, pair, method, metric), Value())

    @cached_property
    def _run_keys(self) -> set[tuple[str, str, str]]:
        return set(zip(self.runs["method"], self.runs["trained_on"], self.runs["tested_on"], strict=True))

    @cached_property
    def _values(self) -> dict[tuple[str, str, str, str], Value]:
        return {
            (row.scenario, row.pair, row.method, row.metric): Value(row.mean, row.sd, int(row.n_seeds), row.n_images)
            for row in self.summary.itertuples()
        }


def read_material(settings: Mapping[str, Any], runs: Path, statistics: Path) -> Material:
    """Reads runs.csv and the folder of statistics; InputError where a file or one of its columns is missing."""
    contracts = {
        "summary": SUMMARY,
        "comparisons": COMPARISONS,
        "hypotheses": HYPOTHESES,
        "interactions": INTERACTIONS,
        "claims": CLAIMS,
        "power": POWER,
        "audit_comparisons": AUDIT_COMPARISONS,
        "audit_findings": AUDIT_FINDINGS,
        "audit_claims": AUDIT_CLAIMS,
    }
    tables = {name: read_table(statistics / f"{name}.csv", contract) for name, contract in contracts.items()}
    return Material(settings=settings, runs=read_table(runs, RUNS), **tables)
