"""The reference against each method: the paired tests in every scenario, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.counted import basis_sentences
from sgcldff.reporting.labels import METRIC_TITLES, caption, scenario_title
from sgcldff.reporting.notes import below, own_note, shared_notes
from sgcldff.reporting.result_tables import TABLE_2_METRICS, number_of
from sgcldff.reporting.rows import ablation_pairs, own_pairs
from sgcldff.reporting.run import IN_DOMAIN, Material
from sgcldff.tables.comparisons import CONTROL, EXPLORATORY, decided
from sgcldff.variants import parse_variant

DECLARED = "declared"

HEADERS = (
    *("Against", "Metric", "Difference", "95% interval", "t", "df", "p", "p (BH)", "g_z (95%)"),
    *("Seeds needed", "Seeds", "Note"),
)


def significance(material: Material) -> str:
    name = material.method_title(material.reference)
    blocks = [
        f"## {name} against each method",
        f"Paired by seed: {name} minus the other, in points; a positive difference favours {name}. *p* is two-sided; "
        "*p (BH)* is corrected by Benjamini and Hochberg over all distinct exploratory comparisons of this run, and "
        f'"{DECLARED}" stands where the comparison is a declared hypothesis, which is corrected in its own family; '
        "controls, whose findings are certain, take no part in it. "
        "*g_z* is the mean difference over its SD between seeds, corrected for small n (there is none for 2 seeds), "
        "with the 95% interval of the true value. "
        "*Seeds needed* would show a difference four times in five if mean and SD stayed as observed; on redrawn "
        "splits of the same images more seeds narrow an interval only so far, and no number may do (> 100,000). A "
        "difference that is the same in every seed allows no test.",
    ]
    own = own_pairs(material)
    everyone, ablations = material.methods(), material.methods("ablation")
    blocks += _block(material, IN_DOMAIN, "", everyone, f"In-domain, mean over {_titles(material, own)}")
    for pair in ablation_pairs(material) if len(own) > 1 else []:
        title = f"In-domain, ablations on {material.pair_title(pair)} alone"
        blocks += _block(material, IN_DOMAIN, pair, ablations, title)
    for scenario, pairs in material.scenarios.items():
        if scenario != IN_DOMAIN:
            area = ", area under the robustness curve" if parse_variant(pairs[0][1])[1] else ""
            title = f"{scenario_title(scenario).capitalize()}{area}, mean over {number_of(pairs)}"
            blocks += _block(material, scenario, "", everyone, title)
    blocks.append(
        "`tables/comparisons.csv` has every other metric and pair of datasets, and for each comparison d_z, the "
        "Wilcoxon and sign-flip tests, equivalence and the analysis of seeds and images together."
    )
    return "\n\n".join(blocks)


def _block(material: Material, scenario: str, pair: str, against: Sequence[str], title: str) -> list[str]:
    """The table of one scenario or pair: its caption, the table, and below it what holds for all its rows."""
    every = material.comparisons
    found = every[
        (every["scenario"] == scenario)
        & (every["pair"] == pair)
        & every["against"].isin(against)
        & every["metric"].isin(TABLE_2_METRICS)
    ].sort_values("against", key=_in_order(against), kind="stable")
    if found.empty:
        return [caption(material, title), f"{md.NOT_RUN}."]
    shared = shared_notes(found)
    rows = [_row(material, test, shared) for test in found.itertuples()]
    told = [*basis_sentences(found), *below(shared)]
    return [caption(material, title), md.table(HEADERS, rows, text_columns=2), *([" ".join(told)] if told else [])]


def _row(material: Material, test: Any, shared: Sequence[str]) -> list[str]:
    counts = decided(test)
    return [
        material.method_title(test.against),
        METRIC_TITLES[test.metric],
        md.points(test.mean, 2),
        md.interval(counts.low, counts.high),
        md.number(counts.t, 2),
        md.number(counts.df, 0),
        md.p_value(counts.p),
        md.p_value(test.p_bh) if test.family in (EXPLORATORY, CONTROL) else DECLARED,
        md.effect_size(test.g_z, test.d_z_low, test.d_z_high),
        md.seeds_needed(test.pairs_needed),
        md.count(test.n),
        own_note(test.note, shared),
    ]


def _titles(material: Material, pairs: Sequence[str]) -> str:
    return ", ".join(material.pair_title(pair) for pair in pairs)


def _in_order(names: Sequence[str]) -> Callable[[pd.Series], pd.Series]:
    """A key for sorting that keeps the order of the configuration."""
    return lambda column: column.map(names.index)
