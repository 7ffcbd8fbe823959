"""The values that the paper prints, read from printed.csv: the only place where they stand.

The file holds Tables 2 and 3 and the values of single classes in the captions of Figures 3 (AUC) and 5 (IoU), as
printed, accuracy in per cent and the rest as fractions, with the number of runs behind each mean and SD. The paper's
own model, "Proposed SG-CLDFF" in Table 2 and "Full SG-CLDFF model" in Table 3, is one method and is named SG-CLDFF
here. What the paper's text says of these numbers stands in printed_claims.csv, and every checkable statement of its
text, tables, figures and captions in claims.csv (`sgcldff.tables.claims.read_declared_claims`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sgcldff.errors import InputError
from sgcldff.tables.personal import read_personal_table

PRINTED = Path(__file__).with_name("printed.csv")
PRINTED_CLAIMS = Path(__file__).with_name("printed_claims.csv")
DECLARED_CLAIMS = Path(__file__).with_name("claims.csv")


class PrintedValue(NamedTuple):
    """Mean and SD as fractions."""

    mean: float
    sd: float


def printed_rows(table: int) -> dict[str, dict[str, PrintedValue]]:
    """Row name -> metric -> value of the paper's Table 2 or 3, in the order of the print."""
    frame = read_personal_table(PRINTED)
    rows: dict[str, dict[str, PrintedValue]] = {}
    for line in frame[frame["table"] == f"Table {table}"].itertuples():
        unit = 100.0 if line.metric == "accuracy" else 1.0
        rows.setdefault(line.method, {})[line.metric] = PrintedValue(float(line.mean) / unit, float(line.sd) / unit)
    return rows


def check_paper_rows(methods: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises InputError where a method's `paper` key names a row that the paper does not print."""
    known = list(dict.fromkeys([*printed_rows(2), *printed_rows(3)]))
    for key, method in methods.items():
        row = method.get("paper")
        if row is not None and row not in known:
            raise InputError(
                f"The method {key} in the configuration names the paper's row {row!r}, which is not printed: "
                f"use one of {', '.join(known)}, or leave `paper` out."
            )
