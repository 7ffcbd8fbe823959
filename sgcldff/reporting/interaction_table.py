"""Whether two components contribute independently: the 2×2 of both, either and neither, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.counted import basis_sentences
from sgcldff.reporting.labels import caption, metric_title, scenario_title
from sgcldff.reporting.notes import below, own_note, shared_notes
from sgcldff.reporting.run import Material
from sgcldff.tables.comparisons import decided, decided_p_margin
from sgcldff.tables.interactions import INDEPENDENT
from sgcldff.tables.verdicts import Verdict

COMPOSITE_VERDICTS = {
    Verdict.SUPPORTED: "both effects are above zero, and together they add up within the equivalence bound",
    Verdict.DIRECTION_ONLY: "both effects are above zero, but whether they add up is open",
    Verdict.REFUTED: "one of the two effects is shown to be below zero, or the two are shown to depend on each other",
    Verdict.INCONCLUSIVE: "these runs can neither show nor rule out that both contribute",
}

HEADERS = (
    "Effect",
    "Points",
    "95% interval",
    "t",
    "df",
    "p",
    "p (Holm)",
    "g_z (95%)",
    "Seeds needed",
    "Verdict",
    "Note",
)


def interactions(material: Material) -> str:
    declared = material.settings.get("interactions", {})
    if not declared:
        return ""
    blocks = ["## Independent contribution: the 2×2"]
    for key, interaction in declared.items():
        found = material.interactions[material.interactions["interaction"] == key]
        blocks += _interaction(material, interaction, found)
    return "\n\n".join(blocks)


def composite_sentences(material: Material) -> list[str]:
    """A sentence for each interaction and metric, on the scenario's average: "title, IoU: VERDICT: why"."""
    sentences = []
    for key, interaction in material.settings.get("interactions", {}).items():
        table = material.interactions
        found = table[(table["interaction"] == key) & (table["effect"] == INDEPENDENT) & (table["pair"] == "")]
        if found.empty:
            sentences.append(f"**{interaction['title']}**: {md.NOT_RUN}.")
        for row in found.itertuples():
            why = COMPOSITE_VERDICTS.get(row.verdict, row.note)
            sentences.append(f"**{interaction['title']}, {metric_title(row.metric)}: {row.verdict}**: {why}.")
    return sentences


def _interaction(material: Material, interaction: Mapping[str, Any], found: pd.DataFrame) -> list[str]:
    names = {part: material.method_title(interaction[part]) for part in ("full", "without_first", "without_second")}
    blocks = [
        f"### {interaction['title']}",
        f"{interaction['first'].capitalize()} and {interaction['second']} make four arms: {names['full']}, "
        f"{names['without_first']}, {names['without_second']} and {material.method_title(interaction['neither'])}. A "
        "component's effect is its gain, averaged over both levels of the other; the interaction is what both together "
        "gain beyond the sum of each alone. Components are judged against zero by one-sided 95% bounds. The "
        "interaction is EQUIVALENT to none where its 90% interval lies within the equivalence bound, an INTERACTION "
        "where its 95% interval leaves out zero, else INCONCLUSIVE. *p* is one-sided for the components and two-sided "
        "for the interaction; *p (Holm)* is corrected over the two mean effects and the interaction of all metrics.",
    ]
    if found.empty:
        return [*blocks, f"{md.NOT_RUN}."]
    for (scenario, pair, metric), effects in found.groupby(["scenario", "pair", "metric"], sort=False):
        # The average carries the verdict; the pairs of datasets stand in the CSV.
        if pair == "":
            blocks += _metric(material, scenario, metric, effects)
    return blocks


def _metric(material: Material, scenario: str, metric: str, effects: pd.DataFrame) -> list[str]:
    tests = effects[effects["effect"] != INDEPENDENT]
    verdicts = effects.loc[effects["effect"] == INDEPENDENT, "verdict"].tolist()
    title = f"{metric_title(metric)}, {scenario_title(scenario)}, mean over the datasets (points)"
    shared = shared_notes(tests)
    told = [f"Together: **{verdict}**: {COMPOSITE_VERDICTS.get(verdict, '')}." for verdict in verdicts]
    told += [f"Equivalence bound: ±{md.number(bound, 1)} points." for bound in tests["equivalence_bound"].unique()]
    return [
        caption(material, title),
        md.table(HEADERS, [_row(test, shared) for test in tests.itertuples()]),
        " ".join([*told, *basis_sentences(tests), *below(shared)]),
    ]


def _row(test: Any, shared: Sequence[str]) -> list[str]:
    counts = decided(test)
    return [
        test.title,
        md.points(test.mean, 2),
        md.interval(counts.low, counts.high),
        md.number(counts.t, 2),
        md.number(counts.df, 0),
        md.p_value(decided_p_margin(test)),
        md.p_value(test.p_holm),
        md.effect_size(test.g_z, test.d_z_low, test.d_z_high),
        md.seeds_needed(test.pairs_needed),
        test.verdict or md.MISSING,
        own_note(test.note, shared),
    ]
