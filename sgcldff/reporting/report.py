"""The report: paper_tables.md, its tables as CSV, the figures and the provenance, from the files of finished stages.

The one place that takes the experiment apart and reads the files: each section and figure is handed what it shows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sgcldff.config.experiment import IN_DOMAIN, REFERENCE, Experiment
from sgcldff.reporting.figures.attention import draw_attention
from sgcldff.reporting.figures.confusion import draw_confusion
from sgcldff.reporting.figures.explanations import draw_explanations, read_explanations
from sgcldff.reporting.figures.hypotheses import draw_hypotheses
from sgcldff.reporting.figures.iou_boxplots import draw_iou_by_class, draw_iou_by_method
from sgcldff.reporting.figures.power import draw_power
from sgcldff.reporting.figures.precision_recall import draw_precision_recall, precision_recall_points
from sgcldff.reporting.figures.probabilities import in_domain_probabilities
from sgcldff.reporting.figures.reliability import draw_reliability, reliability_points
from sgcldff.reporting.figures.robustness import draw_robustness
from sgcldff.reporting.figures.roc import draw_roc, roc_points
from sgcldff.reporting.figures.style import class_colours, save
from sgcldff.reporting.files import FIGURES, ReportFiles
from sgcldff.reporting.methods import ReportedMethod, of_roles, reported_methods
from sgcldff.reporting.paper_tables import Sections, paper_tables
from sgcldff.reporting.paper_values import check_paper_rows, contradictions
from sgcldff.reporting.provenance import collect
from sgcldff.reporting.results import Results, Value, rows_of_all_pairs
from sgcldff.reporting.scenarios import Scenario, lost_scenarios, reported_scenarios
from sgcldff.reporting.sections.attention import attention_section
from sgcldff.reporting.sections.audit import audit_section
from sgcldff.reporting.sections.availability import WithoutTruth, where_to_get, without_note
from sgcldff.reporting.sections.beside_the_paper import (
    PAPER_ABLATION_DATASET,
    TABLE_2_METRICS,
    TABLE_2_ROLES,
    TABLE_3_METRICS,
    TABLE_3_ROLES,
    ablation_pairs,
    paper_rows,
    table_2,
    table_3,
)
from sgcldff.reporting.sections.claims import claims_section
from sgcldff.reporting.sections.costs import cost_rows, costs_section
from sgcldff.reporting.sections.datasets import Audit, datasets_section, read_audit, read_facts
from sgcldff.reporting.sections.failures import failed_runs, failures_section
from sgcldff.reporting.sections.figure_list import figures_section
from sgcldff.reporting.sections.further_metrics import FURTHER_METRICS, further_metrics
from sgcldff.reporting.sections.hypotheses import hypotheses_section
from sgcldff.reporting.sections.interactions import interactions_section
from sgcldff.reporting.sections.leakage import leakage_section, read_siblings
from sgcldff.reporting.sections.method_table import Seeds
from sgcldff.reporting.sections.overview import header, how_to_read, what_was_run
from sgcldff.reporting.sections.per_class import per_class, per_class_rows
from sgcldff.reporting.sections.related_work import related_work_rows, related_work_section
from sgcldff.reporting.sections.robustness import robustness_section
from sgcldff.reporting.sections.shift_controls import shift_controls_section
from sgcldff.reporting.sections.significance import significance_section
from sgcldff.reporting.sections.strata import shown_methods, strata_section
from sgcldff.reporting.sections.transfer import lost_scenario, scenario_section
from sgcldff.reporting.sections.verdicts import verdicts_section
from sgcldff.reporting.titles import Titles, pair_name
from sgcldff.tables.attention import ATTENTION
from sgcldff.tables.audit import AUDIT_CLAIMS, AUDIT_COMPARISONS, AUDIT_FINDINGS
from sgcldff.tables.claims import CLAIMS
from sgcldff.tables.comparisons import COMPARISONS
from sgcldff.tables.confusion import CONFUSION
from sgcldff.tables.costs import read_cost
from sgcldff.tables.files import write_table, write_text
from sgcldff.tables.hypotheses import HYPOTHESES
from sgcldff.tables.interactions import INTERACTIONS
from sgcldff.tables.leakage import LEAKAGE
from sgcldff.tables.power import POWER
from sgcldff.tables.read import read_table
from sgcldff.tables.robustness import ROBUSTNESS, ROBUSTNESS_METRICS
from sgcldff.tables.runs import RUNS
from sgcldff.tables.scores import read_scores
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
    "attention": ATTENTION,
    "strata": STRATA,
    "audit_comparisons": AUDIT_COMPARISONS,
    "audit_findings": AUDIT_FINDINGS,
    "audit_claims": AUDIT_CLAIMS,
}
SHOWN_AS_READ = (  # the tables of the statistics that the report passes on
    *("hypotheses", "interactions", "comparisons", "claims", "spreads", "robustness", "leakage"),
    *("shift_controls", "attention", "strata", "audit_comparisons", "audit_findings", "audit_claims"),
)


@dataclass(frozen=True)
class _Shown:
    """What a report shows; only this file sees it whole. statistics: the tables of CONTRACTS by name."""

    experiment: Experiment
    titles: Titles
    methods: Sequence[ReportedMethod]
    scenarios: Mapping[str, Scenario]
    results: Results
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


def render(experiment: Experiment, files: ReportFiles) -> None:
    """Writes the whole report.

    experiment: its methods are those that the report shows. Runs that the files lack are shown as not run. Raises
    InputError where a file is missing or is not what its name says, and where a method names a row that the paper does
    not print.
    """
    check_paper_rows({key: entry.paper for key, entry in experiment.methods.items()})
    titles = Titles.of(experiment)
    statistics = {name: read_table(files.statistics[name], contract) for name, contract in CONTRACTS.items()}
    configuration = experiment.model_dump(mode="json", by_alias=True)
    provenance = collect(configuration, files.fits, files.indexes, files.dropped)
    spent = [read_cost(file) for file in files.costs]
    failed = failed_runs([*provenance["fits"], *spent])
    shown = _Shown(
        experiment=experiment,
        titles=titles,
        methods=reported_methods(experiment, titles),
        scenarios=reported_scenarios(experiment),
        results=Results(read_table(files.runs, RUNS), statistics["summary"], failed),
        statistics=statistics,
    )
    costs = cost_rows(shown.methods, provenance["fits"], spent)
    audit = read_audit(files.duplicates_by_dataset, files.leakage_by_test)
    measured = _measured(shown)
    tables = (
        measured | {name: statistics[name] for name in SHOWN_AS_READ} | {"costs": costs, "runs": shown.results.runs}
    )
    tables["contradictions"] = pd.DataFrame(contradictions())
    confusion = read_table(files.confusion, CONFUSION)
    tables |= {"duplicates_by_dataset": audit.pairs, "leakage_by_test": audit.tests, "confusion": confusion}
    points = _points(shown, files.predictions)
    figures = _figures(shown, files, points, confusion)

    write_text(paper_tables(_sections(shown, files, provenance, measured, failed, costs, audit)), files.document)
    write_text(json.dumps(provenance, indent=2, default=str) + "\n", files.provenance)
    for frames, written in ((tables, files.tables), (points, files.curves)):
        for name, file in written.items():
            _write_marked(frames[name], file, experiment)
    for name, (svg, png) in files.figures.items():
        save(figures[name], svg, png)


def _write_marked(table: pd.DataFrame, file: Path, experiment: Experiment) -> None:
    """A table that says in every row whether it is synthetic, and at what scale it was measured."""
    write_table(table.assign(synthetic=experiment.synthetic, scale=experiment.scale or ""), file)


def _measured(shown: _Shown) -> dict[str, pd.DataFrame]:
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


def _sections(
    shown: _Shown,
    files: ReportFiles,
    provenance: Mapping[str, Any],
    measured: Mapping[str, pd.DataFrame],
    failed: Mapping[tuple[str, str, int], str],
    costs: pd.DataFrame,
    audit: Audit,
) -> Sections:
    experiment, titles, methods, statistics = shown.experiment, shown.titles, shown.methods, shown.statistics
    runs, scenarios, seeds, absent = shown.results.runs, shown.scenarios, shown.seeds, experiment.absent
    in_domain = scenarios[IN_DOMAIN]
    own_runs = runs[
        (runs["trained_on"] == runs["tested_on"]) & runs["trained_on"].isin([first for first, _ in in_domain.pairs])
    ]
    classes = measured["per_class"]
    links = {name: _link(file, files) for name, file in files.tables.items()}
    return Sections(
        header=header(experiment.name, experiment.synthetic, experiment.scale),
        what_was_run=what_was_run(
            name=experiment.name,
            datasets=[titles.dataset(name) for name in experiment.datasets],
            classes=shown.every_class,
            size=experiment.size,
            seeds=experiment.seeds,
            training=experiment.training,
            methods=methods,
            runs=runs,
            provenance=provenance,
        ),
        failures=failures_section(titles, failed, provenance["fits"]),
        how_to_read=how_to_read(),
        verdicts=verdicts_section(
            experiment.hypotheses,
            statistics["hypotheses"],
            experiment.interactions,
            statistics["interactions"],
            statistics["claims"],
        ),
        table_2=table_2(
            titles, in_domain, measured["table2"], seeds, shown.without_truth(in_domain, TABLE_2_METRICS), absent
        ),
        table_3=table_3(titles, measured["table3"], seeds, PAPER_ABLATION_DATASET in experiment.datasets),
        related_work=related_work_section(titles, in_domain, measured["related_work"], seeds),
        further_metrics=further_metrics(
            titles,
            methods,
            measured["further_metrics"],
            own_runs,
            seeds,
            shown.without_truth(in_domain, FURTHER_METRICS),
            experiment.size,
        ),
        per_class=per_class(
            titles,
            REFERENCE,
            classes[(classes["method"] == REFERENCE) & (classes["scenario"] == IN_DOMAIN)],
            seeds.measured,
            links["per_class"],
        ),
        strata=strata_section(
            titles,
            shown_methods(shown.results, in_domain, methods),
            in_domain.pairs,
            statistics["strata"],
            seeds.measured,
            links["strata"],
        ),
        scenarios=[
            *_transfer(shown, measured),
            *(lost_scenario(titles, scenario, absent) for scenario in lost_scenarios(experiment)),
        ],
        robustness=robustness_section(
            titles,
            REFERENCE,
            methods,
            experiment.axes(),
            statistics["robustness"],
            _notes_by_axis(shown),
            links["robustness"],
        ),
        attention=attention_section(titles, REFERENCE, methods, statistics["attention"], links["attention"]),
        leakage=leakage_section(
            titles,
            REFERENCE,
            methods,
            experiment.leakage,
            statistics["leakage"],
            {name: read_siblings(files.indexes[name], splits) for name, splits in files.splits.items()},
        ),
        hypotheses=hypotheses_section(titles, experiment.hypotheses, statistics["hypotheses"]),
        shift_controls=shift_controls_section(
            titles,
            methods,
            experiment.hypotheses,
            statistics["hypotheses"],
            statistics["shift_controls"],
            links["shift_controls"],
        ),
        interactions=interactions_section(titles, experiment.interactions, statistics["interactions"]),
        significance=significance_section(
            titles, REFERENCE, methods, scenarios, statistics["comparisons"], links["comparisons"]
        ),
        claims=claims_section(titles, statistics["claims"]),
        audit=audit_section(
            "What the paper's printed numbers allow",
            statistics["audit_comparisons"],
            statistics["audit_findings"],
            statistics["audit_claims"],
            contradictions(),
        ),
        costs=costs_section(titles, costs, experiment.size),
        datasets=datasets_section(
            titles,
            {name: read_facts(file) for name, file in files.facts.items()},
            {name: _link(file, files) for name, file in files.cards.items()},
            audit,
            absent,
        ),
        figures=figures_section(
            titles,
            FIGURES,
            {name: _link(png, files) for name, (_, png) in files.figures.items()},
            _link(files.tables["runs"].parent, files),
        ),
    )


def _transfer(shown: _Shown, measured: Mapping[str, pd.DataFrame]) -> list[str]:
    """The scenarios with a section of their own: the others are Tables 2 and 3 and the robustness curves."""
    return [
        scenario_section(
            shown.titles,
            scenario,
            measured[scenario.name],
            shown.seeds,
            shown.without_truth(scenario, TABLE_2_METRICS),
            shown.experiment.absent,
        )
        for scenario in shown.scenarios.values()
        if scenario.name != IN_DOMAIN and not scenario.axes
    ]


def _notes_by_axis(shown: _Shown) -> dict[str, list[str]]:
    """What the means along each axis go without."""
    notes: dict[str, list[str]] = {axis: [] for axis in shown.experiment.axes()}
    for scenario in shown.scenarios.values():
        for axis in scenario.axes:
            notes[axis] += without_note(shown.titles, shown.without_truth(scenario, ROBUSTNESS_METRICS))
            notes[axis] += [where_to_get(shown.experiment.absent, scenario.absent)] if scenario.absent else []
    return notes


def _points(shown: _Shown, predictions: Sequence[Path]) -> dict[str, pd.DataFrame]:
    """The points of CURVES by name; those of the reference where a curve is of a method."""
    probabilities = in_domain_probabilities(predictions, REFERENCE)
    return {
        "roc": roc_points(probabilities, shown.every_class),
        "precision_recall": precision_recall_points(probabilities, shown.every_class),
        "reliability": reliability_points(probabilities),
        "power": shown.statistics["power"],
    }


def _figures(
    shown: _Shown, files: ReportFiles, points: Mapping[str, pd.DataFrame], confusion: pd.DataFrame
) -> dict[str, Figure]:
    """FIGURES by name."""
    titles, methods, experiment, statistics = shown.titles, shown.methods, shown.experiment, shown.statistics
    classes, colours = shown.own_classes, class_colours(shown.every_class)
    iou = _in_domain_iou(files.scores)
    runs = shown.results.runs[shown.results.runs["trained_on"] == shown.results.runs["tested_on"]]
    own_runs = set(zip(runs["method"], runs["tested_on"], strict=True))
    of_reference = iou[iou["method"] == REFERENCE]
    explained = {dataset: read_explanations(file) for dataset, file in files.explanations.items()}
    return {
        "roc": draw_roc(titles, REFERENCE, classes, colours, points["roc"]),
        "precision_recall": draw_precision_recall(titles, REFERENCE, classes, colours, points["precision_recall"]),
        "confusion": draw_confusion(titles, REFERENCE, classes, confusion),
        "reliability": draw_reliability(titles, REFERENCE, list(classes), points["reliability"], shown.ece(classes)),
        "iou_by_class": draw_iou_by_class(titles, REFERENCE, classes, colours, of_reference, own_runs),
        "iou_by_method": draw_iou_by_method(titles, methods, list(classes), iou, own_runs),
        "robustness": draw_robustness(titles, methods, experiment.axes(), statistics["robustness"]),
        "hypotheses": draw_hypotheses(titles, experiment.hypotheses, statistics["hypotheses"]),
        "power": draw_power(titles, experiment.hypotheses, statistics["hypotheses"], statistics["power"]),
        "attention": draw_attention(titles, methods, statistics["attention"]),
        "explanations": draw_explanations(titles, REFERENCE, explained),
    }


def _in_domain_iou(file: Path) -> pd.DataFrame:
    """The IoU of single images in the test subsets of the datasets that were fitted."""
    scores = read_scores(file)
    own = (scores["trained_on"] == scores["tested_on"]) & (scores["metric"] == "iou")
    return scores[own].dropna(subset="value")


def _link(file: Path, files: ReportFiles) -> str:
    """The file as the document links to it."""
    return Path(os.path.relpath(file, files.document.parent)).as_posix()
