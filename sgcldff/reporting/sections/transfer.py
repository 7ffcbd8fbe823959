"""The scenarios beside the in-domain one: fits that are tested on what they were not trained on, and pools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sgcldff.config.experiment import Absent, Pair
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import metric_heading, spread_note
from sgcldff.reporting.scenarios import Scenario
from sgcldff.reporting.sections.availability import WithoutTruth, where_to_get, without_note
from sgcldff.reporting.sections.method_table import (
    Seeds,
    method_table,
    not_run_line,
    of_each_method,
    title_cell,
    value_cell,
)
from sgcldff.reporting.titles import Titles, pair_name
from sgcldff.tables.truth import Lack


def scenario_section(
    titles: Titles,
    scenario: Scenario,
    rows: pd.DataFrame,
    seeds: Seeds,
    without_truth: WithoutTruth,
    absent: Mapping[str, Absent],
) -> str:
    """The average, then each pair, those of absent datasets too.

    rows: `rows_of_all_pairs` of the scenario; without_truth: of each of their metrics.
    """
    pairs = (*scenario.pairs, *scenario.absent)
    blocks = [
        f"## {scenario.title}: {_kind(scenario)}",
        f"{_how_tested(scenario)} {_listed(titles, scenario.pairs)}.",
        *_pools(titles, scenario),
        titles.caption(f"{scenario.title}, mean over {number_of(scenario.pairs)}"),
        method_table(rows[rows["pair"] == ""], seeds),
        *without_note(titles, without_truth),
    ]
    measurable = [
        metric
        for metric, lacking in without_truth.items()
        if any(lacking.get(pair) is not Lack.ALL for pair in scenario.pairs)
    ]
    for metric in measurable if len(pairs) > 1 else ():
        blocks.append(titles.caption(f"{scenario.title}, {metric_heading(metric)} of each"))
        of_pairs = rows[(rows["metric"] == metric) & (rows["pair"] != "")]
        lines = []
        for of_method in of_each_method(of_pairs):
            by_pair = {row["pair"]: row for _, row in of_method.iterrows()}
            cells = [value_cell(by_pair[pair_name(pair)]) for pair in pairs]
            lines.append([title_cell(of_method.iloc[0]), *cells])
        blocks += [md.table(["Method", *map(titles.pair, pairs)], lines), spread_note(seeds.measured)]
        blocks += not_run_line(of_pairs)
    return "\n\n".join([*blocks, *([where_to_get(absent, scenario.absent)] if scenario.absent else [])])


def lost_scenario(titles: Titles, scenario: Scenario, absent: Mapping[str, Absent]) -> str:
    """The section of a scenario all of whose pairs need a dataset that is not there."""
    return (
        f"## {scenario.title}: not available\n\n{_listed(titles, scenario.absent)}.\n\n"
        f"{where_to_get(absent, scenario.absent)}"
    )


def number_of(pairs: Sequence[Pair]) -> str:
    """What the mean of a scenario is over."""
    return f"the {len(pairs)} of them" if len(pairs) > 1 else "its one pair"


def _kind(scenario: Scenario) -> str:
    if scenario.own_subsets:
        return "tested on their own test subsets"
    on_one_dataset = all(len(members) == 1 for members in scenario.pools.values())
    return "trained on one dataset, tested on another" if on_one_dataset else "tested on what was left out"


def _how_tested(scenario: Scenario) -> str:
    if not scenario.own_subsets:
        return "Each fit is tested on every image of the other dataset that shows nothing which it may have seen:"
    if scenario.leaking:
        return (
            "Each fit is tested on the test subset of the seed's split and has seen copies of its images, on purpose. "
            "These scores say nothing of new images:"
        )
    return "Each fit is tested on the test subset of the seed's split and has seen none of its images:"


def _pools(titles: Titles, scenario: Scenario) -> list[str]:
    """The members of each pool that the scenario fits on; absent ones are not among them."""
    pools = [
        f"*{titles.dataset(name)}*: {', '.join(map(titles.dataset, members))}"
        for name, members in scenario.pools.items()
    ]
    return [f"Fitted on the training subsets of: {'. '.join(pools)}."] if pools else []


def _listed(titles: Titles, pairs: Sequence[Pair]) -> str:
    return ", ".join(map(titles.pair, pairs))
