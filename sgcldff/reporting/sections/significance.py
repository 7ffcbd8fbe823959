"""The reference against each method: the paired tests in every scenario, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.config.experiment import IN_DOMAIN
from sgcldff.reporting import markdown as md
from sgcldff.reporting.basis import basis_sentences
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.methods import ReportedMethod, of_roles
from sgcldff.reporting.notes import below, own_note, shared_notes
from sgcldff.reporting.scenarios import Scenario, merged
from sgcldff.reporting.sections.beside_the_paper import TABLE_2_METRICS, ablation_pairs
from sgcldff.reporting.sections.transfer import number_of
from sgcldff.reporting.titles import Titles
from sgcldff.tables.comparisons import CONTROL, EXPLORATORY, decided

DECLARED = "declared"  # stands for the corrected p of a comparison that a hypothesis declares

HEADERS = (
    *("Against", "Metric", "Difference", "95% interval", "t", "df", "p", "p (BH)", "g_z (95%)"),
    *("Seeds needed", "Seeds", "Note"),
)


def significance_section(
    titles: Titles,
    reference: str,
    methods: Sequence[ReportedMethod],
    scenarios: Mapping[str, Scenario],
    comparisons: pd.DataFrame,
    table_file: str,
) -> str:
    """comparisons: comparisons.csv; table_file: where the report has all of them."""
    name = titles.method(reference)
    blocks = [
        f"## {name} against each method",
        f"Paired by seed: {name} minus the other, in points. A positive difference favours {name}. *p* is two-sided, "
        "*p (BH)* is corrected by Benjamini and Hochberg over all distinct exploratory comparisons of this run, and "
        f'"{DECLARED}" stands where the comparison is a declared hypothesis, which is corrected in its own family. '
        "Controls, whose findings are certain, take no part in it. "
        "*g_z* is the mean difference over its SD between seeds, corrected for small n (there is none for 2 seeds), "
        "with the 95% interval of the true value. "
        "*Seeds needed*, with the 80% interval of that number, would show a difference from zero, two-sided, four "
        "times in five if mean and SD stayed as observed; those of the hypotheses, against their margin, are others. "
        "On redrawn splits of the same images more seeds narrow an interval only so far, and no number may do "
        "(> 100,000). A difference that is the same in every seed allows no test.",
    ]
    in_domain = scenarios[IN_DOMAIN]
    every_key = [method.key for method in methods]
    own_titles = ", ".join(map(titles.pair, in_domain.pairs))
    average = _of(comparisons, IN_DOMAIN, "", every_key)
    blocks += _block(titles, average, f"In-domain, mean over {own_titles}")
    ablations = [method.key for method in of_roles(methods, "ablation")]
    for pair in ablation_pairs(in_domain) if len(in_domain.pairs) > 1 else []:
        title = f"In-domain, ablations on {titles.pair(pair)} alone"
        blocks += _block(titles, _of(comparisons, IN_DOMAIN, pair, ablations), title)
    for scenario in merged(scenarios.values()):
        if scenario.name != IN_DOMAIN:
            area = ", area under the robustness curve" if scenario.axes else ""
            title = f"{scenario.title}{area}, mean over {number_of(scenario.pairs)}"
            blocks += _block(titles, _of(comparisons, scenario.name, "", every_key), title)
    blocks.append(
        f"`{table_file}` has every other metric and pair of datasets, and for each comparison d_z, the "
        "Wilcoxon and sign-flip tests, equivalence and the analysis of seeds and images together."
    )
    return "\n\n".join(blocks)


def _of(comparisons: pd.DataFrame, scenario: str, pair: str, against: Sequence[str]) -> pd.DataFrame:
    """The comparisons of a scenario (pair "") or of one of its pairs, in the order of the methods `against`."""
    return comparisons[
        (comparisons["scenario"] == scenario)
        & (comparisons["pair"] == pair)
        & comparisons["against"].isin(against)
        & comparisons["metric"].isin(TABLE_2_METRICS)
    ].sort_values("against", key=_in_order(against), kind="stable")


def _block(titles: Titles, tests: pd.DataFrame, title: str) -> list[str]:
    """The caption of a table, the table, and below it what holds for all its rows."""
    if tests.empty:
        return [titles.caption(title), f"{md.NOT_RUN}."]
    shared = shared_notes(tests)
    rows = [_row(titles, test, shared) for test in tests.itertuples()]
    sentences = [*basis_sentences(tests), *below(shared)]
    table = md.table(HEADERS, rows, text_columns=2)
    return [titles.caption(title), table, *([" ".join(sentences)] if sentences else [])]


def _row(titles: Titles, test: Any, shared: Sequence[str]) -> list[str]:
    deciding = decided(test)
    return [
        titles.method(test.against),
        METRIC_TITLES[test.metric],
        md.points(test.mean, 2),
        md.interval(deciding.low, deciding.high),
        md.number(deciding.t, 2),
        md.number(deciding.df, 0),
        md.p_value(deciding.p),
        md.p_value(test.p_bh) if test.family in (EXPLORATORY, CONTROL) else DECLARED,
        md.effect_size(test.g_z, test.d_z_low, test.d_z_high),
        md.seeds_needed(test.pairs_needed, test.pairs_needed_low, test.pairs_needed_high),
        md.count(test.n),
        own_note(test.note, shared),
    ]


def _in_order(names: Sequence[str]) -> Callable[[pd.Series], pd.Series]:
    """A key for sorting that keeps the order of the configuration."""
    return lambda column: column.map(names.index)
