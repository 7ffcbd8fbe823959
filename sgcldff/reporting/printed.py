"""The values that the paper prints in its Tables 2 and 3, read from printed.csv: the only place where they stand.

The file holds them as printed, accuracy in per cent and the rest as fractions. The paper's own model, "Proposed
SG-CLDFF" in Table 2 and "Full SG-CLDFF model" in Table 3, is one method and is named SG-CLDFF here.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

import pandas as pd

from sgcldff.errors import InputError


class PrintedValue(NamedTuple):
    """Mean and SD as fractions."""

    mean: float
    sd: float


def printed_rows(table: int) -> dict[str, dict[str, PrintedValue]]:
    """Row name -> metric -> value of the paper's Table 2 or 3, in the order of the print."""
    with (files("sgcldff.reporting") / "printed.csv").open(encoding="utf-8") as handle:
        frame = pd.read_csv(handle)
    rows: dict[str, dict[str, PrintedValue]] = {}
    for line in frame[frame["table"] == table].itertuples():
        unit = 100.0 if line.metric == "accuracy" else 1.0
        rows.setdefault(line.row, {})[line.metric] = PrintedValue(line.mean / unit, line.sd / unit)
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
