"""The verdicts on the paper's claims and the paired tests, in Markdown and in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import METRIC_TITLES, caption, scenario_title
from sgcldff.reporting.material import IN_DOMAIN, Material
from sgcldff.reporting.result_tables import TABLE_2_METRICS
from sgcldff.reporting.results import ablation_pairs, own_pairs

VERDICTS = {
    "SUPPORTED": "The lower bound lies above the margin: the claim holds in these runs.",
    "DIRECTION ONLY": "The difference is above zero (the lower bound is), but it is not shown to exceed the margin.",
    "REFUTED": "The upper bound lies below the margin: a difference as large as claimed is ruled out in these runs.",
    "INCONCLUSIVE": "These runs can neither show nor rule out the claim.",
}


def hypotheses(material: Material) -> str:
    declared = material.settings.get("hypotheses", {})
    if not declared:
        return ""
    blocks = [
        "## The paper's two claims about robustness",
        "The difference is that of the full model minus the arm without the part, paired by seed, in points. A claim "
        "counts as supported only where the one-sided 95% lower bound of the difference lies above the margin that "
        "the paper names; the mean alone decides nothing.",
    ]
    table_rows, sentences = [], []
    for key, hypothesis in declared.items():
        found = material.hypotheses[material.hypotheses["hypothesis"] == key]
        if found.empty:
            table_rows.append([key, md.NOT_RUN, *[md.MISSING] * 7, md.NOT_RUN])
            sentences.append(f"- **{hypothesis['title']}**: {md.NOT_RUN}.")
        for row in found.itertuples():
            where = f"{scenario_title(row.scenario)}, mean" if row.pair == "" else material.pair_title(row.pair)
            table_rows.append(
                [
                    key,
                    where,
                    METRIC_TITLES.get(row.metric, row.metric),
                    md.points(row.mean, 2),
                    md.interval(row.ci_low, row.ci_high),
                    md.number(row.margin, 1),
                    md.points(row.lower_bound, 2),
                    md.p_value(row.p_margin),
                    md.count(row.n),
                    row.verdict.upper() or md.MISSING,
                ]
            )
            if row.pair == "":
                sentences.append(_verdict_sentence(material, hypothesis["title"], row))
    headers = [
        "Claim",
        "Where",
        "Metric",
        "Difference",
        "95% interval",
        "Margin",
        "Lower bound",
        "p",
        "Seeds",
        "Verdict",
    ]
    return "\n\n".join(
        [
            *blocks,
            "\n".join(sentences),
            caption(material, "The claims, with their average and each direction (differences in points)"),
            md.table(headers, table_rows, text_columns=3),
            "p is that of the one-sided paired t-test against the margin. Only the average carries the verdict on a "
            "claim; the directions beside it show where it comes from. Every seed is tested on the same pictures of "
            "the other dataset: the verdict is about those pictures.",
        ]
    )


def _verdict_sentence(material: Material, title: str, row: Any) -> str:
    verdict = row.verdict.upper()
    if md.is_missing(row.mean):
        return f"- **{title}**: {verdict or 'no verdict'}: {row.note or 'the runs that it needs are missing'}."
    reference, against = material.method_title(row.reference), material.method_title(row.against)
    metric = METRIC_TITLES.get(row.metric, row.metric)
    note = f" ({row.note})" if row.note else ""
    return (
        f"- **{title}: {verdict or 'no verdict'}.** {reference} minus {against}: {md.points(row.mean, 2)} points of "
        f"{metric} (95% interval {md.interval(row.ci_low, row.ci_high)}, {md.count(row.n)} seeds); the claimed margin "
        f"is {md.number(row.margin, 1)} points, the lower bound {md.points(row.lower_bound, 2)}, the upper bound "
        f"{md.points(row.upper_bound, 2)}. {VERDICTS.get(verdict, 'See the note.')}{note}"
    )


def significance(material: Material) -> str:
    name = material.method_title(material.reference)
    blocks = [
        f"## {name} against each method",
        f"Paired t-tests over seeds: {name} minus the other, in points; a positive difference favours {name}. "
        "p (Holm) is corrected over all methods compared on the same metric. A difference that is the same in every "
        "seed allows no test. Seeds are the only source of chance here; each draws its own split of the same "
        "pictures, so the runs are not independent, and in-domain p values and intervals are too optimistic.",
    ]
    tables = [
        (
            "",
            material.methods(),
            f"In-domain, mean over {', '.join(material.pair_title(pair) for pair in own_pairs(material))}",
        )
    ]
    pairs = ablation_pairs(material) if len(own_pairs(material)) > 1 else []
    ablations = material.methods("ablation")
    tables += [(pair, ablations, f"In-domain, ablations on {material.pair_title(pair)} alone") for pair in pairs]
    headers = ["Against", "Metric", "Difference", "95% interval", "t", "p", "p (Holm)", "Seeds", "Note"]
    for pair, against, title in tables:
        found = material.comparisons[
            (material.comparisons["scenario"] == IN_DOMAIN)
            & (material.comparisons["pair"] == pair)
            & material.comparisons["against"].isin(against)
            & material.comparisons["metric"].isin(TABLE_2_METRICS)
        ]
        rows = [
            [
                material.method_title(row.against),
                METRIC_TITLES[row.metric],
                md.points(row.mean, 2),
                md.interval(row.ci_low, row.ci_high),
                md.number(row.t, 2),
                md.p_value(row.p),
                md.p_value(row.p_holm),
                md.count(row.n),
                row.note,
            ]
            for row in found.sort_values("against", key=_in_order(against), kind="stable").itertuples()
        ]
        blocks += [caption(material, title), md.table(headers, rows, text_columns=2) if rows else f"{md.NOT_RUN}."]
    blocks.append("The comparisons in every other pair of datasets stand in `tables/comparisons.csv`.")
    return "\n\n".join(blocks)


def _in_order(names: list[str]) -> Callable[[pd.Series], pd.Series]:
    """A key for sorting that keeps the order of the configuration."""
    return lambda column: column.map(names.index)
