"""The report: paper_tables.md, its tables as CSV, the figures and the provenance, from the files of finished stages."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.layout import Layout
from sgcldff.reporting.costs import cost_rows, read_cost
from sgcldff.reporting.datasets_table import datasets_section, read_audit, read_facts
from sgcldff.reporting.figures.explanations import draw_explanations, read_explanations
from sgcldff.reporting.figures.hypotheses import draw_hypotheses
from sgcldff.reporting.figures.iou_boxplots import draw_iou_by_class, draw_iou_by_method
from sgcldff.reporting.figures.power import draw_power
from sgcldff.reporting.figures.precision_recall import draw_precision_recall, precision_recall_points
from sgcldff.reporting.figures.probabilities import in_domain_probabilities
from sgcldff.reporting.figures.robustness import draw_robustness
from sgcldff.reporting.figures.roc import draw_roc, roc_points
from sgcldff.reporting.figures.style import save
from sgcldff.reporting.leakage_table import leakage_section, read_siblings
from sgcldff.reporting.paper_tables import render_paper_tables
from sgcldff.reporting.paper_values import check_paper_rows
from sgcldff.reporting.provenance import collect
from sgcldff.reporting.result_tables import (
    FURTHER_METRICS,
    TABLE_2_METRICS,
    TABLE_2_ROLES,
    TABLE_3_METRICS,
    TABLE_3_ROLES,
)
from sgcldff.reporting.rows import ablation_pairs, own_pairs, paper_rows, per_class_rows, result_rows
from sgcldff.reporting.run import IN_DOMAIN, Material, read_material
from sgcldff.tables.leakage import LEAKAGE
from sgcldff.tables.read import read_table
from sgcldff.tables.robustness import ROBUSTNESS
from sgcldff.tables.scores import read_scores


def render(
    settings: Mapping[str, Any],
    *,
    runs: Path,
    scores: Path,
    statistics: Path,
    predictions: Sequence[Path],
    fits: Sequence[Path],
    costs: Sequence[Path],
    explanations: Mapping[str, Path],
    prepared: Mapping[str, Path],
    splits: Mapping[str, Sequence[Path]],
    cards: Mapping[str, Path],
    leakage: Path,
    reports: Path,
) -> None:
    """Writes the whole report into the folder `reports`.

    settings: the resolved configuration; runs: runs.csv; scores: scores.parquet; statistics: the folder of summary.csv
    and the other tables of the statistics; predictions: prediction files; fits: fit.json files; costs: cost.json files;
    explanations: the reference's npz file for each dataset; prepared: the folder of each prepared dataset; splits: the
    split files of those that show what leakage is worth; cards: the folder of each dataset's card; leakage: the folder
    of the audit. Runs that the files lack are shown as not run. Raises
    InputError where a file is missing or is not what its name says.
    """
    check_paper_rows(settings["methods"])
    material = read_material(settings, runs, statistics)
    provenance = collect(settings, fits, prepared)
    iou = _in_domain_iou(scores)
    probabilities = in_domain_probabilities(predictions, material.reference)

    class_scores = per_class_rows(material)
    spent = cost_rows(material, provenance["fits"], [read_cost(path) for path in costs])
    reports.mkdir(parents=True, exist_ok=True)
    curves = read_table(statistics / "robustness.csv", ROBUSTNESS)
    leaks = read_table(statistics / "leakage.csv", LEAKAGE)
    siblings = {name: read_siblings(prepared[name], files) for name, files in splits.items()}
    leaked = leakage_section(material, leaks, siblings)
    facts = {name: read_facts(card) for name, card in cards.items()}
    links = {name: Path(os.path.relpath(card / "README.md", reports)).as_posix() for name, card in cards.items()}
    audit = read_audit(leakage)
    datasets = datasets_section(material, facts, links, audit)
    document = render_paper_tables(material, provenance, class_scores, spent, curves, leaked, datasets)
    (reports / "paper_tables.md").write_text(document, encoding="utf-8")
    (reports / "provenance.json").write_text(json.dumps(provenance, indent=2, default=str) + "\n", encoding="utf-8")
    further = {"robustness": curves, "leakage": leaks}
    further |= {"duplicates_by_dataset": audit.pairs, "leakage_by_test": audit.tests}
    _write_tables(material, class_scores, spent, further, reports / "tables")
    explained = {dataset: read_explanations(path) for dataset, path in explanations.items()}
    _write_figures(material, iou, probabilities, curves, explained, reports / "figures")


def render_run(
    settings: Mapping[str, Any],
    methods: Sequence[str],
    tests: Mapping[str, Sequence[str]],
    results: Path,
    computed: Path,
    cards: Mapping[str, Path],
    reports: Path,
) -> None:
    """`render` for the methods of a run, each file where the layout has it.

    tests: dataset that is trained on -> datasets its fits are tested on; results: the folder of the whole run;
    computed: that of runs.csv, scores.parquet and statistics/ of these methods; cards: the folder of each dataset's
    card.
    """
    layout, reference, seeds = Layout(results), "full", settings["seeds"]
    own = [name for name, tested_on in tests.items() if name in tested_on]
    each_fit = [(dataset, method, seed) for method in methods for dataset in tests for seed in seeds]
    render(
        settings,
        runs=computed / "runs.csv",
        scores=computed / "scores.parquet",
        statistics=computed / "statistics",
        predictions=[layout.prediction(name, reference, seed, name) for name in own for seed in seeds],
        fits=[layout.fit(*fit) / "fit.json" for fit in each_fit],
        costs=[layout.cost(*fit) for fit in each_fit],
        explanations={
            name: layout.explanations(name, reference, seeds[0])
            for name, other in settings["scenarios"][IN_DOMAIN]
            if name == other
        },
        prepared={name: layout.prepared(name) for name in settings["datasets"]},
        splits={
            name: [layout.split(name, seed) for seed in seeds] for name in (settings.get("leakage") or {}).values()
        },
        cards=cards,
        leakage=layout.leakage(),
        reports=reports,
    )


def _in_domain_iou(path: Path) -> pd.DataFrame:
    """The IoU of single images in their own dataset's test subsets."""
    scores = read_scores(path)
    own = (scores["trained_on"] == scores["tested_on"]) & (scores["metric"] == "iou")
    return scores[own].dropna(subset="value")


def _write_tables(
    material: Material,
    class_scores: pd.DataFrame,
    spent: pd.DataFrame,
    further: Mapping[str, pd.DataFrame],
    folder: Path,
) -> None:
    table_2, table_3 = material.methods(*TABLE_2_ROLES), material.methods(*TABLE_3_ROLES)
    tables = {
        "table2": pd.concat(paper_rows(material, 2, table_2, TABLE_2_METRICS, p) for p in ["", *own_pairs(material)]),
        "table3": pd.concat(paper_rows(material, 3, table_3, TABLE_3_METRICS, p) for p in ablation_pairs(material)),
        "further_metrics": _with_pairs(material, IN_DOMAIN, FURTHER_METRICS),
        "per_class": class_scores,
        "costs": spent,
        "hypotheses": material.hypotheses,
        "interactions": material.interactions,
        "comparisons": material.comparisons,
        "claims": material.claims,
        "audit_comparisons": material.audit_comparisons,
        "audit_findings": material.audit_findings,
        "audit_claims": material.audit_claims,
        "runs": material.runs,
        **further,
    }
    for scenario in material.scenarios:
        if scenario != IN_DOMAIN:
            tables[scenario] = _with_pairs(material, scenario, TABLE_2_METRICS)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        _write_table(material, frame, folder / f"{name}.csv")


def _write_table(material: Material, frame: pd.DataFrame, file: Path) -> None:
    """A table that says in every row whether it is synthetic, and at what scale it was measured."""
    marks = {"synthetic": bool(material.settings.get("synthetic")), "scale": material.settings.get("scale") or ""}
    frame.assign(**marks).to_csv(file, index=False)


def _with_pairs(material: Material, scenario: str, metrics: Sequence[str]) -> pd.DataFrame:
    """All methods' rows of a scenario: its average, then each of its pairs, those of absent datasets last."""
    declared = [*material.scenarios.get(scenario, []), *material.absent_pairs(scenario)]
    pairs = ["", *(f"{a}→{b}" for a, b in declared)]
    return pd.concat(result_rows(material, material.methods(), metrics, scenario, pair) for pair in pairs)


def _write_figures(
    material: Material,
    iou: pd.DataFrame,
    probabilities: pd.DataFrame,
    curves: pd.DataFrame,
    explained: Mapping[str, dict[str, np.ndarray]],
    folder: Path,
) -> None:
    """Figures, and beside the three kinds of curves their points."""
    folder.mkdir(parents=True, exist_ok=True)
    reference = material.reference
    roc = roc_points(probabilities, material.classes)
    precision_recall = precision_recall_points(probabilities, material.classes)
    _write_table(material, roc, folder / "roc.csv")
    _write_table(material, precision_recall, folder / "precision_recall.csv")
    _write_table(material, material.power, folder / "power.csv")
    figures = {
        "roc": draw_roc(material, reference, roc),
        "precision_recall": draw_precision_recall(material, reference, precision_recall),
        "iou_by_class": draw_iou_by_class(material, reference, iou[iou["method"] == reference]),
        "iou_by_method": draw_iou_by_method(material, iou),
        "hypotheses": draw_hypotheses(material),
        "power": draw_power(material),
        "robustness": draw_robustness(material, curves),
        "explanations": draw_explanations(material, explained),
    }
    for name, figure in figures.items():
        save(figure, folder, name)
