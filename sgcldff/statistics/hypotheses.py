"""The declared hypotheses: "reference beats against by at least the margin", each with its verdict.

Holm's correction is made within each declared family, over the averages of the scenarios (the tests that count); the
pairs beside them are for orientation.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.against_reference import identified
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.comparison import Comparison
from sgcldff.statistics.multiplicity import holm
from sgcldff.statistics.student import ALPHA, TTest
from sgcldff.statistics.verdict import FALLS_SHORT, falls_short, verdict
from sgcldff.tables.comparisons import deciding
from sgcldff.tables.hypotheses import HYPOTHESES
from sgcldff.tables.verdicts import Verdict


def hypotheses(
    benchmark: Benchmark, declared: Mapping[str, Mapping[str, Any]], families: Mapping[str, str]
) -> pd.DataFrame:
    """The hypotheses, on the average of their scenario (the verdict that counts) and on each pair by itself.

    declared: name -> reference, against, metric, scenario, margin (points), direction (`greater`: reference - against
    exceeds the margin; `less`: it lies below -margin), family; families: name -> what it is. Differences, intervals and
    bounds are those of reference - against in either direction. A hypothesis whose methods were not run in a scope
    gives no row there. Raises InputError as `Benchmark.compared` does, and for a scenario, direction or family that is
    not declared.
    """
    rows = []
    for name, one in declared.items():
        check_declared(name, one, benchmark.scenarios, families)
        if one["direction"] not in ("greater", "less"):
            raise InputError(f"Hypothesis {name} has the direction {one['direction']!r}: write greater or less.")
        for scope in benchmark.scopes_of(one["scenario"]):
            compared = benchmark.compared(
                scope, one["metric"], {one["reference"]: 1.0}, {one["against"]: 1.0}, _margin_of_difference(one)
            )
            if compared is not None:
                rows.append(
                    {"hypothesis": name, "family": one["family"], "direction": one["direction"]}
                    | identified(scope, one["metric"], one["reference"], one["against"])
                    | _judged(compared, one, benchmark.equivalence_bound)
                )
    table = pd.DataFrame(rows, columns=[column for column in HYPOTHESES.columns if column != "p_holm"])
    table["p_holm"] = holm_within(table, table["pair"] == "")
    lost = (table["verdict"] == Verdict.SUPPORTED) & (table["p_holm"] >= ALPHA)
    table["note"] = table["note"].where(~lost, "SUPPORTED by itself, not after Holm's correction")
    return table[list(HYPOTHESES.columns)]


def check_declared(name: str, one: Mapping[str, Any], scenarios: Container[str], families: Container[str]) -> None:
    """Raises InputError where a hypothesis or interaction names a family (its correction) or scenario that is none."""
    if one.get("family") not in families:
        raise InputError(f"{name} is in the family {one.get('family')!r}, which is not declared: add it to `families`.")
    if one["scenario"] not in scenarios:
        raise InputError(f"{name} names scenario {one['scenario']}, which is not declared: correct config.yaml.")


def holm_within(table: pd.DataFrame, counted: pd.Series) -> pd.Series:
    """Holm's p within each family, over the counted rows' one-sided p of their basis; NaN in all other rows."""
    return (
        deciding(table, "p_margin")
        .where(counted)
        .groupby(table["family"])
        .transform(lambda family: holm(family.to_numpy()))
    )


def _margin_of_difference(one: Mapping[str, Any]) -> float:
    """The margin on the scale of reference - against."""
    return float(one["margin"]) if one["direction"] == "greater" else -float(one["margin"])


def _judged(compared: Comparison, one: Mapping[str, Any], equivalence_bound: float) -> dict[str, Any]:
    margin, greater = float(one["margin"]), one["direction"] == "greater"
    # "Not even the margin, in either direction"; nothing lies within a margin of zero.
    row = compared.row(margin or equivalence_bound, _margin_of_difference(one))
    if not greater:
        row |= {name: 1 - row[name] for name in ("p_margin", "corrected_p_margin", "crossed_p_margin")}
    lower, upper = _bounds(compared.deciding, greater)
    notes = [text for text in (compared.note, FALLS_SHORT if falls_short(lower, upper, margin) else "") if text]
    crossed = np.isfinite(compared.crossed.se)
    return row | {
        "margin": margin,
        "least_detectable": (1 if greater else -1) * compared.least_detectable(margin),
        "verdict": str(verdict(lower, upper, margin)),
        "crossed_verdict": str(verdict(*_bounds(compared.crossed, greater), margin)) if crossed else "",
        "note": "; ".join(notes),
    }


def _bounds(test: TTest, greater: bool) -> tuple[float, float]:
    """Lower and upper bound in the direction of the claim."""
    return (test.lower_bound, test.upper_bound) if greater else (-test.upper_bound, -test.lower_bound)
