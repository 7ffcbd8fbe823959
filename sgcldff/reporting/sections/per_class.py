"""Scores class by class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import METRIC_TITLES, spread_note
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.results import Results
from sgcldff.reporting.scenarios import Scenario
from sgcldff.reporting.titles import Titles, pair_name
from sgcldff.tables.runs import METRICS_OF_A_CLASS, class_metric

COLUMNS = ("scenario", "pair", "method", "class", "metric", "mean", "sd", "n_seeds", "n_images")


def per_class_rows(
    results: Results,
    scenarios: Iterable[Scenario],
    methods: Sequence[ReportedMethod],
    classes: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """The scores of each class, a row a scenario, pair, method, class and metric; n_images: its test images a seed.

    classes: what is trained on -> the classes that its fits tell apart. Methods that were not run have no row here.
    """
    runs = results.runs.set_index(["method", "trained_on", "tested_on"])
    rows = []
    for scenario in scenarios:
        for method in methods:
            for pair in scenario.pairs:
                if not results.was_run(method.key, [pair]):
                    continue
                of_pair = runs.loc[[(method.key, *pair)]]
                for name in classes[pair[0]]:
                    for metric in METRICS_OF_A_CLASS:
                        value = results.value(scenario.name, pair_name(pair), method.key, class_metric(metric, name))
                        row = {"scenario": scenario.name, "pair": pair_name(pair), "method": method.key}
                        row |= {"class": name, "metric": metric, "mean": value.mean, "sd": value.sd}
                        rows.append(row | {"n_seeds": value.n_seeds, "n_images": of_pair[f"n_{name}"].mean()})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def per_class(titles: Titles, reference: str, rows: pd.DataFrame, seeds: int, table_file: str) -> str:
    """rows: `per_class_rows` of the reference, in-domain; seeds: those with results; table_file: all the rows."""
    title = titles.method(reference)
    blocks = ["## Per class, in-domain", titles.caption(f"{title}, class by class")]
    if rows.empty:
        return "\n\n".join([*blocks, f"{title}: {md.NOT_RUN}."])
    lines = []
    for (pair, name), of_class in rows.groupby(["pair", "class"], sort=False):
        cells = [md.mean_sd(row["mean"], row["sd"]) for _, row in of_class.iterrows()]
        lines.append([titles.pair(pair), name, *cells, md.number(of_class["n_images"].iloc[0], 1)])
    headers = ["Dataset", "Class", *(METRIC_TITLES[metric] for metric in rows["metric"].unique()), "Images a seed"]
    note = (
        "The IoU of a class is that of the images which show it: the mask itself has no class. "
        f"The other methods and the other pairs of datasets stand in `{table_file}`."
    )
    return "\n\n".join([*blocks, md.table(headers, lines, text_columns=2), spread_note(seeds), note])
