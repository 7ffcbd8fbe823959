"""The cells of tables with a row a method, and the lines below them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import metric_heading, score_cell, spread_note
from sgcldff.reporting.results import FAILED, MEASURED, NOT_AVAILABLE, NOT_RUN


class Seeds(NamedTuple):
    """How many seeds are configured, and how many have results."""

    configured: int
    measured: int


def method_table(rows: pd.DataFrame, seeds: Seeds) -> str:
    """A row a method, a column a metric; then seeds and images. rows: as `result_rows` gives them, of one pair."""
    metrics = list(dict.fromkeys(rows["metric"]))
    lines = []
    for of_method in of_each_method(rows):
        cells = [value_cell(row, of_method["n_seeds"].max()) for _, row in of_method.iterrows()]
        lines.append([title_cell(of_method.iloc[0]), *cells, *behind(of_method, seeds)])
    headers = ["Method", *map(metric_heading, metrics), "Seeds", "Images"]
    return "\n\n".join([md.table(headers, lines), spread_note(seeds.measured), *not_run_line(rows)])


def of_each_method(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows of each method that was run, in their order; those of the others are named by `not_run_line`."""
    return [of_method for _, of_method in _by_method(rows) if not _was_not_run(of_method)]


def not_run_line(rows: pd.DataFrame) -> list[str]:
    """Sentences that name the methods that were not run, and the paper's rows without a method."""
    missing = [of_method.iloc[0] for _, of_method in _by_method(rows) if _was_not_run(of_method)]
    chosen, others = ([row["title"] for row in missing if bool(row["method"]) == known] for known in (True, False))
    return [
        *([f"Not run: {', '.join(chosen)}."] if chosen else []),
        *([f"In the paper, and not among the methods of this run: {', '.join(others)}."] if others else []),
    ]


def _by_method(rows: pd.DataFrame) -> Iterable[tuple[object, pd.DataFrame]]:
    return rows.groupby(["method", "title"], sort=False)  # the paper's rows without a method have a title alone


def _was_not_run(rows: pd.DataFrame) -> bool:
    return bool((rows["state"] == NOT_RUN).all())


def title_cell(row: pd.Series, title: str | None = None) -> str:
    """The title of the method of a row, or `title` in its place; the reference is bold."""
    shown = row["title"] if title is None else title
    return f"**{shown}**" if row["role"] == "reference" else shown


def value_cell(row: pd.Series, seeds: int = 0) -> str:
    """Mean ± SD; says so where it rests on fewer than the `seeds` of the other cells beside it."""
    if row["state"] in (NOT_RUN, NOT_AVAILABLE, FAILED):
        return row["state"]
    text = score_cell(row["metric"], row["mean"], row["sd"])
    fewer = row["state"] == MEASURED and row["n_seeds"] < seeds
    return f"{text} (n = {row['n_seeds']})" if fewer else text


def behind(rows: pd.DataFrame, seeds: Seeds) -> list[str]:
    """The seeds and images behind a method's rows."""
    measured = rows[rows["state"] == MEASURED]
    if measured.empty:
        return ["0", md.MISSING]
    behind_rows = int(measured["n_seeds"].max())
    all_seeds = behind_rows == seeds.configured
    count = str(behind_rows) if all_seeds else f"{behind_rows} of {seeds.configured}"
    return [count, md.count(measured["n_images"].max())]
