"""The report: its pages, tables as CSV, figures and provenance, from the files of finished stages.

The one place that takes the experiment apart and reads the files: each section and figure is handed what it shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sgcldff.config.experiment import IN_DOMAIN, REFERENCE, Experiment
from sgcldff.reporting.figures.answer import draw_answer
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
from sgcldff.reporting.figures.precision_recall import draw_precision_recall
from sgcldff.reporting.figures.reliability import draw_reliability
from sgcldff.reporting.figures.robustness import draw_robustness
from sgcldff.reporting.figures.roc import MACRO, draw_roc
from sgcldff.reporting.figures.style import class_colours, save
from sgcldff.reporting.figures.training_curves import draw_training_curves
from sgcldff.reporting.figures.transfer import draw_transfer
from sgcldff.reporting.files import ReportFiles
from sgcldff.reporting.html.gallery import gallery
from sgcldff.reporting.html.page import write_html
from sgcldff.reporting.methods import of_roles
from sgcldff.reporting.pages import FIRST, Material, pages
from sgcldff.reporting.paper_values import check_paper_rows, printed_classes, printed_over_classes
from sgcldff.reporting.provenance import collect
from sgcldff.reporting.results import Results
from sgcldff.reporting.sections.beside_the_paper import TABLE_3_ROLES
from sgcldff.reporting.tables import ReportTables, of_every_method, read_tables, write_marked
from sgcldff.tables.architecture import ARCHITECTURE
from sgcldff.tables.files import write_text
from sgcldff.tables.read import read_table
from sgcldff.tables.scores import read_scores


def render(experiment: Experiment, files: ReportFiles) -> None:
    """Writes the whole report.

    experiment: its methods are those that the report shows. Runs that the files lack are shown as not run. Raises
    InputError where a file is missing or is not what its name says, and where a method names a row that the paper does
    not print.
    """
    check_paper_rows({key: entry.paper for key, entry in experiment.methods.items()})
    made = read_tables(experiment, files)
    configuration = experiment.model_dump(mode="json", by_alias=True)
    provenance = collect(configuration, made.fits, files.indexes, files.dropped)
    maps = {dataset: read_explanations(file) for dataset, file in files.explanations.items()}
    figures = _figures(made, files, maps)

    texts = pages(Material(made.shown, files, provenance, made.measured, made.failed, made.costs, made.audit))
    for name, file in {FIRST: files.document, **files.pages}.items():
        write_text(texts[name], file)
    write_text(json.dumps(provenance, indent=2, default=str) + "\n", files.provenance)
    for frames, written in ((made.tables, files.tables), (made.points, files.curves)):
        for name, file in written.items():
            write_marked(frames[name], file, experiment)
    for name, (svg, png) in files.figures.items():
        save(figures[name], svg, png)
    titles = made.shown.titles
    write_html(texts, files, titles, provenance, gallery(titles, made.measured["explanations"], maps), files.html)


def _figures(made: ReportTables, files: ReportFiles, maps: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, Figure]:
    """Those that are written, by name; maps: those of the explained images, by dataset."""
    shown, points = made.shown, made.points
    titles, methods, experiment, statistics = shown.titles, shown.methods, shown.experiment, shown.statistics
    classes, colours = shown.own_classes, class_colours(shown.every_class)
    iou = of_every_method(_in_domain_iou(files.scores), experiment)
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
        "critical_difference": lambda: draw_critical_differences(titles, methods, compared, statistics["ranks"]),
        "paired_dots": lambda: draw_paired_dots(titles, experiment.hypotheses, shown.scenarios, every_run),
        "transfer": lambda: draw_transfer(titles, REFERENCE, experiment, shown.every_run),
        "cost_quality": lambda: draw_cost_quality(experiment, titles, methods, IN_DOMAIN, shown.results, made.costs),
        "roc": lambda: draw_roc(
            titles, REFERENCE, classes, colours, points["roc"], printed_classes(3) | {MACRO: printed_over_classes(3)}
        ),
        "precision_recall": lambda: draw_precision_recall(
            titles, REFERENCE, classes, colours, points["precision_recall"]
        ),
        "confusion": lambda: draw_confusion(titles, REFERENCE, classes, made.confusion),
        "reliability": lambda: draw_reliability(
            titles, REFERENCE, list(classes), points["reliability"], shown.ece(classes)
        ),
        "iou_by_class": lambda: draw_iou_by_class(
            titles, REFERENCE, classes, colours, of_reference, own_runs, printed_classes(5), printed_over_classes(5)
        ),
        "iou_by_method": lambda: draw_iou_by_method(titles, methods, list(classes), iou, own_runs),
        "robustness": lambda: draw_robustness(titles, methods, experiment.axes(), statistics["robustness"]),
        "answer": lambda: draw_answer(titles, experiment.hypotheses, statistics["hypotheses"]),
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
        "explanations": lambda: draw_explanations(titles, REFERENCE, maps, made.explained),
    }
    return {name: draw[name]() for name in files.figures}


def _in_domain_iou(file: Path) -> pd.DataFrame:
    """The IoU of single images in the test subsets of the datasets that were fitted."""
    scores = read_scores(file)
    own = (scores["trained_on"] == scores["tested_on"]) & (scores["metric"] == "iou")
    return scores[own].dropna(subset="value")
