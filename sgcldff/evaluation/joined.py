"""The scores of fits that were measured elsewhere, from the tables that a bundle brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.evaluation.score import with_whole_counts
from sgcldff.tables.cells import CELLS
from sgcldff.tables.checksum import file_sha256
from sgcldff.tables.confusion import CONFUSION
from sgcldff.tables.costs import fit_of_cost
from sgcldff.tables.joined import FIT, MEASURED, TABLES
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import RUNS
from sgcldff.tables.scores import read_scores
from sgcldff.variants import parse_variant

Fit = tuple[str, str, int]  # trained_on, method, seed


def joined_tables(measured: Sequence[Path], costs: Iterable[Path]) -> list[dict[str, pd.DataFrame]]:
    """The rows of each bundle about these fits, by the names TABLES, without areas under curves.

    measured: a measured.csv of each joined bundle, its tables beside it; costs: the cost.json of each fit that is
    taken from there. Raises InputError where a fit was tested here meanwhile.
    """
    wanted = {fit_of_cost(cost): cost for cost in costs}
    found = []
    for file in measured:
        rows = read_table(file, MEASURED)
        known = {(row.trained_on, row.method, int(row.seed)): row.cost_sha256 for row in rows.itertuples()}
        fits = [fit for fit in known if fit in wanted]
        for fit in fits:
            cost = wanted.pop(fit)  # of what came with several bundles the first has the rows
            if file_sha256(cost) != known[fit]:
                raise InputError(
                    f"{cost} is not what {file.parent} was joined with, for that fit was tested here meanwhile: "
                    "give the same command again, which scores its own predictions."
                )
        if fits:
            found.append(_tables(file.parent, fits))
    return found


def _tables(folder: Path, fits: Sequence[Fit]) -> dict[str, pd.DataFrame]:
    runs = _of_fits(read_table(folder / TABLES["runs"], RUNS), fits)
    variants = [parse_variant(name) for name in runs["tested_on"]]
    runs = runs[[axis is None or level is not None for _, axis, level in variants]]
    cells = read_table(folder / TABLES["cells"], CELLS)
    return {
        "runs": with_whole_counts(runs.dropna(axis="columns", how="all")),
        "scores": _of_fits(read_scores(folder / TABLES["scores"]), fits),
        "confusion": _of_fits(read_table(folder / TABLES["confusion"], CONFUSION), fits),
        "cells": cells[cells["dataset"].isin({dataset for dataset, *_ in variants})],
    }


def _of_fits(table: pd.DataFrame, fits: Iterable[Fit]) -> pd.DataFrame:
    """The rows about one of these fits."""
    return table[pd.MultiIndex.from_frame(table[list(FIT)]).isin(list(fits))]
