"""A ranking of many methods in Markdown or LaTeX."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from sgcldff.reporting import latex
from sgcldff.reporting import markdown as md

TABLES: dict[str, ModuleType] = {"markdown": md, "latex": latex}
MANY = 6  # methods, above which not every pair is shown
FEW = 6  # below so many blocks no two-sided Wilcoxon p lies below .05


def rank_text(ranking: Any, form: str) -> str:
    """The tests in sentences, a table of the methods and one of the pairs; ranking: of `sgcldff.statistics.ranking`."""
    written = TABLES[form]
    blocks = [
        "\n".join(f"- {sentence}" for sentence in _sentences(ranking)),
        _methods(ranking, written),
        _pairs(ranking, written),
    ]
    if form == "latex":
        blocks[0] = "\n".join(f"% {sentence}" for sentence in _sentences(ranking))
    return "\n\n".join(blocks)


def _sentences(ranking: Any) -> list[str]:
    ranks, k = ranking.ranks, len(ranking.methods)
    unit = "points" if ranking.scale == 100 else "the unit of the table"
    drawn = f"{ranking.seeds} seeds and {ranks.n} {ranking.over}s" if ranking.seeds else f"{ranks.n} {ranking.over}s"
    best = "lowest" if ranking.lower_is_better else "highest"
    sentences = [
        f"{ranking.metric}, {k} methods over {ranks.n} {ranking.over}s; rank 1 is the {best} score; scores in {unit}.",
        *ranking.notes,
        f"Friedman: chi2({k - 1}) = {md.number(ranks.chi2, 2)}, {md.p_in_words(ranks.p)}; corrected for ties "
        f"{md.number(ranks.chi2_ties, 2)}, {md.p_in_words(ranks.p_ties)}. Iman and Davenport: F({k - 1}, "
        f"{(k - 1) * (ranks.n - 1)}) = {md.number(ranks.f, 2)}, {md.p_in_words(ranks.p_f)}"
        + (f"; by permutations {md.p_in_words(ranks.p_permuted)}." if ranks.p_permuted == ranks.p_permuted else "."),
        f"Nemenyi: mean ranks that are more than {md.number(ranks.critical, 2)} apart differ (5 % over all pairs).",
        f"Drawn anew ({drawn}): the order agrees with this one by a mean Kendall tau of {md.number(ranking.tau, 2)}. "
        "Brackets: 95% bootstrap intervals, by percentiles, too narrow where few are drawn (five cover 84 %).",
    ]
    if ranks.n < FEW:
        sentences.append(
            f"With {ranks.n} blocks no two-sided Wilcoxon p lies below 0.05: the pairs cannot differ by it."
        )
    if ranking.over != "dataset":
        sentences.append(f"The tests are about other {ranking.over}s of the same data, and about no other data.")
    return sentences


def _methods(ranking: Any, written: ModuleType) -> str:
    with_rope = "p_same" in ranking.methods
    headers = ["Method", "Mean rank", "First in", "Mean", "IQM"]
    if with_rope:
        headers += ["First is better", "Same in practice", "First is worse"]
    rows = [
        [
            row.method,
            _with_ends(row.rank, row.rank_low, row.rank_high, 2),
            f"{100 * row.first:.0f} %",
            _with_ends(row.mean, row.mean_low, row.mean_high, 2),
            _with_ends(row.iqm, row.iqm_low, row.iqm_high, 2),
            *([md.number(p, 3) for p in (row.p_better, row.p_same, row.p_worse)] if with_rope else []),
        ]
        for row in ranking.methods.itertuples()
    ]
    return written.table(headers, rows)


def _pairs(ranking: Any, written: ModuleType) -> str:
    """Every pair; of many methods those of the first, and how many of the others differ."""
    pairs, words = ranking.pairs, ""
    if len(ranking.methods) > MANY:
        shown = pairs["a"] == ranking.methods["method"].iloc[0]
        rest = pairs[~shown]
        words = (
            f"\n\nOf the {len(rest)} other pairs {int(rest['nemenyi'].sum())} differ by Nemenyi's test and "
            f"{int((rest['p_holm'] < 0.05).sum())} by Wilcoxon's with Holm."
        )
        pairs = pairs[shown]
    rows = [
        [
            f"{row.a} before {row.b}",
            md.number(row.difference, 2),
            "yes" if row.nemenyi else "no",
            md.p_value(row.p, 4),
            md.p_value(row.p_holm, 4),
        ]
        for row in pairs.itertuples()
    ]
    return written.table(["Pair", "Ranks apart", "Nemenyi", "Wilcoxon p", "Holm"], rows) + words


def _with_ends(value: float, low: float, high: float, decimals: int) -> str:
    text = md.number(value, decimals)
    if md.is_missing(low):
        return text
    return f"{text} ({md.number(low, decimals)} to {md.number(high, decimals)})"
