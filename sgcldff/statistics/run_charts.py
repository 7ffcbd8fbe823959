"""A chart that Weights & Biases exports, a column a run, as a long table.

Beside each column `run - metric` stand `run - metric__MIN` and `run - metric__MAX`: of one run all three are the same,
unless the chart joined neighbouring steps. A run belongs to the method with whose name its own begins.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from sgcldff.config.suggestions import meant
from sgcldff.errors import InputError

BETWEEN = " - "
LEAST, MOST = "__MIN", "__MAX"
MOST_NAMED = 3
REMEDY = (
    "rename the columns as 'ours-0 - acc', method, seed and metric, or export the table of the runs, which has a row "
    "for each"
)


def charted(names: Iterable[object]) -> list[str]:
    """The columns of the runs; [] where the table is no chart of Weights & Biases.

    >>> charted(["Step", "ours-0 - acc", "ours-0 - acc__MIN", "ours-0 - acc__MAX"])
    ['ours-0 - acc']
    """
    there = set(map(str, names))
    return [name for name in map(str, names) if BETWEEN in name and {name + LEAST, name + MOST} <= there]


def from_chart(table: pd.DataFrame, reference: str, against: str, metric: str) -> pd.DataFrame:
    """A row a run and step: method, seed, the chart's own columns (Step) and the metric; empty cells are left out.

    Raises InputError for a metric that no column has, and for a method without a run.
    """
    columns = charted(table.columns)
    metrics = dict.fromkeys(column.rpartition(BETWEEN)[2] for column in columns)
    wanted = [name for name in metrics if name.casefold() == metric.casefold()]
    if not wanted:
        raise InputError(f"The chart has no metric {metric!r}{meant(metric, metrics)}")
    runs = {column.rpartition(BETWEEN)[0]: column for column in columns if column.rpartition(BETWEEN)[2] == wanted[0]}
    steps = [name for name in table.columns if not any(str(name).startswith(column) for column in columns)]
    sides = sorted([reference, against], key=len, reverse=True)  # the longer first: ours-small-0 is no run of ours
    parts = []
    for run, column in runs.items():
        method = next((side for side in sides if _of(run, side)), "")
        if not method:
            continue
        cells = table[column].astype(object).astype(str).str.strip()
        rows = table.loc[cells != "", steps].astype(object)
        seed = run[len(method) :].strip(" -_./:") or "1"
        parts.append(rows.assign(**{"method": method, "seed": seed, metric: cells[cells != ""]}))
    there = {part["method"].iloc[0] for part in parts if len(part)}
    if missing := [side for side in (reference, against) if side not in there]:
        named = ", ".join(list(runs)[:MOST_NAMED]) + (", …" if len(runs) > MOST_NAMED else "")
        raise InputError(
            f"The file is a chart of Weights & Biases, and none of its runs ({named}) has a name that begins with "
            f"{missing[0]}: {REMEDY}."
        )
    long = pd.concat(parts, ignore_index=True)
    long.attrs["read"] = ["a chart of Weights & Biases, runs by their names", *table.attrs.get("read", [])]
    return long


def _of(run: str, method: str) -> bool:
    rest = run[len(method) :]
    return run.casefold().startswith(method.casefold()) and not rest[:1].isalpha()
