"""The audit of printed tables: text as printed comes in, what it allows to be said goes out.

printed.py tests one pair, printed_table.py checks the table, printed_findings.py adds it up and printed_claims.py holds
claims against it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.audit import claims as printed_claims
from sgcldff.statistics.audit import findings as printed_findings
from sgcldff.statistics.audit.pair import PrintedPair
from sgcldff.statistics.audit.printed import Printed, checked_printed, paired
from sgcldff.statistics.multiplicity import holm
from sgcldff.tables.audit import AUDIT_CLAIMS, AUDIT_COMPARISONS, AUDIT_FINDINGS, CORRELATIONS


def audit_comparisons(
    printed: pd.DataFrame, reference: str | None = None, margins: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """The reference of each table against its other methods, a row a method and metric, in points.

    printed: text, as `checked_printed` takes it; reference: a method of every table, by default the last of each, where
    a proposed method stands; margins: metric -> points.

    Columns: means, SDs, difference (reference minus against) and half_unit of the last printed digit; p_<r>: two-sided
    paired t-test, df n - 1, at the correlation r; p_holm_<r>: corrected over all rows; p_rounding_low, p_rounding_high:
    what rounding alone makes of p at r = 0; p_low, p_high: over every r from -1 up to 1 and the rounding; least_r: the
    correlation above which p < .05 (-1: at any, empty: at none), least_r_rounding: with the kindest rounding;
    p_margin_<r>: one-sided, the difference exceeds the margin. A row without a test says why in `note`.

    Raises InputError as `checked_printed` does, for a reference that a table does not have, a margin of an unknown
    metric, a table of a single method without parts to add up, and methods that were not run equally often.
    """
    rows, margins = checked_printed(printed), margins or {}
    metrics = list(dict.fromkeys(row.metric for row in rows))
    if unknown := [metric for metric in margins if metric not in metrics]:
        raise InputError(f"A margin names the metric {unknown[0]!r}, which is not there: use {', '.join(metrics)}.")
    methods = list(dict.fromkeys(row.method for row in rows))
    if reference is not None and reference not in methods:
        raise InputError(f"No method is called {reference!r}: the reference is one of {', '.join(methods)}.")
    found = []
    for table in dict.fromkeys(row.table for row in rows):
        own = {(row.method, row.metric): row for row in rows if row.table == table}
        for name, one, other in _pairs(own, table, reference):
            found.append(_compared(name, one, other, margins.get(other.metric)))
    frame = pd.DataFrame(found, columns=list(AUDIT_COMPARISONS.columns))
    for at in CORRELATIONS:
        frame[f"p_holm_{at}"] = holm(frame[f"p_{at}"])
    return frame


def audit_findings(printed: pd.DataFrame) -> pd.DataFrame:
    """What does not add up: table, method, metric, kind and, in `finding`, a sentence (`printed_findings`)."""
    return pd.DataFrame(printed_findings.finding_rows(checked_printed(printed)), columns=list(AUDIT_FINDINGS.columns))


def audit_claims(printed: pd.DataFrame, claims: pd.DataFrame | None) -> pd.DataFrame:
    """Claims held against the printed table, a row each, as `printed_claims.claim_rows` says; no claims give none."""
    rows = [] if claims is None else printed_claims.claim_rows(checked_printed(printed), claims)
    return pd.DataFrame(rows, columns=list(AUDIT_CLAIMS.columns))


def _pairs(
    own: Mapping[tuple[str, str], Printed], table: str, reference: str | None
) -> list[tuple[str, Printed | None, Printed]]:
    """The reference's name and value (None where it has none) beside every value of another method of one table."""
    methods = list(dict.fromkeys(method for method, _ in own))
    name = methods[-1] if reference is None else reference
    where = repr(table) if table else "The table"
    if len(methods) == 1:
        if any(printed_findings.parts_of(row, list(own.values())) for row in own.values()):
            return []
        raise InputError(f"{where} has a single method, {methods[0]}: add what it is to be compared with.")
    if name not in methods:
        raise InputError(f"{where} has no method {name!r}: take it out of the file, or audit it without a reference.")
    pairs = [(name, own.get((name, metric)), row) for (method, metric), row in own.items() if method != name]
    if all(one is None for _, one, _ in pairs):
        raise InputError(f"{where} has no metric that {name} shares with another method: correct the column metric.")
    return pairs


def _compared(name: str, reference: Printed | None, against: Printed, margin: float | None) -> dict[str, Any]:
    row = {
        "table": against.table,
        "metric": against.metric,
        "reference": name,
        "against": against.method,
        "against_mean": _points(against, against.mean),
        "against_sd": _points(against, against.sd),
        "half_unit": _points(against, against.half_unit),
    }
    if reference is None:
        return row | {"note": f"not compared: {name} has no {against.metric} here"}
    row |= {
        "reference_mean": _points(reference, reference.mean),
        "reference_sd": _points(reference, reference.sd),
        "difference": _points(reference, reference.mean - against.mean),
    }
    if (pair := paired(reference, against)) is None:
        return row | {"note": "no test: no SD is printed for one of the two"}
    return row | {"n": pair.n} | _tested(pair, margin)


def _tested(pair: PrintedPair, margin: float | None) -> dict[str, Any]:
    """Every test of a pair; `margin` stands only where it was tested."""
    zeros = [pair.sd_reference, pair.sd_against].count(0)
    if zeros == 2:
        return {"note": "no test: both SDs are printed as 0"}
    tests: dict[str, Any] = {f"p_{at}": pair.test(r).p for at, r in CORRELATIONS.items()}
    if margin is not None:
        tests["margin"] = margin
        tests |= {f"p_margin_{at}": pair.test(r, margin).p_margin for at, r in CORRELATIONS.items()}
    tests["p_rounding_low"], tests["p_rounding_high"] = pair.p_range(0, 0)
    tests["p_low"], tests["p_high"] = pair.p_range()
    tests["least_r"], tests["least_r_rounding"] = pair.least_r(), pair.least_r(rounding=True)
    notes = ["one SD is printed as 0, so that r changes nothing"] if zeros else []
    if tests["p_low"] == 0:
        notes.append("no smallest p: it falls towards 0 as r approaches 1")
    return tests | {"note": "; ".join(notes)}


def _points(row: Printed, value: Any) -> float:
    return math.nan if value is None else float(value * row.points)
