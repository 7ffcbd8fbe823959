"""The report: its pages, tables as CSV, figures and provenance, from the files of finished stages.

The one place that takes the experiment apart and reads the files: each section and figure is handed what it shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sgcldff.config.experiment import IN_DOMAIN, REFERENCE, Experiment
from sgcldff.reporting.figures.architecture import draw_architecture
from sgcldff.reporting.figures.attention import draw_attention
from sgcldff.reporting.figures.comparisons import draw_comparisons
from sgcldff.reporting.figures.confusion import draw_confusion
from sgcldff.reporting.figures.cost_quality import draw_cost_quality
from sgcldff.reporting.figures.critical_difference import draw_critical_differences
from sgcldff.reporting.figures.explanations import draw_explanations, read_explanations
from sgcldff.reporting.figures.hypotheses import draw_hypotheses
from sgcldff.reporting.figures.iou_boxplots import draw_iou_by_class, draw_iou_by_method
from sgcldff.reporting.figures.paired_dots import draw_paired_dots
from sgcldff.reporting.figures.power import draw_power
from sgcldff.reporting.figures.precision_recall import draw_precision_recall, precision_recall_points
from sgcldff.reporting.figures.probabilities import in_domain_probabilities
from sgcldff.reporting.figures.reliability import draw_reliability, reliability_points
from sgcldff.reporting.figures.robustness import draw_robustness
from sgcldff.reporting.figures.roc import draw_roc, roc_points
from sgcldff.reporting.figures.style import class_colours, save
from sgcldff.reporting.figures.training_curves import draw_training_curves, training_curves
from sgcldff.reporting.figures.transfer import draw_transfer
from sgcldff.reporting.files import ReportFiles
from sgcldff.reporting.html.page import write_html
from sgcldff.reporting.methods import of_roles, reported_methods
from sgcldff.reporting.pages import FIRST, Material, pages
from sgcldff.reporting.paper_values import check_paper_rows, contradictions, printed_classes
from sgcldff.reporting.provenance import collect
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
from sgcldff.reporting.sections.datasets import read_audit
from sgcldff.reporting.sections.explanations import read_explained, with_analysis
from sgcldff.reporting.sections.failures import failed_runs
from sgcldff.reporting.sections.further_metrics import FURTHER_METRICS
from sgcldff.reporting.sections.per_class import per_class_rows
from sgcldff.reporting.sections.related_work import related_work_rows
from sgcldff.reporting.shown import CONTRACTS, Shown
from sgcldff.reporting.titles import Titles, pair_name
from sgcldff.tables.architecture import ARCHITECTURE
from sgcldff.tables.confusion import CONFUSION
from sgcldff.tables.costs import read_cost
from sgcldff.tables.files import write_table, write_text
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import RUNS
from sgcldff.tables.scores import read_scores

SHOWN_AS_READ = (  # the tables of the statistics that the report passes on
    *("hypotheses", "interactions", "comparisons", "claims", "spreads", "robustness", "leakage"),
    *("shift_controls", "ranks", "attention", "strata", "audit_comparisons", "audit_findings", "audit_claims"),
)


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
    every_run = read_table(files.runs, RUNS)
    shown = Shown(
        experiment=experiment,
        titles=titles,
        methods=reported_methods(experiment, titles),
        scenarios=reported_scenarios(experiment),
        results=Results(_of_every_method(every_run, experiment), statistics["summary"], failed),
        every_run=every_run,
        statistics=statistics,
    )
    costs = cost_rows(shown.methods, provenance["fits"], spent)
    audit = read_audit(files.duplicates_by_dataset, files.leakage_by_test)
    measured = _measured(shown) | {"training_curves": training_curves(provenance["fits"], files.histories)}
    explained = read_explained(files.explained)
    maps = {dataset: read_explanations(file) for dataset, file in files.explanations.items()}
    measured["explanations"] = with_analysis(explained)
    tables = (
        measured | {name: statistics[name] for name in SHOWN_AS_READ} | {"costs": costs, "runs": shown.results.runs}
    )
    tables["contradictions"] = pd.DataFrame(contradictions())
    confusion = _of_every_method(read_table(files.confusion, CONFUSION), experiment)
    tables |= {"duplicates_by_dataset": audit.pairs, "leakage_by_test": audit.tests, "confusion": confusion}
    points = _points(shown, files.predictions) | {"training_curves": measured["training_curves"]}
    figures = _figures(shown, files, points, confusion, costs, maps, explained)

    texts = pages(Material(shown, files, provenance, measured, failed, costs, audit))
    for name, file in {FIRST: files.document, **files.pages}.items():
        write_text(texts[name], file)
    write_text(json.dumps(provenance, indent=2, default=str) + "\n", files.provenance)
    for frames, written in ((tables, files.tables), (points, files.curves)):
        for name, file in written.items():
            _write_marked(frames[name], file, experiment)
    for name, (svg, png) in files.figures.items():
        save(figures[name], svg, png)
    write_html(texts, files, titles, provenance, measured["explanations"], maps)


def _of_every_method(rows: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """Those of the seeds that all methods have; in the others the arms of hypotheses stand by themselves."""
    return rows[rows["seed"].isin(experiment.seeds)]


def _write_marked(table: pd.DataFrame, file: Path, experiment: Experiment) -> None:
    """A table that says in every row whether it is synthetic, and at what scale it was measured."""
    write_table(table.assign(synthetic=experiment.synthetic, scale=experiment.scale or ""), file)


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


def _figures(
    shown: Shown,
    files: ReportFiles,
    points: Mapping[str, pd.DataFrame],
    confusion: pd.DataFrame,
    costs: pd.DataFrame,
    maps: Mapping[str, Mapping[str, np.ndarray]],
    explained: pd.DataFrame,
) -> dict[str, Figure]:
    """Those that are written, by name; maps: those of the explained images, by dataset; explained: EXPLAINED."""
    titles, methods, experiment, statistics = shown.titles, shown.methods, shown.experiment, shown.statistics
    classes, colours = shown.own_classes, class_colours(shown.every_class)
    iou = _of_every_method(_in_domain_iou(files.scores), experiment)
    runs = shown.results.runs[shown.results.runs["trained_on"] == shown.results.runs["tested_on"]]
    own_runs = set(zip(runs["method"], runs["tested_on"], strict=True))
    of_reference = iou[iou["method"] == REFERENCE]
    claimed = dict.fromkeys([IN_DOMAIN, *(each.scenario for each in experiment.hypotheses.values())])
    compared = [shown.scenarios[name] for name in claimed if name in shown.scenarios]
    every_run = Results(shown.every_run, statistics["summary"])
    draw: dict[str, Callable[[], Figure]] = {
        "architecture": lambda: draw_architecture(titles, REFERENCE, read_table(files.architecture, ARCHITECTURE)),
        "comparisons": lambda: draw_comparisons(
            titles, methods, REFERENCE, compared, experiment.hypotheses, statistics["comparisons"]
        ),
        "critical_difference": lambda: draw_critical_differences(titles, compared, statistics["ranks"]),
        "paired_dots": lambda: draw_paired_dots(titles, experiment.hypotheses, shown.scenarios, every_run),
        "transfer": lambda: draw_transfer(titles, REFERENCE, experiment, shown.results.runs),
        "cost_quality": lambda: draw_cost_quality(experiment, titles, methods, IN_DOMAIN, shown.results, costs),
        "roc": lambda: draw_roc(titles, REFERENCE, classes, colours, points["roc"], printed_classes(3)),
        "precision_recall": lambda: draw_precision_recall(
            titles, REFERENCE, classes, colours, points["precision_recall"]
        ),
        "confusion": lambda: draw_confusion(titles, REFERENCE, classes, confusion),
        "reliability": lambda: draw_reliability(
            titles, REFERENCE, list(classes), points["reliability"], shown.ece(classes)
        ),
        "iou_by_class": lambda: draw_iou_by_class(
            titles, REFERENCE, classes, colours, of_reference, own_runs, printed_classes(5)
        ),
        "iou_by_method": lambda: draw_iou_by_method(titles, methods, list(classes), iou, own_runs),
        "robustness": lambda: draw_robustness(titles, methods, experiment.axes(), statistics["robustness"]),
        "hypotheses": lambda: draw_hypotheses(titles, experiment.hypotheses, statistics["hypotheses"]),
        "power": lambda: draw_power(titles, experiment.hypotheses, statistics["hypotheses"], statistics["power"]),
        "attention": lambda: draw_attention(titles, methods, statistics["attention"]),
        "training_curves": lambda: draw_training_curves(
            titles, "Training, by epoch", of_roles(methods, *TABLE_3_ROLES), list(classes), points["training_curves"]
        ),
        "training_curves_others": lambda: draw_training_curves(
            titles,
            "Training of the other networks, by epoch",
            [method for method in methods if method.role not in TABLE_3_ROLES],
            list(classes),
            points["training_curves"],
        ),
        "explanations": lambda: draw_explanations(titles, REFERENCE, maps, explained),
    }
    return {name: draw[name]() for name in files.figures}


def _in_domain_iou(file: Path) -> pd.DataFrame:
    """The IoU of single images in the test subsets of the datasets that were fitted."""
    scores = read_scores(file)
    own = (scores["trained_on"] == scores["tested_on"]) & (scores["metric"] == "iou")
    return scores[own].dropna(subset="value")
