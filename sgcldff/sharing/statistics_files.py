"""The files that the statistics of a run are made from, in the order in which the graph gives them to the stage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sgcldff.config.experiment import Experiment
from sgcldff.layout import Layout

TABLES = {"runs": "runs.csv", "scores": "scores.parquet", "cells": "cells.csv"}


def statistics_files(experiment: Experiment, layout: Layout) -> Mapping[str, list[Path]]:
    """Of the run itself, by the names of the rule `statistics`; which methods have attention, the files say."""
    methods = experiment.methods
    attention = [
        layout.attention(name, method, seed)
        for method in methods
        for name in experiment.explained
        for seed in experiment.seeds
    ]
    costs = [
        layout.cost(name, method, seed)
        for method in methods
        for name in experiment.tests()
        for seed in experiment.seeds_of(method)
    ]
    tables = {name: [layout.results / file] for name, file in TABLES.items()}
    return tables | {"attention": [file for file in attention if file.exists()], "costs": costs}
