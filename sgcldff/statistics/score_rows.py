"""The rows of one comparison out of anybody's table: labels that pair them, and numbers.

Labels are text with a whole number for each row (categories), and so exact whatever their size; millions of rows take
the memory of a few numbers each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from sgcldff.config.suggestions import meant
from sgcldff.errors import InputError
from sgcldff.statistics.run_charts import charted, from_chart
from sgcldff.statistics.score_columns import DATASETS, Asked, Columns, find_columns
from sgcldff.statistics.score_labels import labels, pair_labels
from sgcldff.tables.number_cells import NumberCells, number_cells


@dataclass(frozen=True)
class ScoreRows:
    """frame: method, seed (the label of the pair) and value, with image and dataset where there are such columns.

    table: as it was given, a chart as rows of runs; places: the place of each row in it; percent: the values had per
    cent signs; read: what was taken as what.
    """

    table: pd.DataFrame
    metric: str
    frame: pd.DataFrame
    places: np.ndarray
    columns: Columns
    percent: bool
    read: str


def score_rows(table: pd.DataFrame, reference: str, against: str, metric: str, asked: Asked) -> ScoreRows:
    """The rows of both methods and the metric.

    Raises InputError for an unknown method or metric, a cell that is empty or no number, and for several datasets
    where none says so.
    """
    if table.empty:
        raise InputError("The table has no rows: write one for each method, seed and metric.")
    if reference == against:
        raise InputError(f"{reference} is compared with itself: name two methods.")
    if charted(table.columns):
        table = from_chart(table, reference, against, metric)
    columns = find_columns(table, reference, against, metric, asked)
    keep = np.ones(len(table), dtype=bool)
    if columns.metric:
        keep &= _among(table[columns.metric], "metric", [metric])[0] >= 0
    if columns.method:
        codes, counts = _among(table.loc[keep, columns.method], "method", [reference, against])
        keep[keep] = codes >= 0
        methods, places = codes[codes >= 0], np.flatnonzero(keep)
    else:
        places = np.tile(np.flatnonzero(keep), 2)
        methods = np.repeat(np.array([0, 1], dtype=np.int8), len(places) // 2)
    frame = {"method": pd.Categorical.from_codes(methods, [reference, against])}
    cells = _cells(table, columns, places)
    if columns.pair:
        frame["seed"] = pair_labels([table[name] for name in columns.pair], places)
    else:
        frame["seed"] = labels(pd.Series(np.arange(1, len(table) + 1)), places)
    for name, column in (("image", columns.image), ("dataset", columns.dataset)):
        if column:
            frame[name] = labels(table[column], places)
    rows = pd.DataFrame(frame, copy=False)
    if columns.image and (rows["image"].cat.categories == "").all():
        rows = rows.drop(columns="image")  # this metric has none
    _check_labels(rows, columns)
    numbers = number_cells(cells, asked.decimal)
    rows["value"] = numbers.values
    _check_numbers(rows, cells, columns)
    if columns.chosen_by:
        kept = _chosen(rows, number_cells(table[columns.chosen_by].iloc[places], asked.decimal), asked, columns)
        rows, places = rows.iloc[kept].reset_index(drop=True), places[kept]
    rest = _rest(table, columns, places)
    for name, (count, few) in rest.items():
        if columns.dataset is None and name.casefold() in DATASETS:
            raise InputError(
                f"The column {name} has {count} values ({few}): compare in each and in all together with "
                f"--dataset-column {name}, or keep the rows of one."
            )
    read = _read(table, metric, columns, numbers, rest, asked)
    return ScoreRows(table, metric, rows, places, columns, numbers.percent, read)


def _among(column: pd.Series, kind: str, names: list[str]) -> tuple[np.ndarray, int]:
    """For each cell the place of its text among the names, -1 where it is none of them."""
    codes, known = pd.factorize(column)
    words = [str(word).strip() for word in known]
    for name in names:
        if name not in words:
            raise InputError(f"There is no {kind} {name!r}{meant(name, dict.fromkeys(filter(None, words)))}")
    places = np.array([*(names.index(word) if word in names else -1 for word in words), -1], dtype=np.int8)
    return places[codes], len(words)


def _cells(table: pd.DataFrame, columns: Columns, places: np.ndarray) -> pd.Series:
    """The cells of the values, as they are."""
    if columns.method:
        return table[columns.values[0]].iloc[places].reset_index(drop=True)
    half = places[: len(places) // 2]
    sides = [table[name].iloc[half] for name in columns.values]
    if all(pd.api.types.is_numeric_dtype(side) for side in sides):
        return pd.concat(sides, ignore_index=True)
    return pd.Series(union_categoricals([side.astype(object).astype(str).astype("category") for side in sides]))


def _check_labels(rows: pd.DataFrame, columns: Columns) -> None:
    for name, called in (("seed", columns.pair_name), ("dataset", columns.dataset), ("image", "image")):
        if name in rows and "" in rows[name].cat.categories and (empty := (rows[name] == "").to_numpy()).any():
            row = rows.iloc[int(np.argmax(empty))]
            place = f"{row['method']}, {columns.pair_name} {row['seed']}" if name == "image" else row["method"]
            raise InputError(f"{place} has a row without {called}: fill in all or none.")


def _check_numbers(rows: pd.DataFrame, cells: pd.Series, columns: Columns) -> None:
    if (finite := np.isfinite(rows["value"].to_numpy())).all():
        return
    wrong = int(np.argmin(finite))
    row, cell = rows.iloc[wrong], str(cells.iloc[wrong]).strip()
    place, part = f"{row['method']}, {columns.pair_name} {row['seed']}", columns.pair_name
    if "image" in rows:
        place, part = f"{place}, image {row['image']}", "image"
    raise InputError(
        f"{place} has {repr(cell) if cell else 'nothing'} for value, which is no finite number: correct it, or leave "
        f"that {part} out of both methods."
    )


def _chosen(rows: pd.DataFrame, by: NumberCells, asked: Asked, columns: Columns) -> np.ndarray:
    """The places of the rows where the column is highest (or lowest) of its pair; of equal ones the first."""
    if not np.isfinite(by.values).all():
        raise InputError(f"The column {columns.chosen_by} has a cell that is no number: rows cannot be chosen by it.")
    numbers = -by.values if asked.highest else by.values
    keys = [rows[name].cat.codes.to_numpy() for name in rows if name != "value"]
    order = np.lexsort((numbers, *keys))  # stable: the first of equal ones stays first
    first = np.zeros(len(order), dtype=bool)
    first[:1] = True
    for key in keys:
        first[1:] |= np.diff(key[order]) != 0
    return np.sort(order[first])


def _rest(table: pd.DataFrame, columns: Columns, places: np.ndarray) -> dict[str, tuple[int, str]]:
    """The columns that nothing is taken from and that vary: how many values, and the first of them."""
    rest = {}
    for name in table.columns:
        if name and name not in columns.used:
            known = [str(word) for word in pd.unique(table[name].iloc[places])]
            if len(known) > 1:
                rest[name] = len(known), ", ".join(known[:3]) + (", …" if len(known) > 3 else "")
    return rest


def _read(
    table: pd.DataFrame,
    metric: str,
    columns: Columns,
    numbers: NumberCells,
    rest: dict[str, tuple[int, str]],
    asked: Asked,
) -> str:
    """What was taken as what, in one line."""
    parts = [f"methods in the column {columns.method}" if columns.method else "a column a method"]
    parts.append(f"pairs by {' and '.join(columns.pair)}" if columns.pair else "each row a pair")
    value = columns.values[0]
    if columns.method and value != metric:
        parts.append(f"{metric} in the column {value}" + ("" if columns.metric else ", which names no metric"))
    parts += [f"{kind} in {name}" for kind, name in (("images", columns.image), ("datasets", columns.dataset)) if name]
    if columns.chosen_by:
        end = "highest" if asked.highest else "lowest"
        itself = ", the scores that are compared: optimistic" if columns.chosen_by in columns.values else ""
        parts.append(f"of each run the row with the {end} {columns.chosen_by}{itself}")
    parts += table.attrs.get("read", [])
    parts += ["decimal commas"] * (numbers.decimal == ",") + ["per cent signs"] * numbers.percent
    if rest:
        parts.append("not used: " + ", ".join(f"{name} ({count} values)" for name, (count, _) in rest.items()))
    return "; ".join(parts)


def several_rows(rows: ScoreRows) -> str:
    """What to do about a pair with several rows, in a sentence; "" where no pair has, or they differ in no column."""
    keys = [name for name in rows.frame if name != "value"]
    twice = rows.frame.duplicated(keys).to_numpy()
    if not twice.any():
        return ""
    row = rows.frame.loc[int(np.argmax(twice)), keys]
    same = np.logical_and.reduce([(rows.frame[key] == row[key]).to_numpy() for key in keys])
    alike, used = rows.table.iloc[rows.places[same]], rows.columns.used
    differ = [name for name in alike if name and name not in used and alike[name].nunique() > 1]
    if not differ:
        return ""
    numeric = [name for name in differ if np.isfinite(_numbers(alike[name])).all()]
    pair, column = rows.columns.pair_name, (numeric or differ)[0]
    both = " ".join(f"--pair-by {name}" for name in (*rows.columns.pair, column))
    if numeric:
        remedy = (
            f"keep one by --at-highest {column} (the last) or by a validation score (--at-highest or --at-lowest with "
            f"its column), or pair by both with {both}"
        )
    else:
        remedy = f"name what it is by --dataset-column {column}, --image-column {column} or {both}"
    return (
        f"{rows.metric} of {row['method']} has {int(same.sum())} rows for {pair} {row['seed']}, which differ in "
        f"{', '.join(differ)}: {remedy}."
    )


def _numbers(cells: pd.Series) -> np.ndarray:
    return pd.to_numeric(cells.astype(str), errors="coerce").to_numpy(dtype=float)
