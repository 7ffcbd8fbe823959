"""The table of printed values as it comes in, text as printed: it is checked once, and gets the unit of its last digit.

Printed numbers are decimal and are kept so: 0.82 - 0.79 is 0.03, and half a unit of its last digit 0.005, exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.audit.pair import PrintedPair
from sgcldff.tables.audit import PRINTED_COLUMNS, UNIT

MOST_RUNS = 10**9  # more are a slip of the pen

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True)
class Printed:
    """One printed value, in the unit of the print.

    mean, sd: as printed, sd None where none is; n: the runs behind them, None where it is not said; decimals: those to
    which this metric was printed in this table; points: 100 for fractions and 1 for per cent and any other unit.
    """

    table: str
    method: str
    metric: str
    mean: Decimal
    sd: Decimal | None
    n: int | None
    decimals: int
    points: int

    @property
    def half_unit(self) -> Decimal:
        """Half a unit of the last printed digit."""
        return Decimal(5).scaleb(-self.decimals - 1)

    def __str__(self) -> str:
        return f"{self.metric} of {self.method}" + (f" in {self.table}" if self.table else "")


def checked_printed(table: pd.DataFrame) -> list[Printed]:
    """The rows of the table in its order.

    table: text as printed, columns method, metric, mean, sd (empty where none is printed), n, and where there are
    several tables `table`; unit may be "%" for a metric in per cent. The decimals that count are the most of any mean
    or SD of the metric in its table: 0.9 beside 0.91 was printed to 0.01. A metric whose means all lie within 0 to 1 is
    taken for fractions, if it is not in per cent.
    Raises InputError for a missing column, no rows, an empty or duplicated method and metric, text in a number, a
    negative SD, an n that is no whole number of at least 2 or that is missing beside an SD, and for fractions mixed
    with percentages.

    >>> row = {"method": "ours", "metric": "iou", "mean": "0.82", "sd": "0.01", "n": "5"}
    >>> (value,) = checked_printed(pd.DataFrame([row]))
    >>> str(value), value.mean, value.points, value.half_unit
    ('iou of ours', Decimal('0.82'), 100, Decimal('0.005'))
    """
    if missing := [column for column in PRINTED_COLUMNS if column not in table]:
        raise InputError(f"The table has no column {', '.join(missing)}: it needs {', '.join(PRINTED_COLUMNS)}.")
    if table.empty:
        raise InputError("The table has no rows: write one for each method and metric.")
    cells = table.assign(**{name: "" for name in ("table", UNIT) if name not in table})
    cells = cells[["table", *PRINTED_COLUMNS, UNIT]].fillna("").astype(str).apply(lambda column: column.str.strip())
    for column in ("method", "metric"):
        if (cells[column] == "").any():
            raise InputError(f"A row has no {column}: fill it in or remove the row.")
    if (cells["table"] == "").any() and (cells["table"] != "").any():
        raise InputError("Some rows name their table and some do not: fill in the column table or leave it out.")
    if (twice := cells.duplicated(["table", "method", "metric"])).any():
        raise InputError(f"Two rows give {_where(cells[twice].iloc[0])}: keep one of them.")
    for column, read in (("mean", _mean), ("sd", _sd), ("n", _n)):
        # As objects, so that an n that is missing beside others does not turn them into floats.
        cells[column] = pd.Series([read(row) for row in _rows(cells)], cells.index, dtype=object)
    units = {of: _unit(group) for of, group in cells.groupby(["table", "metric"])}
    return [Printed(*row[:-1], *units[row.table, row.metric]) for row in _rows(cells)]


def pair_of(reference: Printed, against: Printed) -> PrintedPair | None:
    """Two values of one metric in one table as a pair of runs, in points; None where an SD is not printed.

    Raises InputError where the two were not run equally often, and cannot have been paired.
    """
    if reference.sd is None or against.sd is None:
        return None
    if reference.n != against.n:
        raise InputError(
            f"n is {reference.n} for {reference} and {against.n} for {against.method}: paired runs are equally many; "
            "correct n or remove one of the two."
        )
    return PrintedPair(
        n=reference.n,
        difference=float((reference.mean - against.mean) * reference.points),
        sd_reference=float(reference.sd * reference.points),
        sd_against=float(against.sd * reference.points),
        half_unit=float(reference.half_unit * reference.points),
    )


def number(text: str, what: str) -> Decimal:
    """A printed number, exactly. Raises InputError that begins with `what` where the text is none.

    >>> number("0.90", "The mean of iou")
    Decimal('0.90')
    """
    if not _NUMBER.fullmatch(text):
        fault = f"is {text!r}, which is no number" if text else "is empty"
        raise InputError(f"{what} {fault}: write the bare number, with a decimal point.")
    return Decimal(text)


def decimals(*values: Decimal) -> int:
    """The most decimals of any of the values.

    >>> decimals(Decimal("0.9"), Decimal("0.91"))
    2
    """
    return max(max(-value.as_tuple().exponent, 0) for value in values)


def _unit(cells: pd.DataFrame) -> tuple[int, int]:
    """Decimals and points of one metric in one table."""
    inside = cells[(cells["mean"] > 0) & (cells["mean"] <= 1)]
    above = cells[cells["mean"] > 1]
    percent = (cells[UNIT] == "%").any()
    if len(inside) and len(above) and not percent:
        fraction, percentage = inside.iloc[0], above.iloc[0]
        raise InputError(
            f"The mean of {_where(fraction)} is {fraction['mean']} and that of {percentage['method']} "
            f"{percentage['mean']}, a fraction beside a percentage: write the metric in one unit."
        )
    points = 100 if not percent and ((cells["mean"] >= 0) & (cells["mean"] <= 1)).all() else 1
    return decimals(*cells["mean"], *cells["sd"].dropna()), points


def _mean(row: Any) -> Decimal:
    return number(row.mean, f"The mean of {_where(row)}")


def _sd(row: Any) -> Decimal | None:
    if row.sd == "":
        return None
    if (sd := number(row.sd, f"The SD of {_where(row)}")) < 0:
        raise InputError(f"The SD of {_where(row)} is {row.sd}, and no SD is negative: correct it.")
    return sd


def _n(row: Any) -> int | None:
    if row.n == "" and row.sd is None:
        return None
    runs = number(row.n, f"n of {_where(row)}")
    if not 2 <= runs <= MOST_RUNS or runs != int(runs):
        raise InputError(f"n of {_where(row)} is {row.n}: give the number of runs, a whole number of at least 2.")
    return int(runs)


def _rows(cells: pd.DataFrame) -> list[Any]:
    return list(cells.itertuples(index=False))


def _where(row: Any) -> str:
    return f"{row.metric} of {row.method}" + (f" in {row.table}" if row.table else "")
