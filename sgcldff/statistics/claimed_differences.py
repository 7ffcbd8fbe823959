"""The comparisons that a claim asks for and the table of comparisons lacks: of one other method with another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pandas as pd

from sgcldff.statistics.against_reference import subject
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.tables.claims import ClaimKind
from sgcldff.tables.comparisons import COMPARISONS, SUBJECT


def claimed_differences(
    benchmark: Benchmark, declared: pd.DataFrame, named: Callable[[str], Sequence[str]]
) -> pd.DataFrame:
    """Rows as in COMPARISONS, without a family, for the differences and improvements that name a `reference`.

    declared: DECLARED_COLUMNS; named: the methods that a cell names. What was not run has no row. Raises InputError as
    `Benchmark.compared` does.
    """
    about = declared[["kind", *SUBJECT]].astype(object).fillna("")
    of_two = about["kind"].isin([ClaimKind.DIFFERENCE, ClaimKind.IMPROVEMENT])
    rows = {}
    for claim in about[of_two & (about["reference"] != "")].itertuples():
        for scope in (scope for scope in benchmark.scopes_of(claim.scenario) if scope.label == claim.pair):
            for first, second in product(named(claim.reference), named(claim.against)):
                comparison = benchmark.compared(scope, claim.metric, {first: 1.0}, {second: 1.0})
                if comparison is not None:
                    row = subject(scope, claim.metric, first, second)
                    rows[tuple(row.values())] = row | comparison.row(benchmark.equivalence_bound)
    return pd.DataFrame(rows.values(), columns=list(COMPARISONS.columns))
