"""How well the reference does, in plain words: on what it was trained on, and under a shift beside chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.config.experiment import CHANCE, REFERENCE
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import IN_PERCENT, metric_title, printed_mean
from sgcldff.reporting.results import MEASURED
from sgcldff.reporting.scenarios import Scenario
from sgcldff.reporting.titles import ARROW, Titles
from sgcldff.tables.comparisons import decided

RANKED = ("reference", "baseline")  # the ends of the scale, which controls mark, are no rivals
MOST = 2  # shifts that are told of
RANKED_BY = SHIFTED = ("f1", "iou")


def level_in_domain(table_2: pd.DataFrame) -> list[str]:
    """Where the reference stands beside the paper and its rivals; nothing without its runs. table_2: `paper_rows`."""
    rows = table_2[(table_2["pair"] == "") & (table_2["state"] == MEASURED)]
    own = rows[rows["role"] == "reference"]
    if own.empty:
        return []
    scores = [f"{_named(row.metric)} {_score(row.metric, row.mean)}{_printed(row)}" for row in own.itertuples()]
    places = []
    for metric in RANKED_BY:
        of_metric = rows[(rows["metric"] == metric) & rows["role"].isin(RANKED)]
        ours = own.loc[own["metric"] == metric, "mean"]
        if len(of_metric) > 1 and len(ours):
            place = 1 + int((of_metric["mean"] > ours.iloc[0]).sum())
            best = of_metric.loc[of_metric["mean"].idxmax()]
            leader = "" if place == 1 else f" behind {best['title']} ({_score(metric, best['mean'])})"
            places.append(f"{place} of {len(of_metric)} by {metric_title(metric)}{leader}")
    text = f"**{own.iloc[0]['title']} on new images of its own datasets**: {', '.join(scores)}."
    return [f"{text} Place {', '.join(places)}." if places else text]


def levels_under_shift(
    titles: Titles, scenarios: Sequence[Scenario], measured: Mapping[str, pd.DataFrame], comparisons: pd.DataFrame
) -> list[str]:
    """One line: F1 and IoU of the reference in each scenario, which of them is no better than chance, and from where
    to where they are below it.

    measured: rows by scenario; comparisons: comparisons.csv, whose interval of the reference minus chance decides.
    """
    title, sentences = "", []
    for scenario in scenarios[:MOST]:
        rows = measured[scenario.name]
        rows = rows[(rows["pair"] == "") & (rows["state"] == MEASURED) & rows["metric"].isin(SHIFTED)]
        means = rows.set_index(["method", "metric"])["mean"]
        said = []
        for metric in [metric for metric in SHIFTED if (REFERENCE, metric) in means.index]:
            text = f"{_named(metric)} {_score(metric, means[REFERENCE, metric])}"
            if (CHANCE, metric) in means.index:
                words = _beside_chance(scenario.name, metric, comparisons)
                text += f" is {words} ({_score(metric, means[CHANCE, metric])})"
                text += _below(titles, scenario, metric, comparisons)
            said.append(text)
        if said:
            title = rows.loc[rows["method"] == REFERENCE, "title"].iloc[0]
            sentences.append(f"{scenario.title}: {', '.join(said)}.")
    return [f"**{title} on another dataset than it was trained on**. {' '.join(sentences)}"] if sentences else []


def _against_chance(scenario: str, metric: str, comparisons: pd.DataFrame) -> pd.DataFrame:
    """The tests of the reference against chance: the average and each pair of datasets."""
    keys = {"scenario": scenario, "metric": metric, "reference": REFERENCE, "against": CHANCE}
    return comparisons[(comparisons[list(keys)] == list(keys.values())).all(axis=1)]


def _below(titles: Titles, scenario: Scenario, metric: str, comparisons: pd.DataFrame) -> str:
    """The pairs whose interval lies below chance, which a mean over pairs hides."""
    tests = _against_chance(scenario.name, metric, comparisons)
    below = [test.pair for test in tests[tests["pair"] != ""].itertuples() if decided(test).high < 0]
    return f", and **below chance** {md.in_a_row([_in_words(titles, pair) for pair in below])}" if below else ""


def _in_words(titles: Titles, pair: str) -> str:
    trained_on, tested_on = pair.split(ARROW)
    return f"from {titles.dataset(trained_on)} to {titles.dataset(tested_on)}"


def _beside_chance(scenario: str, metric: str, comparisons: pd.DataFrame) -> str:
    """What the interval of the reference minus chance says; without one, its mean."""
    found = _against_chance(scenario, metric, comparisons)
    test = next(found[found["pair"] == ""].itertuples(), None)
    if test is None:
        return "beside chance"
    deciding = decided(test)
    low, high = (test.mean if md.is_missing(end) else end for end in (deciding.low, deciding.high))
    if low > 0:
        return "above chance"
    if high < 0:
        return "**below chance**"
    return "**not shown to be better than chance**" if test.mean > 0 else "**no better than chance**"


def _named(metric: str) -> str:
    """In the middle of a sentence."""
    title = metric_title(metric)
    return title.lower() if title.isalpha() and title.istitle() else title


def _score(metric: str, value: float) -> str:
    return f"{md.number(100 * value, 1)}%" if metric in IN_PERCENT else md.number(value, 3)


def _printed(row: Any) -> str:
    return "" if md.is_missing(row.paper_mean) else f" (paper {printed_mean(row.metric, row.paper_mean)})"
