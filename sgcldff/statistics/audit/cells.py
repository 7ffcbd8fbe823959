"""Cells as papers print them, made into mean, SD and n as bare text: 91.2 ± 0.5, 91.2 (0.5), LaTeX, per cent, bold.

What a cell says is kept digit by digit, so that the rounding can be told; what it does not say is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.audit import PRINTED_COLUMNS, UNIT

NOTHING = {
    "",
    "-",
    "--",
    "---",
    "–",
    "—",
    "−",
    "n/a",
    "na",
    "nan",
    "n.a.",
    "none",
    "n/r",
    r"\\",
}  # cells without a value
OTHER_NAMES = {  # other people's names of the columns, without capitals
    "model": "method",
    "approach": "method",
    "measure": "metric",
    "std": "sd",
    "stdev": "sd",
    "std. dev.": "sd",
    "runs": "n",
    "seeds": "n",
    "dataset": "table",
}

_DRESS = re.compile(  # what LaTeX and Markdown put around a number or before it
    r"\\(textbf|mathbf|underline|textit|emph|text|mathrm|bm|boldsymbol|textsubscript|ensuremath|num|bf|bfseries|small|"
    r"scriptsize|tiny|footnotesize|mathit)(?![A-Za-z])|\\[,;:! ]|[_^]\{?(?=\s*[*†‡±])|[${}*~]|↑|↓|†|‡|\s"
)
_PLUS_MINUS = re.compile(r"\\pm(?![A-Za-z])|\\textpm(?![A-Za-z])|\+/-|\+/−|\+-|\+−|&plusmn;|∓|±")
_NUMBER = r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
_CELL = re.compile(rf" *({_NUMBER}) *(?:± *({_NUMBER})|\( *±? *({_NUMBER}) *\))? *")


class Cell(NamedTuple):
    """A cell's mean and SD as bare text (SD "" where none is printed), and whether it has a sign of per cent."""

    mean: str
    sd: str
    percent: bool


class Reading(NamedTuple):
    """The table as `checked_printed` takes it, and a sentence for each thing that was not said by its columns."""

    table: pd.DataFrame
    said: list[str]


def cell(text: str) -> Cell | None:
    """A printed cell; None where it is no number with at most one SD, an empty mean where nothing is printed.

    >>> cell("91.2 ± 0.5"), cell(r"$91.2_{\\pm 0.5}$"), cell("91,2 (0,5) %")[:2]
    (Cell(mean='91.2', sd='0.5', percent=False), Cell(mean='91.2', sd='0.5', percent=False), ('91.2', '0.5'))
    """
    bare = text.strip()
    if bare.casefold() in NOTHING:
        return Cell("", "", False)
    bare = _PLUS_MINUS.sub("±", bare.replace("−", "-"))
    percent = "%" in bare
    bare = bare.replace(r"\%", " ").replace("%", " ")
    # A space for each, so that no two numbers grow into one: 91.2^{1} has a footnote and is not 91.21.
    found = _CELL.fullmatch(_DRESS.sub(" ", bare))
    if found is None:
        return None
    mean, *spreads = found.groups()
    numbers = [_point(number) for number in (mean, next(filter(None, spreads), ""))]
    return None if None in numbers else Cell(numbers[0], numbers[1], percent)


def as_printed(table: pd.DataFrame, n: int | None = None) -> Reading:
    """A person's printed table as text: table (where there is one), method, metric, mean, sd, n, unit.

    table: text; a row a method and metric, or wide: a column with the methods and a column a metric. n: the runs behind
    every value for which the table says none. A metric with a sign of per cent in some cells is in per cent in all.
    Raises InputError where there is no column of methods or of values, a cell is no number with at most one SD, an SD
    stands in a cell and in a column too, and where an SD has no n.

    >>> wide = pd.DataFrame({"method": ["base", "ours"], "acc": ["91.2±0.5", "92.3±0.4"]})
    >>> as_printed(wide, n=5).table.drop(columns="unit").to_numpy().tolist()
    [['base', 'acc', '91.2', '0.5', '5'], ['ours', 'acc', '92.3', '0.4', '5']]
    """
    if n is not None and n < 2:
        raise InputError(f"--n {n} is no number of runs that have a spread: give at least 2.")
    named, said = _named(table.fillna("").astype(str).apply(lambda column: column.str.strip()))
    long = named if "mean" in named else _melted(named, said)
    if "metric" not in long:
        raise InputError("The table has a column mean and no column metric: add it, the name of what is measured.")
    if "method" not in long:
        raise InputError("The table has no column method: it needs method, metric, mean, sd, n, or a column a metric.")
    rows = pd.DataFrame(list(_rows(long, n)), columns=["table", *PRINTED_COLUMNS, UNIT]).astype(str)
    if "mean" not in named:
        rows = rows[rows["mean"] != ""]  # a wide table has empty places
        if rows.empty:
            raise InputError("No cell of the table holds a number: write values as 91.2 or 91.2 ± 0.5.")
    if any(value is not None and value.sd for value in map(cell, long["mean"])):
        said.append(
            "What stands beside a mean in its cell was taken for an SD over the n runs, no standard error or interval."
        )
    if n is not None:
        said.append(f"n = {n} runs stand behind every value for which the table says none, as --n says.")
    kept = rows if "table" in named else rows.drop(columns="table")
    return Reading(kept.reset_index(drop=True), said)


def _named(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """With the project's names for columns that have other people's; an own name stands before another's."""
    said, taken, names = [], {name.casefold().strip() for name in table.columns}, {}
    for column in table.columns:
        plain = column.casefold().strip()
        name = plain if plain in ("table", *PRINTED_COLUMNS) else OTHER_NAMES.get(plain)
        if name is None or name in names.values() or (plain != name and name in taken):
            continue
        names[column] = name
        if plain != name:
            said.append(f"The column {column} was taken for {name}.")
    return table.rename(columns=names), said


def _melted(wide: pd.DataFrame, said: list[str]) -> pd.DataFrame:
    """A row a method and metric from a column a metric; adds what was taken for what."""
    if "metric" in wide:
        raise InputError("The table has a column metric and no column mean: add it, the value as printed.")
    if "method" not in wide:
        first = wide.columns[0] if len(wide.columns) else ""
        if not len(wide) or any(value is not None and value.mean for value in map(cell, wide[first])):
            raise InputError(
                "The table has no column method: it needs method, metric, mean, sd, n, or a column a metric."
            )
        wide = wide.rename(columns={first: "method"})
        said.append(f"The first column{f' ({first})' if first else ''} was taken for the methods.")
    keys = [name for name in ("table", "method", "n") if name in wide]
    metrics = [column for column in wide.columns if column not in keys and column and not (wide[column] == "").all()]
    if not metrics:
        raise InputError("The table has no column of values: give it a column mean, or a column for each metric.")
    if "sd" in metrics:
        raise InputError("The table has a column sd and no column mean: name the column of the values mean.")
    said.append(f"A column is a metric: {', '.join(metrics)}.")
    long = wide.reset_index(drop=True).melt(keys, metrics, "metric", "mean", ignore_index=False)
    return long.sort_index(kind="stable")


def _rows(long: pd.DataFrame, n: int | None) -> Iterator[tuple[str, ...]]:
    metrics = long["metric"] if "table" not in long else long["table"] + "\0" + long["metric"]
    percent = {metric for metric, text in zip(metrics, long["mean"], strict=True) if "%" in text}
    for key, row in zip(metrics, long.to_dict("records"), strict=True):
        where = f"{row['metric']} of {row.get('method', '')}" + (f" in {row['table']}" if row.get("table") else "")
        value = _read(row["mean"], f"The mean of {where}")
        beside = _read(row.get("sd", "").lstrip("± "), f"The SD of {where}").mean
        if value.sd and beside:
            raise InputError(f"{where} has the SD {value.sd} in its cell and {beside} in the column sd: keep one.")
        sd, runs = value.sd or beside, row.get("n", "")
        if key in percent and value.mean and not value.percent and 0 < float(value.mean) <= 1:
            raise InputError(
                f"{where} is {value.mean} without a sign of per cent, and others have one: write it in one unit."
            )
        if runs == "":
            runs = "" if n is None or not sd else str(n)
        if sd and not runs:
            raise InputError(f"n of {where} is empty: add a column n with the number of runs, or say --n 5 for all.")
        unit = "%" if key in percent else ""
        yield row.get("table", ""), row.get("method", ""), row["metric"], value.mean, sd, runs, unit


def _read(text: str, what: str) -> Cell:
    if (value := cell(text)) is None:
        raise InputError(
            f"{what} is {text!r}, which is no number that was understood: write 91.2, 91.2 ± 0.5 or 91.2 (0.5); of an "
            "interval the half width divided by t gives the SD of the mean, which times √n is the SD."
        )
    return value


def _point(number: str) -> str | None:
    """A number with a decimal point; None where a comma may stand for thousands.

    >>> _point("91,2"), _point("0,912"), _point("1,234")
    ('91.2', '0.912', None)
    """
    whole, comma, decimals = number.partition(",")
    if not comma:
        return number
    if "." in number or (re.fullmatch(r"[0-9]{3}", decimals) and whole.lstrip("+-0")):
        return None
    return f"{whole}.{decimals}"
