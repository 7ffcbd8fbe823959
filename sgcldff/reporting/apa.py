"""Results in one sentence of APA style: no zero before the point of a p, two decimals, intervals in brackets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sgcldff.reporting import markdown as md


def p_value(p: float) -> str:
    """`p = .023`, `p < .001`.

    >>> p_value(0.0234), p_value(0.0000004), p_value(0.9996)
    ('p = .023', 'p < .001', 'p > .999')
    """
    if math.isnan(p):
        return f"p = {md.MISSING}"
    if p < 0.001:
        return "p < .001"
    return "p > .999" if p > 0.9995 else f"p = {p:.3f}".replace("0.", ".")


def comparison_sentence(row: Mapping[str, Any]) -> str:
    """The test of two methods that decides; row: as `comparison_text` takes it."""
    prefix = "corrected_" if row["corrected_verdict"] else ""
    low, high = (row[f"{prefix}{end}" if prefix else f"ci_{end}"] for end in ("low", "high"))
    unit = " points" if row["scale"] == 100 else ""
    test = "a paired t test" + (" corrected for resampled splits" if prefix else "")
    return (
        f"Over {row['n']} runs the {row['metric']} of {row['reference']} minus that of {row['against']} was on average "
        f"{md.number(row['mean'], 2)}{unit} (SD = {md.number(row['sd'], 2)}), 95% CI [{md.number(low, 2)}, "
        f"{md.number(high, 2)}], by {test}, t({row[f'{prefix}df']:g}) = {md.number(row[f'{prefix}t'], 2)}, "
        f"{p_value(row[f'{prefix}p'])}, d_z = {md.number(row['d_z'], 2)}."
    )


def ranking_sentence(ranking: Any) -> str:
    """Friedman's test and the order of the methods; ranking: of `sgcldff.statistics.ranking`."""
    ranks, k = ranking.ranks, len(ranking.methods)
    first, f = ranking.methods.iloc[0], f"F({k - 1}, {(k - 1) * (ranks.n - 1)}) = {md.number(ranks.f, 2)}"
    p, shown = ranks.p, f"{p_value(ranks.p)}, and by Iman and Davenport's {f}, {p_value(ranks.p_f)}"
    if not math.isnan(ranks.p_permuted):
        p, shown = ranks.p_permuted, f"{p_value(ranks.p_permuted)} (permutations within {ranking.over}s)"
    return (
        f"The ranks of {k} methods over {ranks.n} {ranking.over}s {'differed' if p < 0.05 else 'did not differ'} by "
        f"Friedman's test, χ²({k - 1}, N = {ranks.n}) = {md.number(ranks.chi2, 2)}, {shown}; {first['method']} had the "
        f"best mean rank, {md.number(first['rank'], 2)}, 95% bootstrap CI [{md.number(first['rank_low'], 2)}, "
        f"{md.number(first['rank_high'], 2)}], and Nemenyi's critical difference was {md.number(ranks.critical, 2)}."
    )
