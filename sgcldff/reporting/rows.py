"""Rows of results, a row a method and metric: the numbers behind the tables, and the CSV files beside them.

All values are fractions; a row that was not run is there, and says so in its `state`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sgcldff.reporting.paper_values import printed_rows
from sgcldff.reporting.run import IN_DOMAIN, Material
from sgcldff.tables.runs import METRICS_OF_A_CLASS, class_metric

MEASURED, NOT_RUN, NO_VALUE, NOT_AVAILABLE = "measured", "not run", "no value", "not available"

COLUMNS = ["scenario", "pair", "method", "title", "role", "metric", "state", "mean", "sd", "n_seeds", "n_images"]

PAPER_ABLATION_DATASET = "bccd"
"""The paper's Table 3 was made on BCCD."""


def result_rows(
    material: Material, methods: Sequence[str], metrics: Sequence[str], scenario: str, pair: str = ""
) -> pd.DataFrame:
    """A row a method and metric: mean and SD over seeds, and the seeds and images behind them.

    pair "" is the scenario's within-seed average over its pairs.
    """
    rows = []
    for method in methods:
        for metric in metrics:
            value = material.value(scenario, pair, method, metric)
            if material.is_absent(scenario, pair):
                state = NOT_AVAILABLE
            elif not material.was_run(method, scenario, pair):
                state = NOT_RUN
            else:
                state = NO_VALUE if math.isnan(value.mean) else MEASURED
            rows.append(
                {
                    "scenario": scenario,
                    "pair": pair,
                    "method": method,
                    "title": material.method_title(method),
                    "role": material.settings["methods"][method]["role"],
                    "metric": metric,
                    "state": state,
                    "mean": value.mean,
                    "sd": value.sd,
                    "n_seeds": value.n_seeds,
                    "n_images": value.n_images,
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def paper_rows(
    material: Material, table: int, methods: Sequence[str], metrics: Sequence[str], pair: str = ""
) -> pd.DataFrame:
    """`result_rows` of the in-domain scenario, with the paper's value and the difference (ours minus the paper's).

    Rows of the paper that no configured method stands for follow at the end, not run.
    """
    printed = printed_rows(table)
    frame = result_rows(material, methods, metrics, IN_DOMAIN, pair)
    name_of = {method: material.settings["methods"][method].get("paper") for method in methods}
    taken = set(name_of.values())
    alone = [
        {
            "scenario": IN_DOMAIN,
            "pair": pair,
            "method": "",
            "title": row,
            "role": "paper only",
            "metric": metric,
            "state": NOT_RUN,
            "mean": math.nan,
            "sd": math.nan,
            "n_seeds": 0,
            "n_images": math.nan,
        }
        for row in printed
        if row not in taken
        for metric in metrics
    ]
    frame = pd.DataFrame([*frame.to_dict("records"), *alone], columns=COLUMNS)
    rows = [name_of[key] if key else title for key, title in zip(frame["method"], frame["title"], strict=True)]
    values = [printed.get(row, {}).get(metric) for row, metric in zip(rows, frame["metric"], strict=True)]
    frame["paper_mean"] = [value.mean if value else math.nan for value in values]
    frame["paper_sd"] = [value.sd if value else math.nan for value in values]
    frame["difference"] = frame["mean"] - frame["paper_mean"]
    return frame


def own_pairs(material: Material) -> list[str]:
    """The pairs of the in-domain scenario, as the statistics name them."""
    return [f"{a}→{b}" for a, b in material.scenarios.get(IN_DOMAIN, [])]


def ablation_pairs(material: Material) -> list[str]:
    """Where Table 3 is made: on BCCD as in the paper, or on each dataset where BCCD is not among them."""
    pairs = own_pairs(material)
    as_in_paper = f"{PAPER_ABLATION_DATASET}→{PAPER_ABLATION_DATASET}"
    return [as_in_paper] if as_in_paper in pairs else pairs


def per_class_rows(material: Material) -> pd.DataFrame:
    """Each class's scores, a row a scenario, pair, method, class and metric; `n_images` are its test images a seed.

    Methods that were not run have no row here.
    """
    runs = material.runs.set_index(["method", "trained_on", "tested_on"])
    rows = []
    for scenario, pairs in material.scenarios.items():
        for method in material.methods():
            for trained_on, tested_on in pairs:
                pair = f"{trained_on}→{tested_on}"
                if not material.was_run(method, scenario, pair):
                    continue
                here = runs.loc[[(method, trained_on, tested_on)]]
                for name in material.classes_of(trained_on):
                    for metric in METRICS_OF_A_CLASS:
                        value = material.value(scenario, pair, method, class_metric(metric, name))
                        rows.append(
                            {
                                "scenario": scenario,
                                "pair": pair,
                                "method": method,
                                "class": name,
                                "metric": metric,
                                "mean": value.mean,
                                "sd": value.sd,
                                "n_seeds": value.n_seeds,
                                "n_images": here[f"n_{name}"].mean(),
                            }
                        )
    columns = ["scenario", "pair", "method", "class", "metric", "mean", "sd", "n_seeds", "n_images"]
    return pd.DataFrame(rows, columns=columns)
