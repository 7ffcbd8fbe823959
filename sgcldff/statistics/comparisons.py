"""Every method against the reference: the exploratory comparisons, with their correction.

A comparison that is declared as a hypothesis belongs to that hypothesis' family. All others are exploratory, and
Benjamini and Hochberg's correction is made over every distinct one of them: one that is listed under two scenarios (the
same pairs, metric and method) is one test and counts once. A comparison that gave no p is in no correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.statistics.benchmark import METRICS, Benchmark
from sgcldff.statistics.comparison import COLUMNS as TEST
from sgcldff.statistics.comparison import REDRAWN
from sgcldff.statistics.multiplicity import benjamini_hochberg
from sgcldff.statistics.scenarios import Scope

EXPLORATORY = "exploratory"
SUBJECT = ("scenario", "pair", "metric", "reference", "against")
COLUMNS = (*SUBJECT, *TEST, "family", "p_bh")


def comparisons(
    benchmark: Benchmark,
    reference: str,
    hypotheses: Mapping[str, Mapping[str, Any]],
    metrics: Sequence[str] = METRICS,
) -> pd.DataFrame:
    """The reference against every other method, paired by seed, in points; p two-sided, corrected as said above.

    hypotheses: as for `hypotheses`; metrics: columns of the runs. A method that was not run in a scope gives no row
    there. Raises InputError as `Benchmark.compared` does.
    """
    declared = {
        (one["scenario"], one["metric"], one["reference"], one["against"]): one["family"] for one in hypotheses.values()
    }
    rows, tests = [], []
    for scope in benchmark.scopes:
        for method in benchmark.methods:
            for metric in metrics if method != reference else ():
                compared = benchmark.compared(scope, metric, {reference: 1.0}, {method: 1.0})
                if compared is None:
                    continue
                family = EXPLORATORY
                if not scope.label:
                    family = declared.get((scope.scenario, metric, reference, method), EXPLORATORY)
                rows.append(
                    identified(scope, metric, reference, method)
                    | compared.row(benchmark.equivalence_bound)
                    | {"family": family}
                )
                tests.append((frozenset(scope.pairs), metric, method))
    table = pd.DataFrame(rows, columns=[column for column in COLUMNS if column != "p_bh"])
    exploratory = table["family"] == EXPLORATORY
    p = table["p"].where(table["basis"] != REDRAWN, table["corrected_p"])
    distinct = {test: value for test, value, free in zip(tests, p, exploratory, strict=True) if free}
    corrected = dict(zip(distinct, benjamini_hochberg(list(distinct.values())), strict=True))
    table["p_bh"] = [corrected[test] if free else float("nan") for test, free in zip(tests, exploratory, strict=True)]
    return table


def identified(scope: Scope, metric: str, reference: str, against: str) -> dict[str, str]:
    """What a row is about."""
    return {
        "scenario": scope.scenario,
        "pair": scope.label,
        "metric": metric,
        "reference": reference,
        "against": against,
    }
