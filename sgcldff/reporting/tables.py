"""The tables of a report and the points of its figures, from the files of a finished run.

What can be read as CSV is made here, so that it can be worked out again without pictures and pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.config.experiment import IN_DOMAIN, REFERENCE, Experiment
from sgcldff.reporting.figures.precision_recall import precision_recall_points
from sgcldff.reporting.figures.probabilities import in_domain_probabilities
from sgcldff.reporting.figures.reliability import reliability_points
from sgcldff.reporting.figures.roc import roc_points
from sgcldff.reporting.figures.training_curves import training_curves
from sgcldff.reporting.files import TableFiles
from sgcldff.reporting.methods import of_roles, reported_methods
from sgcldff.reporting.paper_values import contradictions
from sgcldff.reporting.provenance import read_fit
from sgcldff.reporting.results import Results, rows_of_all_pairs
from sgcldff.reporting.scenarios import reported_scenarios
from sgcldff.reporting.sections.beside_the_paper import (
    TABLE_2_METRICS,
    TABLE_2_ROLES,
    TABLE_3_METRICS,
    TABLE_3_ROLES,
    ablation_pairs,
    paper_rows,
)
from sgcldff.reporting.sections.costs import cost_rows
from sgcldff.reporting.sections.datasets import Audit, read_audit
from sgcldff.reporting.sections.explanations import read_explained, with_analysis
from sgcldff.reporting.sections.failures import failed_runs
from sgcldff.reporting.sections.further_metrics import FURTHER_METRICS
from sgcldff.reporting.sections.per_class import per_class_rows
from sgcldff.reporting.sections.related_work import related_work_rows
from sgcldff.reporting.shown import CONTRACTS, Shown
from sgcldff.reporting.titles import Titles, pair_name
from sgcldff.tables.confusion import CONFUSION
from sgcldff.tables.costs import read_cost
from sgcldff.tables.files import write_table
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import RUNS

SHOWN_AS_READ = (  # the tables of the statistics that the report passes on
    *("hypotheses", "interactions", "comparisons", "claims", "spreads", "robustness", "leakage"),
    *("shift_controls", "ranks", "attention", "strata", "audit_comparisons", "audit_findings", "audit_claims"),
)


@dataclass(frozen=True)
class ReportTables:
    """What was read, and what follows from it.

    fits: the fit.json of each fit; failed: as `failed_runs` gives it; confusion, costs, audit, explained: their
    tables; measured: what was measured, by name; points: those of CURVES by name.
    """

    shown: Shown
    fits: Sequence[Mapping[str, Any]]
    failed: Mapping[tuple[str, str, int], str]
    confusion: pd.DataFrame
    costs: pd.DataFrame
    audit: Audit
    explained: pd.DataFrame
    measured: Mapping[str, pd.DataFrame]
    points: Mapping[str, pd.DataFrame]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Those of TABLES and of the scenarios, by name."""
        shown, audit = self.shown, self.audit
        return {
            **self.measured,
            **{name: shown.statistics[name] for name in SHOWN_AS_READ},
            "costs": self.costs,
            "runs": shown.results.runs,
            "contradictions": pd.DataFrame(contradictions()),
            "duplicates_by_dataset": audit.pairs,
            "leakage_by_test": audit.tests,
            "confusion": self.confusion,
        }


def read_tables(experiment: Experiment, files: TableFiles) -> ReportTables:
    """Read the files and work the tables out; InputError where a file is missing or is not what its name says."""
    titles = Titles.of(experiment)
    statistics = {name: read_table(files.statistics[name], contract) for name, contract in CONTRACTS.items()}
    fits, spent = [read_fit(file) for file in files.fits], [read_cost(file) for file in files.costs]
    failed = failed_runs([*fits, *spent])
    every_run = read_table(files.runs, RUNS)
    shown = Shown(
        experiment=experiment,
        titles=titles,
        methods=reported_methods(experiment, titles),
        scenarios=reported_scenarios(experiment),
        results=Results(of_every_method(every_run, experiment), statistics["summary"], failed),
        every_run=every_run,
        statistics=statistics,
    )
    explained = read_explained(files.explained)
    curves = training_curves(fits, files.histories)
    measured = _measured(shown) | {"training_curves": curves, "explanations": with_analysis(explained)}
    return ReportTables(
        shown=shown,
        fits=fits,
        failed=failed,
        confusion=of_every_method(read_table(files.confusion, CONFUSION), experiment),
        costs=cost_rows(shown.methods, fits, spent),
        audit=read_audit(files.duplicates_by_dataset, files.leakage_by_test),
        explained=explained,
        measured=measured,
        points=_points(shown, files.predictions) | {"training_curves": curves},
    )


def write_marked(table: pd.DataFrame, file: Path, experiment: Experiment) -> None:
    """A table that says in every row whether it is synthetic, and at what scale it was measured."""
    write_table(table.assign(synthetic=experiment.synthetic, scale=experiment.scale or ""), file)


def of_every_method(rows: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """Those of the seeds that all methods have; in the others the arms of hypotheses stand by themselves."""
    return rows[rows["seed"].isin(experiment.seeds)]


def _measured(shown: Shown) -> dict[str, pd.DataFrame]:
    """The tables of what was measured, by name: fractions, and the paper's values beside them in Tables 2 and 3."""
    results, methods, in_domain = shown.results, shown.methods, shown.scenarios[IN_DOMAIN]
    compared, ablations = of_roles(methods, *TABLE_2_ROLES), of_roles(methods, *TABLE_3_ROLES)
    tables = {
        "table2": pd.concat(
            paper_rows(2, results, in_domain, compared, TABLE_2_METRICS, pair)
            for pair in ["", *map(pair_name, in_domain.pairs)]
        ),
        "table3": pd.concat(
            paper_rows(3, results, in_domain, ablations, TABLE_3_METRICS, pair) for pair in ablation_pairs(in_domain)
        ),
        "related_work": related_work_rows(results, in_domain, methods),
        "further_metrics": rows_of_all_pairs(results, in_domain, methods, FURTHER_METRICS),
        "per_class": per_class_rows(results, shown.scenarios.values(), methods, shown.classes),
    }
    others = [scenario for name, scenario in shown.scenarios.items() if name != IN_DOMAIN]
    return tables | {
        scenario.name: rows_of_all_pairs(results, scenario, methods, TABLE_2_METRICS) for scenario in others
    }


def _points(shown: Shown, predictions: Sequence[Path]) -> dict[str, pd.DataFrame]:
    """The points of CURVES by name; those of the reference where a curve is of a method."""
    probabilities = in_domain_probabilities(predictions, REFERENCE)
    return {
        "roc": roc_points(probabilities, shown.every_class),
        "precision_recall": precision_recall_points(probabilities, shown.every_class),
        "reliability": reliability_points(probabilities),
        "power": shown.statistics["power"],
    }
