"""The declared hypotheses: "reference beats against by at least the margin", each with its verdict.

Holm's correction is made within each declared family, over the averages of the scenarios (the tests that count); the
pairs beside them are for orientation.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.config.declared import Hypothesis, Interaction
from sgcldff.errors import InputError
from sgcldff.statistics.against_reference import subject
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.comparison import Comparison
from sgcldff.statistics.multiplicity import holm
from sgcldff.statistics.student import ALPHA, TTest
from sgcldff.statistics.verdict import FALLS_SHORT, falls_short, limit_passed, verdict
from sgcldff.tables.comparisons import deciding
from sgcldff.tables.hypotheses import HYPOTHESES
from sgcldff.tables.verdicts import Verdict, decided_by


def judge_hypotheses(
    benchmark: Benchmark, declared: Mapping[str, Hypothesis], families: Container[str]
) -> pd.DataFrame:
    """The table HYPOTHESES: each on the average of its scenario (the verdict that counts) and on each pair by itself.

    families: the names of those that are declared. Margins, differences, intervals and bounds are in points; they are
    those of reference - against in either direction of the hypothesis. One whose methods were not run in a scope gives
    no row there. Raises InputError as `Benchmark.compared` does, and for a scenario or family that is not declared.

    >>> fusion = Hypothesis(
    ...     title="Fusion helps",
    ...     reference="full",
    ...     against="no_fusion",
    ...     metric="iou",
    ...     scenario="cross",
    ...     margin=1,
    ...     direction="greater",
    ...     family="parts",
    ... )
    >>> table = judge_hypotheses(benchmark, {"fusion": fusion}, families={"parts"})
    >>> table[["pair", "mean", "lower_bound", "margin", "verdict"]].round(2).values.tolist()
    [['', 2.67, 0.09, 1.0, 'DIRECTION ONLY'], ['bccd→jtsc', 2.67, 0.09, 1.0, 'DIRECTION ONLY']]
    """
    rows = []
    for name, hypothesis in declared.items():
        check_declared(name, hypothesis, benchmark.scenarios, families)
        sides = {hypothesis.reference: 1.0}, {hypothesis.against: 1.0}
        for scope in benchmark.scopes_of(hypothesis.scenario):
            comparison = benchmark.compared(scope, hypothesis.metric, *sides, _margin_of_difference(hypothesis))
            if comparison is not None:
                rows.append(
                    {"hypothesis": name, "family": hypothesis.family, "direction": hypothesis.direction}
                    | subject(scope, hypothesis.metric, hypothesis.reference, hypothesis.against)
                    | _judged(comparison, hypothesis, benchmark.equivalence_bound)
                )
    table = pd.DataFrame(rows, columns=[column for column in HYPOTHESES.columns if column != "p_holm"])
    table["p_holm"] = holm_within(table, table["pair"] == "")
    lost = (table["verdict"] == Verdict.SUPPORTED) & (table["p_holm"] >= ALPHA)
    table["note"] = table["note"].where(~lost, "SUPPORTED by itself, not after Holm's correction")
    return table[list(HYPOTHESES.columns)]


def check_declared(
    name: str, declared: Hypothesis | Interaction, scenarios: Container[str], families: Container[str]
) -> None:
    """Raises InputError where a hypothesis or interaction names a family (its correction) or scenario that is none."""
    if declared.family not in families:
        raise InputError(f"{name} is in the family {declared.family!r}, which is not declared: add it to `families`.")
    if declared.scenario not in scenarios:
        raise InputError(f"{name} names scenario {declared.scenario}, which is not declared: correct config.yaml.")


def holm_within(table: pd.DataFrame, takes_part: pd.Series) -> pd.Series:
    """Holm's p within each family, over the margin p of the deciding tests of the rows that take part; else NaN."""
    return (
        deciding(table, "p_margin")
        .where(takes_part)
        .groupby(table["family"])
        .transform(lambda family: holm(family.to_numpy()))
    )


def _margin_of_difference(hypothesis: Hypothesis) -> float:
    """The margin on the scale of reference - against."""
    return hypothesis.margin if hypothesis.direction == "greater" else -hypothesis.margin


def _judged(comparison: Comparison, hypothesis: Hypothesis, equivalence_bound: float) -> dict[str, Any]:
    margin, greater = hypothesis.margin, hypothesis.direction == "greater"
    # "Not even the margin, in either direction"; nothing lies within a margin of zero.
    row = comparison.row(margin or equivalence_bound, _margin_of_difference(hypothesis))
    if not greater:
        row |= {name: 1 - row[name] for name in ("p_margin", "corrected_p_margin", "crossed_p_margin")}
    lower, upper = _bounds(comparison.deciding, greater)
    notes = [text for text in (comparison.note, FALLS_SHORT if falls_short(lower, upper, margin) else "") if text]
    crossed = np.isfinite(comparison.crossed.se)
    state = verdict(lower, upper, margin)
    by, sign = decided_by(state, greater), 1.0 if greater else -1.0
    return row | {
        "margin": margin,
        "least_detectable": sign * comparison.least_detectable(margin),
        "verdict": str(state),
        "decided_by": str(by),
        "fragile": comparison.fragile(by, sign * limit_passed(state, margin)),
        "crossed_verdict": str(verdict(*_bounds(comparison.crossed, greater), margin)) if crossed else "",
        "note": "; ".join(notes),
    }


def _bounds(test: TTest, greater: bool) -> tuple[float, float]:
    """Lower and upper bound in the direction of the claim."""
    return (test.lower_bound, test.upper_bound) if greater else (-test.upper_bound, -test.lower_bound)
