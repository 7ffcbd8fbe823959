"""Whether two components contribute independently: the 2×2 of both, either and neither, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.config.declared import Interaction
from sgcldff.reporting import markdown as md
from sgcldff.reporting.basis import basis_sentences
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.notes import below, own_note, shared_notes
from sgcldff.reporting.scenarios import scenario_title
from sgcldff.reporting.titles import Titles
from sgcldff.reporting.verdict_text import FRAGILE, in_words, verdict_text
from sgcldff.tables.comparisons import decided, decided_p_margin
from sgcldff.tables.interactions import INDEPENDENT
from sgcldff.tables.verdicts import Verdict

# Verdict on the effects of both components and their interaction together -> what it means.
INDEPENDENCE = {
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


def interactions_section(titles: Titles, declared: Mapping[str, Interaction], effects: pd.DataFrame) -> str:
    """The section of the document, or "" where no interaction is declared; effects: interactions.csv."""
    if not declared:
        return ""
    blocks = ["## Independent contribution: the 2×2"]
    for key, interaction in declared.items():
        blocks += _interaction(titles, interaction, effects[effects["interaction"] == key])
    return "\n\n".join(blocks)


def independence_sentences(declared: Mapping[str, Interaction], effects: pd.DataFrame) -> list[str]:
    """On the average of the scenario, "title, F1 and IoU: verdict. Why": metrics of one verdict stand together."""
    sentences = []
    for key, interaction in declared.items():
        of_interaction = effects[(effects["interaction"] == key) & (effects["pair"] == "")]
        verdicts = of_interaction[of_interaction["effect"] == INDEPENDENT]
        if verdicts.empty:
            sentences.append(f"**{interaction.title}**: {md.NOT_RUN}.")
        metrics: dict[str, list[str]] = {}
        for row in verdicts.itertuples():
            fragile = f" Fragile: {row.fragile}." if row.fragile else ""
            why = f"**: {row.note}"
            if row.verdict:
                why = f": {in_words(row.verdict)}.** {INDEPENDENCE[row.verdict].capitalize()}"
            metrics.setdefault(f"{why}.{fragile}", []).append(metric_title(row.metric))
        said = [f"**{interaction.title}, {md.in_a_row(named)}{why}" for why, named in metrics.items()]
        if said:
            said[-1] += _shown_alone(interaction, of_interaction)
        sentences += said
    return sentences


def _shown_alone(interaction: Interaction, effects: pd.DataFrame) -> str:
    """The mean effects of a single component that are shown, where that of both together is not decided."""
    named = {"first": interaction.first, "second": interaction.second}
    together = effects[(effects["effect"] == INDEPENDENT) & (effects["verdict"] == Verdict.INCONCLUSIVE)]
    shown = effects[effects["effect"].isin(list(named)) & (effects["verdict"] == Verdict.SUPPORTED)]
    shown = shown[shown["metric"].isin(together["metric"])]
    gains = []
    for row in shown.itertuples():
        interval = md.interval(decided(row).low, decided(row).high, 1)
        gains.append(f"{named[row.effect]} {md.points(row.mean)} points of {metric_title(row.metric)} ({interval})")
    return f" Shown to gain, averaged with and without the other: {', '.join(gains)}." if gains else ""


def _composite(row: Any) -> str:
    """The verdict that follows from the others: no bound of its own, and as fragile as they are."""
    return verdict_text(in_words(row.verdict), row.decided_by, math.nan, math.nan, row.fragile)


def _interaction(titles: Titles, interaction: Interaction, effects: pd.DataFrame) -> list[str]:
    arms = (interaction.full, interaction.without_first, interaction.without_second)
    blocks = [
        f"### {interaction.title}",
        f"{interaction.first.capitalize()} and {interaction.second} make four arms: "
        f"{', '.join(map(titles.method, arms))} and {titles.method(interaction.neither)}. A component's effect is its "
        "gain, averaged over both levels of the other. The interaction is what both together gain beyond the sum of "
        "each alone. Components are judged against zero by one-sided 95% bounds. The interaction is none (*they add "
        "up*) where its 90% interval lies within the equivalence bound, and shown (*they depend on each other*) "
        "where its 95% interval leaves out zero. *p* is one-sided for the components and two-sided for the "
        "interaction, *p (Holm)* is corrected over the two mean effects and the interaction of all metrics. Beside a "
        f"verdict stands what decided it. {FRAGILE} *Seeds needed*: with their 80% interval.",
    ]
    if effects.empty:
        return [*blocks, f"{md.NOT_RUN}."]
    for (scenario, pair, metric), of_metric in effects.groupby(["scenario", "pair", "metric"], sort=False):
        # The average carries the verdict; the pairs of datasets stand in the CSV.
        if pair == "":
            blocks += _metric(titles, scenario, metric, of_metric)
    return blocks


def _metric(titles: Titles, scenario: str, metric: str, effects: pd.DataFrame) -> list[str]:
    tests = effects[effects["effect"] != INDEPENDENT]
    together = effects[effects["effect"] == INDEPENDENT].itertuples()
    title = f"{metric_title(metric)}, {scenario_title(scenario)}, mean over the datasets (points)"
    shared = shared_notes(tests)
    sentences = [f"Together: **{_composite(row)}**: {INDEPENDENCE.get(row.verdict, '')}." for row in together]
    sentences += [f"Equivalence bound: ±{md.number(bound, 1)} points." for bound in tests["equivalence_bound"].unique()]
    return [
        titles.caption(title),
        md.table(HEADERS, [_row(test, shared) for test in tests.itertuples()]),
        " ".join([*sentences, *basis_sentences(tests), *below(shared)]),
    ]


def _row(test: Any, shared: Sequence[str]) -> list[str]:
    deciding = decided(test)
    return [
        test.title,
        md.points(test.mean, 2),
        md.interval(deciding.low, deciding.high),
        md.number(deciding.t, 2),
        md.number(deciding.df, 0),
        md.p_value(decided_p_margin(test)),
        md.p_value(test.p_holm),
        md.effect_size(test.g_z, test.d_z_low, test.d_z_high),
        md.seeds_needed(test.pairs_needed, test.pairs_needed_low, test.pairs_needed_high),
        verdict_text(in_words(test.verdict), test.decided_by, deciding.lower, deciding.upper, test.fragile)
        or md.MISSING,
        own_note(test.note, shared),
    ]
