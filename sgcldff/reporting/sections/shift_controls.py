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
from sgcldff.reporting.scenarios import Scenario, scenario_title
from sgcldff.reporting.sections.hypotheses import average_of
from sgcldff.reporting.titles import Titles
from sgcldff.tables.comparisons import decided

ALPHA = 0.05
# What a control is shown to do, by its interval and its p corrected for the number of tests.
GAIN, LOSS, NOTHING = "Shown to gain", "Shown to lose", "No gain shown"
DOUBTFUL = "A gain that does not outlast correction for the number of tests"
AT_TEST = {  # what is done when a fit predicts -> half a sentence
    "reinhard": "*Reinhard normalisation*: each tested image is given the mean colour and contrast of the training "
    "images.",
    "adabn": "*AdaBN*: the means and SDs inside the network are taken from the tested images, without their truth.",
}


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
    report has every pair. A column is a metric of the hypotheses in one of their scenarios, in domain beside them.
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


def remedies_in_words(
    methods: Sequence[ReportedMethod],
    reference: str,
    places: Sequence[tuple[Scenario, str]],
    controls: pd.DataFrame,
) -> list[str]:
    """One sentence of each kind: what each control of the reference is shown to gain or lose, and which gain nothing.

    places: scenarios and metrics; controls: shift_controls.csv. A gain is shown where its interval lies above zero and
    its p, corrected for the number of comparisons, is below .05.
    """
    added = [method for method in of_roles(methods, "shift") if method.base == reference]
    title = next((method.title for method in methods if method.key == reference), reference)
    average = controls[controls["pair"] == ""]
    several = len({scenario.name for scenario, _ in places}) > 1
    found: dict[str, list[str]] = {GAIN: [], DOUBTFUL: [], LOSS: [], NOTHING: []}
    for method in added:
        tests = [(place, _test(average, method, (place[0].name, place[1]))) for place in places]
        kinds = [(place, test, _kind(test)) for place, test in tests if test is not None]
        name = method.title.removeprefix(f"{title}, ")
        for wanted in (GAIN, DOUBTFUL, LOSS):
            said = [
                f"{md.points(test.mean)} points of {metric_title(metric)}"
                + (f", {scenario.title.lower()}" if several else "")
                + f" ({_ends(test, kind)})"
                for (scenario, metric), test, kind in kinds
                if kind == wanted
            ]
            found[wanted] += [f"{name} {' and '.join(said)}"] if said else []
        if kinds and all(kind == NOTHING for *_, kind in kinds):
            found[NOTHING].append(name)
    sentences = [f"{kind}: {', '.join(each)}." for kind, each in found.items() if each]
    return [f"**Remedies for another stain**, added to {title}. {' '.join(sentences)}"] if sentences else []


def _kind(test: Any) -> str:
    deciding, outlasts = decided(test), test.p_bh < ALPHA
    if deciding.low > 0:
        return GAIN if outlasts else DOUBTFUL
    return LOSS if deciding.high < 0 and outlasts else NOTHING


def _ends(test: Any, kind: str) -> str:
    """The interval of what is shown; of what correction takes back, the p that does."""
    if kind == DOUBTFUL:
        return f"corrected {md.p_in_words(test.p_bh)}"
    return f"95% interval {md.interval(decided(test).low, decided(test).high, 1)}"


def at_test_in_words(methods: Sequence[ReportedMethod]) -> list[str]:
    """What is done to the tested images or the network, half a sentence for each way that a method has."""
    there = [how for how in AT_TEST if how in {method.at_test for method in methods}]
    return [" ".join(AT_TEST[how] for how in there)] if there else []


def _columns(tested: Sequence[Hypothesis]) -> Iterator[tuple[str, str]]:
    """(scenario, metric): every metric of the hypotheses in each of their scenarios, then in domain."""
    tested = list(tested)
    scenarios, metrics = (dict.fromkeys(getattr(one, name) for one in tested) for name in ("scenario", "metric"))
    yield from ((scenario, metric) for scenario in [*scenarios, IN_DOMAIN] for metric in metrics)


def _of_hypothesis(one: Hypothesis, tests: pd.DataFrame, name: str, place: tuple[str, str]) -> str:
    found = average_of(tests, name)
    return _points(next(found.itertuples(), None)) if place == (one.scenario, one.metric) else md.MISSING


def _gain(average: pd.DataFrame, method: ReportedMethod, place: tuple[str, str]) -> str:
    return _points(_test(average, method, place))


def _test(average: pd.DataFrame, method: ReportedMethod, place: tuple[str, str]) -> Any:
    """Its row of shift_controls.csv, None where it was not run."""
    scenario, metric = place
    found = average[
        (average["reference"] == method.key) & (average["scenario"] == scenario) & (average["metric"] == metric)
    ]
    return next(found.itertuples(), None)


def _points(row: Any) -> str:
    if row is None:
        return md.NOT_RUN
    test = decided(row)
    interval = "" if md.is_missing(test.low) else f" ({md.interval(test.low, test.high, 1)})"
    return md.points(row.mean) + interval
