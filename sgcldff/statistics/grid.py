"""Anybody's scores of many methods: read once, and laid out as blocks × methods for ranks.

A long table has the columns method, seed, metric and value, and maybe image and dataset; a wide one a column a method.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.run_charts import REMEDY, charted
from sgcldff.tables.number_cells import number_cells
from sgcldff.tables.runs import METRICS, RUN_KEYS

NEEDED = ("method", "metric", "value")
FACTORS = ("dataset", "image", "seed")  # what a score can be of beside its method, the best blocks first


def score_table(table: pd.DataFrame, decimal: str | None = None) -> pd.DataFrame:
    """The long table with numbers: method, metric, value and those of FACTORS that are there, as text.

    table: text; names of columns in any capitals; values as number_cells.py reads them, of each metric by itself.
    decimal: their decimal sign; None: the one that they show. An image alone is an image: with a dataset it is the
    image of that dataset. Of a table of this project's runs (runs.csv) the in-domain ones are taken, a dataset each.
    Raises InputError for a missing column, a cell that is empty or no number, and two values of one key.
    """
    named = table.rename(columns={name: str(name).casefold().strip() for name in table.columns})
    if set(RUN_KEYS) <= set(named.columns):
        named = _of_runs(named)
    if not named.columns.is_unique:
        raise InputError("Two columns have the same name but for capitals: remove one of them.")
    if missing := [name for name in NEEDED if name not in named]:
        has = ", ".join(map(str, table.columns)) or "none"
        raise InputError(
            f"The column {', '.join(missing)} is missing (there are: {has}): a row a method, seed and metric is "
            "needed, with the columns method, seed, metric, value, and maybe image and dataset."
        )
    if named.empty:
        raise InputError("The table has no rows: write one for each method, seed and metric.")
    factors = [name for name in FACTORS if name in named and not (named[name].fillna("") == "").all()]
    if not factors:
        raise InputError("The table has no column seed, image or dataset: scores are paired over one of them.")
    rows = named[[*NEEDED, *factors]].fillna("").astype(str).apply(lambda column: column.str.strip())
    for name in ("method", "metric", *factors):
        if (rows[name] == "").any():
            raise InputError(f"A row has no {name}: fill it in or remove the row.")
    if (twice := rows.duplicated(["method", "metric", *factors])).any():
        first = rows[twice].iloc[0]
        where = ", ".join(f"{name} {first[name]}" for name in factors)
        raise InputError(f"Two rows give {first['metric']} of {first['method']}, {where}: keep one of them.")
    rows["value"] = _values(rows, decimal)
    if {"image", "dataset"} <= set(factors):
        rows["image"] = rows["dataset"] + "/" + rows["image"]
    return rows


def from_wide(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """A wide table, a row a block and a column a method, as a long one; the column seed, image or dataset names the
    blocks, and without one the first column whose cells are no numbers, or the row itself, does (as a dataset).

    >>> from_wide(pd.DataFrame({"dataset": ["a", "b"], "x": ["1", "2"], "y": ["3", "4"]}), "acc").shape
    (4, 4)
    """
    if charted(table.columns):
        raise InputError(f"The file is a chart of Weights & Biases, a column a run and a row a step: {REMEDY}.")
    names = {str(name).casefold().strip(): name for name in table.columns}
    keys = {names[name]: name for name in FACTORS if name in names}
    methods = [name for name in table.columns if name not in keys and str(name).strip()]
    words = [name for name in methods if _are_words(table[name])]
    if not keys and words:
        keys = {words[0]: "dataset"}
        methods.remove(words[0])
    if len(methods) < 2:
        raise InputError(
            "Ranks need at least two methods: give a column a method, or a long table with a column method."
        )
    named = table.rename(columns=keys)
    if not keys:
        named["dataset"] = [str(place) for place in range(1, len(named) + 1)]
    long = named.melt(list(keys.values()) or ["dataset"], methods, "method", "value")
    return long.assign(metric=metric)


def blocks(rows: pd.DataFrame, over: Sequence[str]) -> pd.DataFrame:
    """Mean scores, a row a block (its values of `over`) and a column a method, in the order of the methods in the rows.

    Raises InputError where a method lacks a block that another has.
    """
    grid = rows.pivot_table("value", index=list(over), columns="method", aggfunc="mean")
    grid = grid[list(dict.fromkeys(rows["method"]))]
    if (lacking := grid.isna()).any(axis=None):
        method = lacking.columns[lacking.any()][0]
        block = grid.index[lacking[method]][0]
        where = ", ".join(map(str, block)) if isinstance(block, tuple) else block
        raise InputError(
            f"{method} has no value for {' and '.join(over)} {where}, which other methods have: ranks need all of "
            "them, so add it, or leave that method or block out."
        )
    return grid


def _of_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """runs.csv as a long table: the runs that were tested on what they were trained on, where a metric is defined."""
    own = runs[runs["trained_on"] == runs["tested_on"]].rename(columns={"tested_on": "dataset"})
    if own.empty:
        raise InputError("No run was tested on the dataset that it was trained on: give a table that has such runs.")
    metrics = [name for name in METRICS if name in own]
    long = own.melt(["method", "seed", "dataset"], metrics, "metric", "value")
    return long[long["value"].fillna("") != ""]


def _values(rows: pd.DataFrame, decimal: str | None) -> np.ndarray:
    values = rows.groupby("metric")["value"].transform(lambda cells: number_cells(cells, decimal).values).astype(float)
    if (wrong := ~np.isfinite(values.to_numpy())).any():
        row = rows.iloc[int(np.argmax(wrong))]
        shown = repr(row["value"]) if row["value"] else "nothing"
        raise InputError(
            f"{row['metric']} of {row['method']} has {shown} for value, which is no finite number: leave it out or "
            "correct it."
        )
    return values.to_numpy()


def _are_words(cells: pd.Series) -> bool:
    """Whether some cell is no number."""
    try:
        return not np.isfinite(number_cells(cells).values).all()
    except InputError:  # numbers that may be read in two ways
        return False
