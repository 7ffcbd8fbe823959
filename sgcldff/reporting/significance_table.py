"""The reference against each method: the paired tests in every scenario, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.counted import BASES, counted
from sgcldff.reporting.labels import METRIC_TITLES, caption, scenario_title
from sgcldff.reporting.material import IN_DOMAIN, Material
from sgcldff.reporting.result_tables import TABLE_2_METRICS
from sgcldff.reporting.results import ablation_pairs, own_pairs

EXPLORATORY = "exploratory"
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
        f'"{DECLARED}" stands where the comparison is a declared hypothesis, which is corrected in its own family. '
        "*g_z* is the mean difference over its SD between seeds, corrected for small n. *Seeds needed* would show a "
        "difference four times in five if mean and SD stayed as observed. A difference that is the same in every seed "
        "allows no test.",
    ]
    own = own_pairs(material)
    everyone, ablations = material.methods(), material.methods("ablation")
    blocks += _block(material, IN_DOMAIN, "", everyone, f"In-domain, mean over {_titles(material, own)}")
    for pair in ablation_pairs(material) if len(own) > 1 else []:
        title = f"In-domain, ablations on {material.pair_title(pair)} alone"
        blocks += _block(material, IN_DOMAIN, pair, ablations, title)
    for scenario, pairs in material.scenarios.items():
        if scenario != IN_DOMAIN:
            title = f"{scenario_title(scenario).capitalize()}, mean over the {len(pairs)} directions"
            blocks += _block(material, scenario, "", everyone, title)
    blocks.append(
        "`tables/comparisons.csv` has every other metric and pair of datasets, and for each comparison d_z, the "
        "Wilcoxon and sign-flip tests, equivalence and the analysis of seeds and pictures together."
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
    shared = _shared_notes(found)
    rows = [_row(material, test, shared) for test in found.itertuples()]
    told = [BASES[basis] for basis in found["basis"].unique() if basis in BASES]
    below = " ".join([*told, *(f"In every row: {note}." for note in shared)])
    return [caption(material, title), md.table(HEADERS, rows, text_columns=2), *([below] if below else [])]


def _row(material: Material, test: Any, shared: Sequence[str]) -> list[str]:
    counts = counted(test)
    return [
        material.method_title(test.against),
        METRIC_TITLES[test.metric],
        md.points(test.mean, 2),
        md.interval(counts.low, counts.high),
        md.number(counts.t, 2),
        md.number(counts.df, 0),
        md.p_value(counts.p),
        md.p_value(test.p_bh) if test.family == EXPLORATORY else DECLARED,
        md.effect_size(test.g_z, test.g_z_low, test.g_z_high),
        md.seeds_needed(test.pairs_needed),
        md.count(test.n),
        "; ".join(note for note in _notes(test.note) if note not in shared),
    ]


def _shared_notes(found: pd.DataFrame) -> list[str]:
    """Notes that every tested row has: they are told once, below the table."""
    tested = [_notes(note) for note in found.loc[found["p"].notna(), "note"]]
    return [note for note in tested[0] if all(note in notes for notes in tested)] if tested else []


def _notes(text: str) -> list[str]:
    return [note for note in text.split("; ") if note]


def _titles(material: Material, pairs: Sequence[str]) -> str:
    return ", ".join(material.pair_title(pair) for pair in pairs)


def _in_order(names: Sequence[str]) -> Callable[[pd.Series], pd.Series]:
    """A key for sorting that keeps the order of the configuration."""
    return lambda column: column.map(names.index)
