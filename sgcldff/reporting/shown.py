"""What a report shows: the experiment, its results and the tables of its statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sgcldff.config.experiment import IN_DOMAIN, REFERENCE, Experiment
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.results import Results, Value
from sgcldff.reporting.scenarios import Scenario
from sgcldff.reporting.sections.availability import WithoutTruth
from sgcldff.reporting.sections.method_table import Seeds
from sgcldff.reporting.titles import Titles, pair_name
from sgcldff.tables.attention import ATTENTION
from sgcldff.tables.audit import AUDIT_CLAIMS, AUDIT_COMPARISONS, AUDIT_FINDINGS
from sgcldff.tables.claims import CLAIMS
from sgcldff.tables.comparisons import COMPARISONS
from sgcldff.tables.hypotheses import HYPOTHESES
from sgcldff.tables.interactions import INTERACTIONS
from sgcldff.tables.leakage import LEAKAGE
from sgcldff.tables.power import POWER
from sgcldff.tables.ranks import RANKS
from sgcldff.tables.robustness import ROBUSTNESS
from sgcldff.tables.shift_controls import SHIFT_CONTROLS
from sgcldff.tables.spreads import SPREADS
from sgcldff.tables.strata import STRATA
from sgcldff.tables.summary import SUMMARY

CONTRACTS = {  # table of the statistics -> what it holds
    "summary": SUMMARY,
    "comparisons": COMPARISONS,
    "hypotheses": HYPOTHESES,
    "interactions": INTERACTIONS,
    "claims": CLAIMS,
    "spreads": SPREADS,
    "power": POWER,
    "robustness": ROBUSTNESS,
    "leakage": LEAKAGE,
    "shift_controls": SHIFT_CONTROLS,
    "ranks": RANKS,
    "attention": ATTENTION,
    "strata": STRATA,
    "audit_comparisons": AUDIT_COMPARISONS,
    "audit_findings": AUDIT_FINDINGS,
    "audit_claims": AUDIT_CLAIMS,
}


@dataclass(frozen=True)
class Shown:
    """Sections and figures are handed parts of it, never the whole.

    results: of the seeds that all methods have; every_run: RUNS, those of further seeds too; statistics: the tables of
    CONTRACTS by name.
    """

    experiment: Experiment
    titles: Titles
    methods: Sequence[ReportedMethod]
    scenarios: Mapping[str, Scenario]
    results: Results
    every_run: pd.DataFrame
    statistics: Mapping[str, pd.DataFrame]

    @property
    def seeds(self) -> Seeds:
        return Seeds(len(self.experiment.seeds), self.results.runs["seed"].nunique())

    @property
    def classes(self) -> dict[str, list[str]]:
        """What is trained on -> the classes of its fits."""
        return {trained_on: self.experiment.classes(trained_on) for trained_on, _ in self.experiment.pairs()}

    @property
    def every_class(self) -> list[str]:
        """Those of every fit, each once."""
        return list(dict.fromkeys(name for names in self.classes.values() for name in names))

    @property
    def own_classes(self) -> dict[str, list[str]]:
        """The datasets whose fits are tested on their own test subsets -> the classes of these fits."""
        own = {trained_on for trained_on, tested_on in self.experiment.pairs() if trained_on == tested_on}
        return {name: self.classes[name] for name in self.experiment.datasets if name in own}

    def without_truth(self, scenario: Scenario, metrics: Sequence[str]) -> WithoutTruth:
        """The pairs of the scenario that take no part in each metric."""
        return {metric: self.results.without_truth(scenario.pairs, metric) for metric in metrics}

    def ece(self, datasets: Iterable[str]) -> dict[str, Value]:
        """The calibration error of the reference on the datasets' own test subsets."""
        return {name: self.results.value(IN_DOMAIN, pair_name((name, name)), REFERENCE, "ece") for name in datasets}
