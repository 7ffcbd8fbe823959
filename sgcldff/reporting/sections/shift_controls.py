"""What else buys robustness, beside what the paper's hypotheses gain, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.config.declared import Hypothesis
from sgcldff.config.experiment import IN_DOMAIN
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.methods import ReportedMethod, of_roles
from sgcldff.reporting.scenarios import scenario_title
from sgcldff.reporting.sections.hypotheses import average_of
from sgcldff.reporting.titles import Titles
from sgcldff.tables.comparisons import decided


def shift_controls_section(
    titles: Titles,
    methods: Sequence[ReportedMethod],
    declared: Mapping[str, Hypothesis],
    hypotheses: pd.DataFrame,
    controls: pd.DataFrame,
    table_file: str,
) -> str:
    """The section of the document, or "" where no shift control is run.

    declared, hypotheses: the configuration's, and their table; controls: shift_controls.csv; table_file: where the
    report has every pair. A column is a scenario and metric of a hypothesis about a shift, in domain beside it.
    """
    chosen = of_roles(methods, "shift")
    tested = {name: one for name, one in declared.items() if one.scenario != IN_DOMAIN}
    if not chosen or not tested:
        return ""
    columns = list(_columns(tested.values()))
    base = {method.key: method.title for method in methods}
    rows = [
        [f"*{one.title}*", base[one.reference], *(_of_hypothesis(one, hypotheses, name, place) for place in columns)]
        for name, one in tested.items()
    ]
    average = controls[controls["pair"] == ""]
    rows += [
        [method.title, base[method.base], *(_gain(average, method, place) for place in columns)] for method in chosen
    ]
    headers = ["What is added", "To", *(f"{metric_title(metric)}, {scenario_title(name)}" for name, metric in columns)]
    return "\n\n".join(
        [
            "## What else buys robustness",
            "What the hypotheses are about, in italics, beside the field's own means against a shift of the stain: "
            "points gained over the method that it is added to, paired by seed, with the 95% interval. AdaBN has seen "
            f"the tested images, without their truth. Every pair and p: `{table_file}`.",
            titles.caption("Points gained, mean over the pairs of a scenario"),
            md.table(headers, rows, text_columns=2),
        ]
    )


def gains_in_words(
    methods: Sequence[ReportedMethod], reference: str, declared: Mapping[str, Hypothesis], controls: pd.DataFrame
) -> list[str]:
    """A sentence for each scenario and metric of a hypothesis about a shift: what each control gains the reference."""
    added = [method for method in of_roles(methods, "shift") if method.base == reference]
    title = next((method.title for method in methods if method.key == reference), reference)
    average = controls[controls["pair"] == ""]
    sentences = []
    for scenario, metric in dict.fromkeys((one.scenario, one.metric) for one in declared.values()):
        gains = {
            method.title.removeprefix(f"{title}, "): gain
            for method in added
            if scenario != IN_DOMAIN and (gain := _gain(average, method, (scenario, metric))) != md.NOT_RUN
        }
        if gains:
            listed = "; ".join(f"{name} {gain}" for name, gain in gains.items())
            place = f"{metric_title(metric)}, {scenario_title(scenario)}"
            sentences.append(f"What else was added to {title} gains, in points of {place} (95% interval): {listed}.")
    return sentences


def _columns(tested: Sequence[Hypothesis]) -> Iterator[tuple[str, str]]:
    """(scenario, metric): of each hypothesis, then of the same metrics in domain."""
    tested = list(tested)
    yield from dict.fromkeys((one.scenario, one.metric) for one in tested)
    yield from dict.fromkeys((IN_DOMAIN, one.metric) for one in tested if one.scenario != IN_DOMAIN)


def _of_hypothesis(one: Hypothesis, tests: pd.DataFrame, name: str, place: tuple[str, str]) -> str:
    found = average_of(tests, name)
    return _points(next(found.itertuples(), None)) if place == (one.scenario, one.metric) else md.MISSING


def _gain(average: pd.DataFrame, method: ReportedMethod, place: tuple[str, str]) -> str:
    scenario, metric = place
    found = average[
        (average["reference"] == method.key) & (average["scenario"] == scenario) & (average["metric"] == metric)
    ]
    return _points(next(found.itertuples(), None))


def _points(row: Any) -> str:
    if row is None:
        return md.NOT_RUN
    test = decided(row)
    interval = "" if md.is_missing(test.low) else f" ({md.interval(test.low, test.high, 1)})"
    return md.points(row.mean) + interval
