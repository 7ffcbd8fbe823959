"""Every method against the reference: the exploratory comparisons, with their correction.

A comparison that is declared as a hypothesis belongs to that hypothesis' family, wherever it is listed. Controls are no
questions: an oracle is always better and chance always worse, and certain findings would make the correction of the
rest too lenient. All others are exploratory, and Benjamini and Hochberg's correction is made over every distinct one of
them: one that is listed under two scenarios (the same pairs, metric and methods) is one test and counts once. A
comparison that gave no p is in no correction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from sgcldff.config.declared import Hypothesis
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.multiplicity import benjamini_hochberg
from sgcldff.statistics.scenarios import Scope
from sgcldff.tables.comparisons import COMPARISONS, CONTROL, EXPLORATORY, deciding
from sgcldff.tables.runs import METRICS

Test = tuple[frozenset[tuple[str, str]], str, frozenset[str]]  # pairs, metric, both methods


def compare_with_reference(
    benchmark: Benchmark,
    reference: str,
    hypotheses: Mapping[str, Hypothesis],
    controls: Collection[str] = (),
    metrics: Sequence[str] = METRICS,
) -> pd.DataFrame:
    """The table COMPARISONS: every other method, paired by seed, in points; p two-sided, corrected as said above.

    hypotheses: the declared ones by name; controls: methods that are no question; metrics: columns of the runs. A
    method that was not run in a scope gives no row there. Raises InputError as `Benchmark.compared` does.
    """
    families = _declared(benchmark, hypotheses)
    rows, tests = [], []
    for scope in benchmark.scopes:
        for method in benchmark.methods:
            for metric in metrics if method != reference else ():
                comparison = benchmark.compared(scope, metric, {reference: 1.0}, {method: 1.0})
                if comparison is None:
                    continue
                test = _test(scope, metric, reference, method)
                rows.append(
                    subject(scope, metric, reference, method)
                    | comparison.row(benchmark.equivalence_bound)
                    | {"family": families.get(test, CONTROL if method in controls else EXPLORATORY)}
                )
                tests.append(test)
    table = pd.DataFrame(rows, columns=[column for column in COMPARISONS.columns if column != "p_bh"])
    exploratory = table["family"] == EXPLORATORY
    distinct = {test: value for test, value, free in zip(tests, deciding(table, "p"), exploratory, strict=True) if free}
    corrected = dict(zip(distinct, benjamini_hochberg(list(distinct.values())), strict=True))
    table["p_bh"] = [corrected[test] if free else float("nan") for test, free in zip(tests, exploratory, strict=True)]
    return table


def _declared(benchmark: Benchmark, hypotheses: Mapping[str, Hypothesis]) -> dict[Test, str]:
    """The tests that hypotheses make on the averages of their scenarios, and their families."""
    return {
        _test(scope, hypothesis.metric, hypothesis.reference, hypothesis.against): hypothesis.family
        for hypothesis in hypotheses.values()
        for scope in benchmark.scopes_of(hypothesis.scenario)
        if not scope.label
    }


def _test(scope: Scope, metric: str, reference: str, against: str) -> Test:
    """What makes two rows the same test, whatever they are listed under."""
    return frozenset(scope.pairs), metric, frozenset((reference, against))


def subject(scope: Scope, metric: str, reference: str, against: str) -> dict[str, str]:
    """The columns SUBJECT of a row."""
    return {
        "scenario": scope.scenario,
        "pair": scope.label,
        "metric": metric,
        "reference": reference,
        "against": against,
    }
