"""The paper's Table 1: the accuracy that it quotes of each study, beside what our build of that study reaches here."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import METRIC_TITLES, spread_note
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.paper_values import related_work
from sgcldff.reporting.results import COLUMNS, MEASURED, Results, result_rows
from sgcldff.reporting.scenarios import Scenario
from sgcldff.reporting.sections.method_table import Seeds
from sgcldff.reporting.titles import Titles, pair_name

ABOUT = ("study", "dataset_of_study", "printed", "printed_value", "remark")


def related_work_rows(results: Results, in_domain: Scenario, methods: Sequence[ReportedMethod]) -> pd.DataFrame:
    """`result_rows` of each build of each study, on average and for each dataset, with what is printed (fractions).

    A build that the report does not show has rows that were not run.
    """
    shown = {method.key: method for method in methods}
    frames = []
    for study in related_work():
        about = (study.study, study.dataset, study.accuracy, study.value, study.remark)
        builds = [shown.get(key, ReportedMethod(key, key, "baseline")) for key in study.methods]
        for pair in ["", *map(pair_name, in_domain.pairs)]:
            rows = result_rows(results, in_domain, builds, [study.metric], pair)
            frames.append(rows.assign(**dict(zip(ABOUT, about, strict=True))))
    table = pd.concat(frames, ignore_index=True)[[*ABOUT, *COLUMNS]]
    return table.assign(printed_value=table["printed_value"].astype(float))


def related_work_section(titles: Titles, in_domain: Scenario, rows: pd.DataFrame, seeds: Seeds) -> str:
    """rows: as `related_work_rows` gives them."""
    pairs = ["", *map(pair_name, in_domain.pairs)]
    run = rows[rows.groupby("study")["state"].transform(lambda states: (states == MEASURED).any())]
    lines = []
    for (study, method), of_build in run.groupby(["study", "method"], sort=False):
        if not (of_build["state"] == MEASURED).any():
            continue
        by_pair = of_build.set_index("pair")
        first = by_pair.iloc[0]
        cells = [_percent(by_pair.loc[pair]) for pair in pairs]
        lines.append(
            [study, first["dataset_of_study"], first["printed"], titles.method(method), METRIC_TITLES[first["metric"]]]
            + cells
            + [first["remark"] or md.MISSING]
        )
    headers = [
        "Study",
        "Its images",
        "Printed",
        "Our build",
        "Score (%)",
        "Mean",
        *map(titles.pair, pairs[1:]),
        "Remark",
    ]
    return "\n\n".join(
        [
            "## The paper's Table 1, measured",
            "The paper quotes these accuracies from other papers, each of other images. Ours says what a build of the "
            "study reaches in-domain on the images of this run (of a segmentation the pixel accuracy), and neither "
            "confirms nor refutes the study. Which builds fall short of the printed value stands among the claims.",
            titles.caption("Table 1. The accuracy printed of each study, and ours"),
            *([md.table(headers, lines, text_columns=5)] if lines else []),
            *_not_run(rows[~rows["study"].isin(run["study"])]),
            spread_note(seeds.measured),
        ]
    )


def _not_run(rows: pd.DataFrame) -> list[str]:
    """The studies of which no build was run, with what is printed of each, in a sentence."""
    studies = rows.drop_duplicates("study")
    listed = ", ".join(
        f"{study} ({printed})" if printed and printed != md.MISSING else study
        for study, printed in zip(studies["study"], studies["printed"], strict=True)
    )
    return [f"Not run: builds of {listed}. In brackets: what is printed of them."] if listed else []


def _percent(row: pd.Series) -> str:
    return md.mean_sd(row["mean"], row["sd"], percent=True) if row["state"] == MEASURED else row["state"]
