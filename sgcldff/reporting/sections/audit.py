"""The audit of printed tables in Markdown: what it found in a few sentences, then the tables behind them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.sections.measured import measured_block

LEVEL = 0.05
# Suffix of a column of the audit -> the correlation at which its test was made.
COLUMNS_AT = {"r0": "r = 0", "r50": "r = 0.5", "r95": "r = 0.95"}


def audit_section(
    title: str,
    comparisons: pd.DataFrame,
    findings: pd.DataFrame,
    claims: pd.DataFrame,
    contradictions: Sequence[Mapping[str, str]] = (),
    measured: pd.DataFrame | None = None,
) -> str:
    """The section of that title; the three tables are those of the audit, with "" in empty cells of text.

    measured: AUDIT_MEASURED, where there are runs; contradictions: where, says, elsewhere, says_there, follows of each.
    """
    blocks = [
        f"## {title}",
        "A paired t-test needs the correlation r between the runs of the two methods, which tables of means and SDs do "
        "not give. **No paired p can be recomputed from them**: it can only be said what p is for one r or another. "
        "Nor do they say whether both methods had the same seeds and splits. Where they had not, there was nothing to "
        "pair, and r = 0 comes nearest.",
        "\n".join(f"- {sentence}" for sentence in _sentences(comparisons, findings, claims)),
    ]
    blocks += [_compared(table, rows) for table, rows in comparisons.groupby("table", sort=False)]
    if len(comparisons):
        blocks.append(
            "Differences: reference minus the other, in points (as printed where a metric is neither a fraction nor in "
            "per cent). p: two-sided paired t-test, n − 1 degrees of freedom. "
            "Holm: corrected over all tests of the audit. Rounding: p at r = 0 for all means and SDs that round to "
            "those printed. Any r: the same over all correlations (0 where p falls towards 0 as r approaches 1). r "
            "needed: the correlation above which p < 0.05 as printed. In brackets: with the rounding that asks for the "
            "least, where that is another."
        )
    if measured is not None:
        blocks.append(measured_block(measured))
    blocks += [_margins(comparisons), _added_up(findings), _claimed(claims), _contradicted(contradictions)]
    return "\n\n".join(block for block in blocks if block)


def _sentences(comparisons: pd.DataFrame, findings: pd.DataFrame, claims: pd.DataFrame) -> list[str]:
    """What was found, in a sentence each."""
    references = list(dict.fromkeys(comparisons["reference"]))
    sentences = [f"Every difference is {' or '.join(references)} minus another method."] if references else []
    tested = comparisons[comparisons["p_r0"].notna()]
    if len(tested):
        plain, holm = ([_below(tested[f"{p}_{at}"]) for at in COLUMNS_AT] for p in ("p", "p_holm"))
        sentences.append(
            f"Of {len(tested)} differences {plain[0]} have p < 0.05 if the runs are unrelated (r = 0), {plain[1]} at "
            f"r = 0.5 and {plain[2]} at r = 0.95. After Holm's correction these are {holm[0]}, {holm[1]} and {holm[2]}."
        )
        depends = tested[tested["least_r"] > -1]
        needed = [f"{_difference(row)} (needs r {_correlation(row.least_r)})" for row in depends.itertuples()]
        if needed:
            sentences.append(f"Whether p < 0.05 depends on the r that is not printed: {', '.join(needed)}.")
        never = [_difference(row) for row in tested[tested["least_r"].isna()].itertuples()]
        if never:
            sentences.append(f"No r gives p < 0.05 to the numbers as printed: {', '.join(never)}.")
        open_ = tested[(tested["p_rounding_low"] < LEVEL) & (tested["p_rounding_high"] >= LEVEL)]
        if len(open_):
            listed = ", ".join(_difference(row) for row in open_.itertuples())
            sentences.append(f"At r = 0 the rounding of the last digit alone decides over p < 0.05: {listed}.")
    sentences.append(f"Printed numbers that do not add up, or call for an explanation: {len(findings)}.")
    if len(claims):
        doubtful = claims[~claims["check"].isin(["", "agrees"]) | ~claims["p_check"].isin(["", "at any r"])]
        sentences.append(
            f"Of {len(claims)} numbers that the text claims (one sentence may claim several) "
            f"{len(claims) - len(doubtful)} follow from the tables as printed, {len(doubtful)} do not or "
            "depend on what is not printed."
        )
    return sentences


def _compared(table: str, rows: pd.DataFrame) -> str:
    headers = ["Against", "Metric", "n", "Difference", *(f"p, {r}" for r in COLUMNS_AT.values())]
    headers += [*(f"Holm, {r}" for r in COLUMNS_AT.values()), "Rounding, r = 0", "Any r", "r needed"]
    cells = [
        [
            row.against,
            _metric(row.metric),
            md.count(row.n),
            md.points(row.difference),
            *(_p(getattr(row, f"p_{at}")) for at in COLUMNS_AT),
            *(_p(getattr(row, f"p_holm_{at}")) for at in COLUMNS_AT),
            _range(row.p_rounding_low, row.p_rounding_high),
            _range(row.p_low, row.p_high),
            _needed(row),
        ]
        for row in rows.itertuples()
    ]
    reference = rows["reference"].iloc[0]
    title = f"{table}: {reference}" if table else reference
    blocks = [f"**{title} against each other method**", md.table(headers, cells, text_columns=2)]
    untested = rows[rows["p_r0"].isna()].itertuples()
    blocks += [f"{_metric(row.metric)} against {row.against}: {row.note}." for row in untested]
    return "\n\n".join(blocks)


def _margins(comparisons: pd.DataFrame) -> str:
    rows = comparisons[comparisons["margin"].notna()]
    if rows.empty:
        return ""
    cells = [
        [
            row.table,
            f"{row.reference} − {row.against}",
            _metric(row.metric),
            md.points(row.difference),
            md.number(row.margin, 1),
            *(_p(getattr(row, f"p_margin_{at}")) for at in COLUMNS_AT),
        ]
        for row in rows.itertuples()
    ]
    headers = ["Table", "Difference of", "Metric", "Difference", "Margin", *(f"p, {r}" for r in COLUMNS_AT.values())]
    return "\n\n".join(
        [
            "**Whether a difference exceeds its margin (points, one-sided paired t-test, not corrected)**",
            md.table(headers, cells, text_columns=3),
        ]
    )


def _added_up(findings: pd.DataFrame) -> str:
    title = "**What does not add up, or calls for an explanation**"
    if findings.empty:
        return f"{title}\n\nNothing: totals match their parts, SDs are possible, no row stands twice."
    lines = [
        f"- {row.method}, {_metric(row.metric)}{f' ({row.table})' if row.table else ''}: {_signed(row.finding)}"
        for row in findings.itertuples()
    ]
    return "\n\n".join([title, "\n".join(lines)])


def _claimed(claims: pd.DataFrame) -> str:
    if claims.empty:
        return ""
    cells = [
        [
            row.claim,
            ", ".join(text for text in (row.table, _subject(row)) if text),
            row.check or md.MISSING,
            row.p_check or md.MISSING,
            _signed(row.finding),
        ]
        for row in claims.itertuples()
    ]
    headers = ["Claim", "About", "Number", "p", "What the table says"]
    return "\n\n".join(["**Claims about these numbers**", md.table(headers, cells, text_columns=5)])


def _contradicted(contradictions: Sequence[Mapping[str, str]]) -> str:
    if not contradictions:
        return ""
    cells = [
        [row["where"], f"“{row['says']}”", row["elsewhere"], f"“{row['says_there']}”", row["follows"]]
        for row in contradictions
    ]
    headers = ["Where", "It says", "Elsewhere", "It says", "What follows"]
    return "\n\n".join(["**Where the text contradicts itself**", md.table(headers, cells, text_columns=5)])


def _subject(row: Any) -> str:
    return f"{_metric(row.metric)} of {row.reference}" + (f" minus {row.against}" if row.against else "")


def _difference(row: Any) -> str:
    return f"{_metric(row.metric)} against {row.against}" + (f" in {row.table}" if row.table else "")


def _below(p: pd.Series) -> int:
    return int((p < LEVEL).sum())


def _range(low: float, high: float) -> str:
    if md.is_missing(low):
        return md.MISSING
    ends = ["0" if low == 0 else _p(low), _p(high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _needed(row: Any) -> str:
    if md.is_missing(row.p_r0):
        return md.MISSING
    printed, kindest = _correlation(row.least_r), _correlation(row.least_r_rounding)
    return printed if printed == kindest else f"{printed} ({kindest})"


def _correlation(r: float) -> str:
    if math.isnan(r):
        return "none"
    return "any" if r == -1 else f"≥ {md.number(r, 2)}"


def _metric(metric: str) -> str:
    return METRIC_TITLES.get(metric, metric)


def _p(p: float) -> str:
    """One decimal more than a measured p: these are recomputed from exact numbers, and are small."""
    return md.p_value(p, 4)


def _signed(sentence: str) -> str:
    """Numbers below zero with a true minus sign, as everywhere else."""
    return re.sub(r"(?<![\w.])-(?=[0-9])", "−", sentence)
