"""Tables 2 and 3: our values beside those that the paper prints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from sgcldff.config.experiment import Absent
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import IN_PERCENT, metric_heading, spread_note
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.paper_values import printed_rows
from sgcldff.reporting.results import COLUMNS, NOT_RUN, Results, result_rows
from sgcldff.reporting.scenarios import Scenario
from sgcldff.reporting.sections.availability import WithoutTruth, where_to_get, without_note
from sgcldff.reporting.sections.method_table import Seeds, behind, not_run_line, of_each_method, title_cell, value_cell
from sgcldff.reporting.titles import Titles, pair_name

TABLE_2_METRICS = ("accuracy", "f1", "auc", "iou")
TABLE_3_METRICS = ("accuracy", "f1", "iou")
TABLE_2_ROLES = ("reference", "baseline", "control")
TABLE_3_ROLES = ("reference", "ablation")
PAPER_ABLATION_DATASET = "bccd"  # the paper made its Table 3 on BCCD


def paper_rows(
    table: int,
    results: Results,
    in_domain: Scenario,
    methods: Sequence[ReportedMethod],
    metrics: Sequence[str],
    pair: str = "",
) -> pd.DataFrame:
    """`result_rows` of the in-domain scenario, with the paper's value and the difference (ours minus the paper's).

    table: 2 or 3. Rows of the paper that none of the methods stands for follow at the end, not run.
    """
    printed = printed_rows(table)
    frame = result_rows(results, in_domain, methods, metrics, pair)
    row_of = {method.key: method.paper for method in methods}
    empty = {"scenario": in_domain.name, "pair": pair, "method": "", "role": "paper only", "state": NOT_RUN}
    empty |= {"mean": math.nan, "sd": math.nan, "n_seeds": 0, "n_images": math.nan}
    of_paper_alone = [
        empty | {"title": row, "metric": metric} for row in printed if row not in row_of.values() for metric in metrics
    ]
    frame = pd.DataFrame([*frame.to_dict("records"), *of_paper_alone], columns=list(COLUMNS))
    rows = [row_of[key] if key else title for key, title in zip(frame["method"], frame["title"], strict=True)]
    values = [printed.get(row, {}).get(metric) for row, metric in zip(rows, frame["metric"], strict=True)]
    frame["paper_mean"] = [value.mean if value else math.nan for value in values]
    frame["paper_sd"] = [value.sd if value else math.nan for value in values]
    frame["difference"] = frame["mean"] - frame["paper_mean"]
    return frame


def ablation_pairs(in_domain: Scenario) -> list[str]:
    """Where Table 3 is made: on BCCD as in the paper, or on each dataset where BCCD is not among them."""
    pairs = [pair_name(pair) for pair in in_domain.pairs]
    as_in_paper = pair_name((PAPER_ABLATION_DATASET, PAPER_ABLATION_DATASET))
    return [as_in_paper] if as_in_paper in pairs else pairs


def table_2(
    titles: Titles,
    in_domain: Scenario,
    rows: pd.DataFrame,
    seeds: Seeds,
    without_truth: WithoutTruth,
    absent: Mapping[str, Absent],
) -> str:
    """rows: `paper_rows` of the average and of each pair; without_truth: of TABLE_2_METRICS."""
    pairs = [pair_name(pair) for pair in in_domain.pairs]
    blocks = [
        "## Table 2: comparison of methods, in-domain",
        titles.caption(
            f"Table 2. Mean over {', '.join(map(titles.pair, pairs))}, beside the values printed in the paper"
        ),
        _beside_the_paper(rows[rows["pair"] == ""], seeds),
        *without_note(titles, without_truth),
    ]
    for pair in pairs if len(pairs) > 1 else []:
        blocks.append(titles.caption(f"Table 2 on {titles.pair(pair)} alone"))
        blocks.append(_beside_the_paper(rows[rows["pair"] == pair], seeds))
    for pair in in_domain.absent:
        blocks.append(titles.caption(f"Table 2 on {titles.pair(pair)} alone"))
        blocks.append(where_to_get(absent, [pair]))
    return "\n\n".join(blocks)


def table_3(titles: Titles, rows: pd.DataFrame, seeds: Seeds, on_papers_dataset: bool) -> str:
    """rows: `paper_rows` of each of the `ablation_pairs`; on_papers_dataset: BCCD is among the datasets of the run."""
    blocks = ["## Table 3: ablations, in-domain"]
    if not on_papers_dataset:
        blocks.append("The paper made this table on BCCD, which is not among the datasets of this run.")
    for pair, of_pair in rows.groupby("pair", sort=False):
        blocks.append(titles.caption(f"Table 3 on {titles.pair(pair)}, beside the values printed in the paper"))
        blocks.append(_beside_the_paper(of_pair, seeds))
    return "\n\n".join(blocks)


def _beside_the_paper(rows: pd.DataFrame, seeds: Seeds) -> str:
    """A row a method: for each metric ours, the paper's and the difference; then seeds and images."""
    headers = ["Method"]
    for metric in dict.fromkeys(rows["metric"]):
        headers += [metric_heading(metric), "paper", "Δ"]
    lines = []
    for of_method in of_each_method(rows):
        cells = [title_cell(of_method.iloc[0])]
        for _, row in of_method.iterrows():
            paper = md.mean_sd(row["paper_mean"], row["paper_sd"], row["metric"] in IN_PERCENT, decimals=2)
            cells += [value_cell(row, of_method["n_seeds"].max()), paper, md.points(100 * row["difference"])]
        lines.append([*cells, *behind(of_method, seeds)])
    table = md.table([*headers, "Seeds", "Images"], lines)
    return "\n\n".join([table, spread_note(seeds.measured, paper=True), *not_run_line(rows)])
