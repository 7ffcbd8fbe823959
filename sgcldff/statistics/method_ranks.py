"""The mean ranks of the methods in each scenario, for Demsar's critical-difference diagram."""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from sgcldff.statistics.ranks import cliques, ranked, to_rank
from sgcldff.tables.ranks import RANKS
from sgcldff.variants import parse_variant

RANKED_METRICS = ("f1", "iou")  # those of the paper's two hypotheses


def rank_methods(
    runs: pd.DataFrame, scenarios: Mapping[str, Sequence[tuple[str, str]]], methods: Collection[str]
) -> pd.DataFrame:
    """The table RANKS; a block is a pair of a scenario in one seed.

    runs: RUNS with the columns of RANKED_METRICS; methods: those that take part: one without a score in some block
    drops out, as do blocks in which no method has one. Scenarios along an axis of perturbation, and what leaves fewer
    than two methods or blocks, give no rows.

    >>> scores = [("a", "a", "ours", 0, 0.9), ("a", "a", "theirs", 0, 0.8), ("a", "a", "ours", 1, 0.7)]
    >>> runs = pd.DataFrame(scores, columns=["trained_on", "tested_on", "method", "seed", "iou"]).assign(f1=0.5)
    >>> runs = pd.concat([runs, runs.tail(1).assign(method="theirs", iou=0.6)])
    >>> table = rank_methods(runs, {"in_domain": [("a", "a")]}, ["ours", "theirs"])
    >>> table.loc[table["metric"] == "iou", ["method", "rank", "groups"]].values.tolist()
    [['ours', 1.0, 'a'], ['theirs', 2.0, 'a']]
    """
    taking_part = runs[runs["method"].isin(list(methods))]
    rows = []
    for scenario, pairs in scenarios.items():
        if any(parse_variant(tested_on)[1] is not None for _, tested_on in pairs):
            continue
        keys = pd.MultiIndex.from_frame(taking_part[["trained_on", "tested_on"]])
        of_pairs = taking_part[keys.isin([tuple(pair) for pair in pairs])]
        for metric in RANKED_METRICS:
            rows += _ranks(scenario, metric, of_pairs)
    return pd.DataFrame(rows, columns=list(RANKS.columns))


def _ranks(scenario: str, metric: str, runs: pd.DataFrame) -> list[dict[str, object]]:
    """A row a method, best first."""
    wide = runs.pivot_table(metric, index=["trained_on", "tested_on", "seed"], columns="method", dropna=False)
    wide = wide.dropna(how="all").dropna(axis="columns")
    if min(wide.shape) < 2:
        return []
    ranks = ranked(to_rank(wide.to_numpy()))
    order = ranks.mean.argsort(kind="stable")
    letters = _letters(cliques(ranks.mean, ranks.critical), len(order))
    blocks = wide.index.to_frame()
    shared = {
        "methods": wide.shape[1],
        "blocks": ranks.n,
        "pairs": len(blocks[["trained_on", "tested_on"]].drop_duplicates()),
    }
    shared |= {"seeds": blocks["seed"].nunique(), "chi2": ranks.chi2, "p": ranks.p, "critical": ranks.critical}
    return [
        {"scenario": scenario, "metric": metric, "method": wide.columns[column], "rank": ranks.mean[column]}
        | shared
        | {"groups": letters[place]}
        for place, column in enumerate(order)
    ]


def _letters(groups: Sequence[tuple[int, int]], count: int) -> list[str]:
    """The groups that each place is in, a letter each.

    >>> _letters([(0, 1), (1, 2)], 4)
    ['a', 'ab', 'b', '']
    """
    names = string.ascii_letters
    return [
        "".join(names[number] for number, (first, last) in enumerate(groups) if first <= place <= last)
        for place in range(count)
    ]
