"""The tables of the first page, of at most seven columns; the pages that they link have the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from sgcldff.config.declared import Hypothesis
from sgcldff.config.experiment import CHANCE
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import metric_heading, metric_title, printed_mean
from sgcldff.reporting.methods import ReportedMethod, of_roles
from sgcldff.reporting.results import MEASURED
from sgcldff.reporting.scenarios import Scenario, scenario_title
from sgcldff.reporting.sections.hypotheses import average_of, margin, verdict_in_words
from sgcldff.reporting.sections.method_table import Seeds, behind, not_run_line, of_each_method, title_cell, value_cell
from sgcldff.reporting.sections.shift_controls import at_test_in_words
from sgcldff.reporting.titles import Titles, with_marks
from sgcldff.tables.comparisons import decided

TRANSFER_METRICS = ("iou", "f1")
MOST_TRANSFERS = 2  # scenarios with two metrics each, beside the method and its seeds
FURTHER = (
    " What the hypotheses gain rests on further seeds of their arms, and need not be the difference of two rows here."
)
BRACKETS = "In brackets: the paper's mean, on other images."


def first_table_2(
    titles: Titles, methods: Sequence[ReportedMethod], in_domain: Scenario, rows: pd.DataFrame, seeds: Seeds, page: str
) -> str:
    """rows: `paper_rows`, of which the average over the datasets is shown."""
    pairs = ", ".join(map(titles.pair, in_domain.pairs))
    each = "Each dataset by itself" if len(in_domain.pairs) > 1 else "The paper's SD, differences"
    return "\n\n".join(
        [
            "## Table 2: comparison of methods",
            titles.caption(f"Mean over {pairs}, test images of the dataset that was trained on"),
            *_beside_the_paper(rows[rows["pair"] == ""], seeds),
            *_built_after(methods, rows),
            *_on_chance(rows),
            f"{BRACKETS} [{each}, and images tested]({page}).",
        ]
    )


def _built_after(methods: Sequence[ReportedMethod], rows: pd.DataFrame) -> list[str]:
    """Which of the paper's rows each baseline stands for, where it was run."""
    run = set(rows.loc[rows["state"] == MEASURED, "method"])
    named = [f"{one.title} for {one.paper}" for one in of_roles(methods, "baseline") if one.paper and one.key in run]
    return [f"Rebuilt for the paper's rows: {', '.join(named)}."] if named else []


def _on_chance(rows: pd.DataFrame) -> list[str]:
    return ["Chance: always the commonest class, and a disc in the middle."] if CHANCE in set(rows["method"]) else []


def first_table_3(titles: Titles, rows: pd.DataFrame, seeds: Seeds, on_papers_dataset: bool, more: bool) -> str:
    """rows: `paper_rows` of each of the `ablation_pairs`; on_papers_dataset: BCCD is among those of the run; more:
    arms of the hypotheses have further seeds.
    """
    blocks = ["## Table 3: ablations"]
    if not on_papers_dataset:
        blocks.append("The paper made this table on BCCD, which is not among the datasets of this run.")
    for pair, of_pair in rows.groupby("pair", sort=False):
        blocks += [titles.caption(f"On {titles.pair(pair)}"), *_beside_the_paper(of_pair, seeds)]
    return "\n\n".join([*blocks, f"{BRACKETS}{FURTHER if more else ''}"])


def first_transfer(
    titles: Titles,
    methods: Sequence[ReportedMethod],
    scenarios: Sequence[Scenario],
    measured: Mapping[str, pd.DataFrame],
    seeds: Seeds,
    page: str | None,
    more: bool,
) -> str:
    """IoU and F1 under the first of these shifts; "" where there is none. measured: rows by scenario; more: arms of
    the hypotheses have further seeds.
    """
    shown = scenarios[:MOST_TRANSFERS]
    if not shown:
        return ""
    averages = pd.concat(measured[scenario.name].query("pair == ''") for scenario in shown)
    averages = averages[averages["metric"].isin(TRANSFER_METRICS)]
    keys = [(scenario, metric) for scenario in shown for metric in TRANSFER_METRICS]
    run = set(averages.loc[averages["state"] == MEASURED, "method"])
    headers = [_heading(scenario, metric, len(shown)) for scenario, metric in keys]

    def cells(of_method: pd.DataFrame) -> list[str]:
        by_key = {(row["scenario"], row["metric"]): row for _, row in of_method.iterrows()}
        return [value_cell(by_key[scenario.name, metric], of_method["n_seeds"].max()) for scenario, metric in keys]

    means = ". ".join(
        f"{scenario.title}: mean over {', '.join(map(titles.pair, scenario.pairs))}"
        if len(scenario.pairs) < 4
        else f"{scenario.title}: mean over {len(scenario.pairs)} pairs of datasets"
        for scenario in shown
    )
    return "\n\n".join(
        [
            "## Other stains, other datasets",
            titles.caption(f"Trained on one dataset, tested on another. {means}"),
            *_row_a_method(averages, headers, cells, seeds),
            *_below_chance(averages, shown),
            *at_test_in_words([method for method in methods if method.key in run]),
            f"{FURTHER if more else ''}{_more('Each direction, and what else buys robustness', page)}".strip(),
        ]
    )


def _heading(scenario: Scenario, metric: str, scenarios: int) -> str:
    """A single scenario is named above the table."""
    return metric_title(metric) if scenarios == 1 else f"{scenario.title} {metric_title(metric)}"


def _below_chance(rows: pd.DataFrame, scenarios: Sequence[Scenario]) -> list[str]:
    """Which means lie below the control that has looked at no image: a sentence for each scenario and metric."""
    sentences, named = [], {scenario.name: scenario.title.lower() for scenario in scenarios}
    for (scenario, metric), found in rows.groupby(["scenario", "metric"], sort=False):
        chance = found.loc[found["method"] == CHANCE, "mean"]
        below = found[found["mean"] < chance.iloc[0]] if len(chance) else found.head(0)
        if len(below):
            place = f"{named[scenario]} {metric_title(metric)}"
            sentences.append(f"**Mean below chance in {place}** (not tested): {' · '.join(below['title'])}.")
    return sentences


def first_hypotheses(titles: Titles, declared: Mapping[str, Hypothesis], tests: pd.DataFrame, page: str | None) -> str:
    """ "" where none is declared; tests: hypotheses.csv, of which the averages are shown."""
    if not declared:
        return ""
    lines, references = [], {one.reference for one in declared.values()}
    for key, hypothesis in declared.items():
        average, arms = average_of(tests, key), titles.method(hypothesis.against)
        if len(references) > 1:
            arms = f"{titles.method(hypothesis.reference)} beside {arms}"
        if average.empty:
            lines.append([arms, *[md.MISSING] * 5, md.NOT_RUN])
        for test in average.itertuples():
            deciding = decided(test)
            lines.append(
                [
                    arms,
                    f"{metric_title(test.metric)}, {scenario_title(hypothesis.scenario)}",
                    md.number(margin(test), 1),
                    md.points(test.mean, 2),
                    md.interval(deciding.low, deciding.high),
                    md.count(test.n),
                    verdict_in_words(test) or md.MISSING,
                ]
            )
    beside = f"{titles.method(next(iter(references)))} beside" if len(references) == 1 else "Arms"
    headers = (beside, "In", "Margin", "Difference", "95% interval", "Seeds", "Verdict")
    return "\n\n".join(
        [
            "## The hypotheses",
            titles.caption("Differences in points, paired by seed"),
            md.table(headers, lines, text_columns=2),
            "A claim holds where the one-sided 95% bound lies beyond its margin."
            + _more("Each direction, power, seeds needed", page),
        ]
    )


def _more(text: str, page: str | None) -> str:
    """A sentence that links a page, where there is one."""
    return f" [{text}]({page})." if page else ""


def _beside_the_paper(rows: pd.DataFrame, seeds: Seeds) -> list[str]:
    """Ours and, in brackets, the paper's mean."""
    headers = list(map(metric_heading, dict.fromkeys(rows["metric"])))

    def cells(of_method: pd.DataFrame) -> list[str]:
        return [_cell(row, of_method["n_seeds"].max()) for _, row in of_method.iterrows()]

    return _row_a_method(rows, headers, cells, seeds)


def _row_a_method(
    rows: pd.DataFrame, headers: Sequence[str], cells: Callable[[pd.DataFrame], list[str]], seeds: Seeds
) -> list[str]:
    """A table with a row a method that was run, narrow enough for a terminal; below it what its marks and its ± mean.

    Its seeds stand below where all rows have the same, else in a column; what a title says at its end stands below too.
    """
    groups = of_each_method(rows)
    counts = [behind(group, seeds)[0] for group in groups]
    short, legend = with_marks([str(group.iloc[0]["title"]) for group in groups])
    first = [title_cell(group.iloc[0], title) for group, title in zip(groups, short, strict=True)]
    alike = len(set(counts)) == 1
    behind_each = [[] if alike else [count] for count in counts]
    lines = [[title, *cells(group), *own] for title, group, own in zip(first, groups, behind_each, strict=True)]
    return [
        md.table(["Method", *headers, *([] if alike else ["Seeds"])], lines),
        " ".join([*([f"{legend}."] if legend else []), _spread(counts)]),
        *not_run_line(rows),
    ]


def _spread(counts: Sequence[str]) -> str:
    """What ± is; counts: each row's seeds, as `behind` writes them."""
    of_all, *others = set(counts) or {"0"}
    if others:
        return "± : SD over seeds."
    return "One seed, and so no SD." if of_all == "1" else f"± : SD over {of_all} seeds."


def _cell(row: pd.Series, seeds: int) -> str:
    text = value_cell(row, seeds)
    if row["state"] != MEASURED or md.is_missing(row["paper_mean"]):
        return text
    return f"{text} ({printed_mean(row['metric'], row['paper_mean'])})"
