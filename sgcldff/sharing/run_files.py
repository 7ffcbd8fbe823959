"""The files that the statistics and tables of a run are made from, in the order in which the graph gives them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sgcldff.config.experiment import REFERENCE, Experiment
from sgcldff.layout import Layout
from sgcldff.reporting.files import TableFiles
from sgcldff.tables.joined import TABLES

READ_BY_STATISTICS = ("runs", "scores", "cells")  # of TABLES


def fits_of(experiment: Experiment) -> list[tuple[str, str, int]]:
    """(trained on, method, seed) of everything that a report is about."""
    return [
        (name, method, seed)
        for method in experiment.methods
        for name in experiment.tests()
        for seed in experiment.seeds_of(method)
    ]


def statistics_files(experiment: Experiment, layout: Layout) -> Mapping[str, list[Path]]:
    """Of the run itself, by the names of the rule `statistics`; which methods have attention, the files say."""
    methods = experiment.methods
    attention = [
        layout.attention(name, method, seed)
        for method in methods
        for name in experiment.explained
        for seed in experiment.seeds
    ]
    costs = [layout.cost(*fit) for fit in fits_of(experiment)]
    tables = {name: [layout.results / TABLES[name]] for name in READ_BY_STATISTICS}
    return tables | {"attention": [file for file in attention if file.exists()], "costs": costs}


def fit_files(experiment: Experiment, layout: Layout, file: str) -> list[Path]:
    """One of the files of each fit by its name in the layout, each once: several methods may predict with one fit."""
    fits = [(name, experiment.fitted_as(method), seed) for name, method, seed in fits_of(experiment)]
    return [layout.fit(*fit)[file] for fit in dict.fromkeys(fits)]


def own_predictions(experiment: Experiment, layout: Layout) -> list[Path]:
    """Those of the reference on the test subsets of its own datasets."""
    own = [name for name, tested_on in experiment.tests().items() if name in tested_on]
    return [layout.prediction(name, REFERENCE, seed, name) for name in own for seed in experiment.seeds]


def built_blocks(experiment: Experiment, layout: Layout) -> Path:
    """The blocks of the reference's network, the same in every seed: of the first that has them, or is to have them."""
    trained_on = next(iter(experiment.tests()))
    files = [layout.architecture(trained_on, REFERENCE, seed) for seed in experiment.seeds]
    return next((file for file in files if file.exists()), files[0])


def explained_facts(experiment: Experiment, layout: Layout) -> dict[str, Path]:
    """What was measured of the images that are shown, by dataset: of the first seed whose weights were at hand.

    The maps tell it where the run was made; a bundle has none, and the facts of that seed alone.
    """
    found = {}
    for name in experiment.explained:
        files = [layout.explanations(name, REFERENCE, seed) for seed in experiment.seeds_of(REFERENCE)]
        there = [each for each in files if each["facts"].exists()]
        if there:
            found[name] = next((each for each in there if each["maps"].exists()), there[0])["facts"]
    return found


def table_files(experiment: Experiment, layout: Layout, statistics: Mapping[str, Path]) -> TableFiles:
    """What the tables of the report are made from; statistics: STATISTICS by name, wherever they stand."""
    audit = layout.leakage()
    return TableFiles(
        runs=layout.results / TABLES["runs"],
        confusion=layout.results / TABLES["confusion"],
        statistics=statistics,
        predictions=own_predictions(experiment, layout),
        fits=fit_files(experiment, layout, "record"),
        histories=fit_files(experiment, layout, "history"),
        costs=[layout.cost(*fit) for fit in fits_of(experiment)],
        explained=explained_facts(experiment, layout),
        duplicates_by_dataset=audit["by_dataset"],
        leakage_by_test=audit["by_test"],
    )
