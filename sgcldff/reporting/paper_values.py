"""The values that the paper prints, read from paper/tables.csv: the only place where they stand.

The file holds Tables 2 and 3 and the values of single classes in the captions of Figures 3 (AUC) and 5 (IoU), as
printed, accuracy in per cent and the rest as fractions, with the number of runs behind each mean and SD. The paper's
own model, "Proposed SG-CLDFF" in Table 2 and "Full SG-CLDFF model" in Table 3, is one method and is named SG-CLDFF
here. What the paper's text says of these numbers stands in paper/numbers_in_text.csv, every checkable statement of its
text, tables, figures and captions in paper/claims.csv, its Table 1 in paper/related_work.csv, and where it contradicts
itself in paper/contradictions.csv.

Only the standard library is imported, so that the graph can refuse a wrong row before anything runs.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sgcldff.errors import InputError

_PAPER = Path(__file__).with_name("paper")
PAPER_TABLES = _PAPER / "tables.csv"
PAPER_NUMBERS_IN_TEXT = _PAPER / "numbers_in_text.csv"
PAPER_CLAIMS = _PAPER / "claims.csv"
PAPER_RELATED_WORK = _PAPER / "related_work.csv"
PAPER_CONTRADICTIONS = _PAPER / "contradictions.csv"


class PrintedValue(NamedTuple):
    """Mean and SD as fractions."""

    mean: float
    sd: float


def printed_rows(table: int) -> dict[str, dict[str, PrintedValue]]:
    """Row name -> metric -> value of the paper's Table 2 or 3, in the order of the print."""
    cells = [row for row in _rows(PAPER_TABLES) if row["table"] == f"Table {table}"]
    rows: dict[str, dict[str, PrintedValue]] = {}
    for cell in cells:
        unit = 100.0 if cell["metric"] == "accuracy" else 1.0
        value = PrintedValue(float(cell["mean"]) / unit, float(cell["sd"]) / unit)
        rows.setdefault(cell["method"], {})[cell["metric"]] = value
    return rows


def printed_classes(figure: int) -> dict[str, str]:
    """Class -> value of SG-CLDFF in the caption of the paper's Figure 3 (AUC) or 5 (IoU), as printed."""
    rows = [row for row in _rows(PAPER_TABLES) if row["table"] == f"Figure {figure}" and "_" in row["metric"]]
    return {row["metric"].split("_", 1)[1]: row["mean"] for row in rows}


def printed_over_classes(figure: int) -> str:
    """The value of SG-CLDFF over all classes that belongs to the paper's Figure 3 (AUC) or 5 (IoU), as printed."""
    (row,) = [row for row in _rows(PAPER_TABLES) if row["table"] == f"Figure {figure}" and "_" not in row["metric"]]
    return row["mean"]


class Study(NamedTuple):
    """A row of the paper's Table 1.

    study, dataset, accuracy: as printed; value: the accuracy as a fraction, None where no number is printed; metric:
    the score of ours that stands for it; methods: those that build the study; remark: what a reader should know.
    """

    study: str
    dataset: str
    accuracy: str
    value: float | None
    metric: str
    methods: tuple[str, ...]
    remark: str


def related_work() -> list[Study]:
    """The paper's Table 1, in the order of the print."""
    return [
        Study(
            study=row["study"],
            dataset=row["dataset"],
            accuracy=row["printed"],
            value=float(row["value"]) / 100 if row["value"] else None,
            metric=row["metric"],
            methods=tuple(row["methods"].split()),
            remark=row["remark"],
        )
        for row in _rows(PAPER_RELATED_WORK)
    ]


def contradictions() -> list[dict[str, str]]:
    """where, says, elsewhere, says_there, follows: two places of the paper that do not go together, and what of it."""
    return _rows(PAPER_CONTRADICTIONS)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def check_paper_rows(rows: Mapping[str, str | None]) -> None:
    """Raises InputError where a method names a row that the paper does not print.

    rows: method -> its `paper` key, None where it has none.
    """
    known = list(dict.fromkeys([*printed_rows(2), *printed_rows(3)]))
    for method, row in rows.items():
        if row is not None and row not in known:
            raise InputError(
                f"The method {method} in the configuration names the paper's row {row!r}, which is not printed: "
                f"use one of {', '.join(known)}, or leave `paper` out."
            )
