"""The scores of fits that were measured elsewhere, from the tables that a bundle brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def joined_tables(
    measured: Sequence[Path], costs: Iterable[Path], tests: Mapping[str, Sequence[str]]
) -> list[dict[str, pd.DataFrame]]:
    """The rows of each bundle about these fits, by the names TABLES, without areas under curves.

    measured: a measured.csv of each joined bundle, its tables beside it; costs: the cost.json of each fit that is
    taken from there; tests: what is trained on -> what its fits are tested on here: a bundle may have more. Raises
    InputError where a fit was tested here meanwhile.
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
            found.append(_tables(file.parent, fits, tests))
    return found


def _tables(folder: Path, fits: Sequence[Fit], tests: Mapping[str, Sequence[str]]) -> dict[str, pd.DataFrame]:
    asked = [(*fit, tested_on) for fit in fits for tested_on in tests[fit[0]]]
    runs = _of_runs(read_table(folder / TABLES["runs"], RUNS), asked)
    cells = read_table(folder / TABLES["cells"], CELLS)
    return {
        "runs": with_whole_counts(runs.dropna(axis="columns", how="all")),
        "scores": _of_runs(read_scores(folder / TABLES["scores"]), asked),
        "confusion": _of_runs(read_table(folder / TABLES["confusion"], CONFUSION), asked),
        "cells": cells[cells["dataset"].isin({parse_variant(name)[0] for name in runs["tested_on"]})],
    }


def _of_runs(table: pd.DataFrame, asked: Iterable[tuple[str, str, int, str]]) -> pd.DataFrame:
    """The rows about one of these fits and tests."""
    return table[pd.MultiIndex.from_frame(table[[*FIT, "tested_on"]]).isin(list(asked))]
