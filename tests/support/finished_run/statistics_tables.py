"""The tables of statistics of the finished run: the summary is computed from its runs, the tests are made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from finished_run.configuration import CLASSES, SKILL
from sgcldff.tables.attention import (
    ATTENTION,
    OF_AREA,
    OF_GRAD_CAM,
    OF_SALIENCY,
    RANDOM,
    TRAINED,
    WITH_RANDOM_WEIGHTS,
    area_of,
)
from sgcldff.tables.leakage import LEAKAGE
from sgcldff.tables.runs import DESCRIBED, METRICS, METRICS_OF_A_CLASS
from sgcldff.tables.strata import STRATA_OF
from sgcldff.tables.verdicts import decided_by


def summary(runs: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    metrics = [*METRICS, *DESCRIBED, *(f"{metric}_{name}" for metric in METRICS_OF_A_CLASS for name in CLASSES)]
    rows = []
    for scenario, pairs in settings["scenarios"].items():
        for pair in [None, *pairs]:
            wanted = [tuple(pair)] if pair else [tuple(declared) for declared in pairs]
            of_pairs = runs[[key in wanted for key in zip(runs["trained_on"], runs["tested_on"], strict=True)]]
            by_seed = of_pairs.groupby(["method", "seed"])[metrics].mean()
            counts = of_pairs.groupby(["method", "seed"])["n_images"].sum().groupby("method").mean()
            spread = by_seed.groupby("method").agg(["count", "mean", "std", "min", "max"])
            for method, columns in spread.iterrows():
                for metric in metrics:
                    count, mean, sd, minimum, maximum = columns[metric]
                    rows.append(
                        {
                            "scenario": scenario,
                            "pair": "→".join(pair) if pair else "",
                            "method": method,
                            "metric": metric,
                            "n_seeds": int(count),
                            "mean": mean,
                            "sd": sd,
                            "minimum": minimum,
                            "maximum": maximum,
                            "ci_low": mean - 2 * sd,
                            "ci_high": mean + 2 * sd,
                            "lower_bound": mean - 1.7 * sd,
                            "upper_bound": mean + 1.7 * sd,
                            "basis": "redrawn splits" if scenario == "in_domain" else "seeds",
                            "n_images": counts[method],
                            "note": "",
                        }
                    )
    return pd.DataFrame(rows)


def _test(mean: float, basis: str = "seeds", **cells: Any) -> dict[str, Any]:
    """The cells of a test with an SD of 1 over 3 seeds; on redrawn splits its corrected interval is twice as wide."""
    crossed = {f"crossed_{end}": np.nan for end in ("mean", "se", "df", "p", "low", "high", "lower", "upper")}
    row = {"n": 3, "mean": mean, "sd": 1.0, "t": 5.543, "df": 2, "p": 0.031}
    row |= {"ci_low": mean - 2.48, "ci_high": mean + 2.48, "lower_bound": mean - 1.69, "upper_bound": mean + 1.69}
    row |= {"d_z": 1.0, "d_z_low": -0.5, "d_z_high": 2.3, "g_z": 0.56}
    row |= {"p_wilcoxon": 0.25, "p_sign_flip": 0.25, **crossed}
    if basis == "redrawn splits":
        row |= {"corrected_t": 2.77, "corrected_df": 2, "corrected_p": 0.109, "corrected_p_margin": 0.2}
        row |= {"corrected_low": mean - 4.96, "corrected_high": mean + 4.96}
        row |= {"corrected_lower": mean - 3.38, "corrected_upper": mean + 3.38}
    else:
        names = ("t", "df", "p", "low", "high", "lower", "upper", "p_margin")
        row |= {f"corrected_{name}": np.nan for name in names}
    row |= {"n_images": 36, "basis": basis, "equivalence_bound": 1.0, "p_equivalence": 0.9, "power": 0.4}
    row |= {"pairs_needed": 12.0, "pairs_needed_low": 4.0, "pairs_needed_high": np.inf}
    return row | {"note": ""} | cells


# A test that could not be made.
NOTHING = dict.fromkeys(
    [
        *("t", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "d_z", "d_z_low", "d_z_high", "g_z"),
        *("p_wilcoxon", "p_sign_flip", "corrected_t", "corrected_p", "corrected_low", "corrected_high"),
        *("corrected_lower", "corrected_upper", "p_equivalence", "power"),
        *("pairs_needed", "pairs_needed_low", "pairs_needed_high"),
    ],
    np.nan,
)


def comparisons(settings: Mapping[str, Any]) -> pd.DataFrame:
    rows = []
    scopes = [("in_domain", ""), ("in_domain", "bccd→bccd"), ("cross_stain", ""), ("domain_shift", "")]
    for scenario, pair in scopes:
        for against in [key for key in settings["methods"] if key in SKILL and key != "full"]:
            for metric in ("accuracy", "f1", "auc", "iou"):
                basis = "redrawn splits" if scenario == "in_domain" else "seeds"
                constant = NOTHING | {"sd": 0.0, "note": "constant difference"} if against == "oracle" else {}
                control = settings["methods"][against]["role"] == "control"
                declared = (scenario, against, metric) == ("domain_shift", "no_fusion", "f1")
                rows.append(
                    {"scenario": scenario, "pair": pair, "metric": metric, "reference": "full", "against": against}
                    | _test(-7.0 if constant else 3.2, basis, **constant)
                    | {"family": "control" if control else "robustness" if declared else "exploratory"}
                    | {"p_bh": np.nan if control or declared else 0.0004}
                )
    return pd.DataFrame(rows)


def hypotheses(settings: Mapping[str, Any]) -> pd.DataFrame:
    values = {
        "": (2.9, 1.1, 4.7, 1.65, 4.15, 0.006, "SUPPORTED"),
        "jtsc→cellavision": (4.0, 1.0, 7.0, 1.4, 6.6, 0.07, "DIRECTION ONLY"),
        "cellavision→jtsc": (0.3, -0.9, 1.2, -0.6, 1.0, 0.98, "REFUTED"),
    }
    rows = []
    for key, hypothesis in settings["hypotheses"].items():
        if hypothesis["against"] not in SKILL:
            continue
        for pair in ["", *("→".join(declared) for declared in settings["scenarios"][hypothesis["scenario"]])]:
            mean, low, high, lower, upper, p, verdict = values.get(
                pair, (1.0, -3.0, 5.0, -2.0, 4.0, 0.6, "INCONCLUSIVE")
            )
            named = ("scenario", "metric", "reference", "against", "margin", "family", "direction")
            rows.append(
                {"hypothesis": key, "pair": pair}
                | {column: hypothesis[column] for column in named}
                | _test(mean, ci_low=low, ci_high=high, lower_bound=lower, upper_bound=upper)
                | {"crossed_mean": mean, "crossed_low": low - 2, "crossed_high": high + 2, "crossed_p_margin": 0.2}
                | {"p_margin": p, "p_holm": 2 * p if pair == "" else np.nan, "least_detectable": 4.9}
                | {"verdict": verdict, "decided_by": decided_by(verdict, hypothesis["direction"] == "greater").value}
                | {"fragile": "sign flips one-sided p = 0.25" if verdict == "DIRECTION ONLY" else ""}
                | {"crossed_verdict": "INCONCLUSIVE"}
            )
    # Without a row the columns must still be there.
    columns = [
        *("hypothesis", "pair", "scenario", "metric", "reference", "against", "margin", "family", "direction"),
        *_test(0.0),
        *("crossed_p_margin", "p_margin", "p_holm", "least_detectable", "verdict", "decided_by", "fragile"),
        "crossed_verdict",
    ]
    return pd.DataFrame(rows, columns=columns)


EFFECTS = {
    "first": ("saliency module", "SUPPORTED"),
    "second": ("fusion", "SUPPORTED"),
    "first_alone": ("saliency module alone", "INCONCLUSIVE"),
    "second_alone": ("fusion alone", "INCONCLUSIVE"),
    "first_on_top": ("saliency module on top of fusion", "INCONCLUSIVE"),
    "second_on_top": ("fusion on top of the saliency module", "INCONCLUSIVE"),
    "interaction": ("interaction", "INCONCLUSIVE"),
    "independent": ("independent", "DIRECTION ONLY"),
}


def interactions(settings: Mapping[str, Any]) -> pd.DataFrame:
    rows = []
    for key, interaction in settings["interactions"].items():
        for metric in interaction["metrics"]:
            for effect, (title, verdict) in EFFECTS.items():
                composite = effect == "independent"
                nothing = NOTHING | {"n": np.nan, "sd": np.nan} if composite else {}
                test = _test(np.nan if composite else 2.2, "redrawn splits", **nothing)
                rows.append(
                    {"interaction": key, "family": interaction["family"], "scenario": interaction["scenario"]}
                    | {"pair": "", "metric": metric, "effect": effect, "title": title}
                    | test
                    | {"p_margin": 0.015, "p_holm": np.nan if composite else 0.03, "verdict": verdict}
                    | {"decided_by": "" if composite else decided_by(verdict).value}
                    | {"fragile": "fusion: one seed decides" if composite else ""}
                )
    return pd.DataFrame(rows)


def power(settings: Mapping[str, Any]) -> pd.DataFrame:
    declared = [key for key, hypothesis in settings["hypotheses"].items() if hypothesis["against"] in SKILL]
    rows = [
        {"hypothesis": key, "n": n, "power": 1 - 0.9**n, "detectable": 1.5 + 6 / n}
        for key in declared
        for n in range(2, 51)
    ]
    return pd.DataFrame(rows, columns=["hypothesis", "n", "power", "detectable"])


def curves(perturbations: Mapping[str, Any]) -> pd.DataFrame:
    """robustness.csv of the methods of SKILL: each loses 3 points at level 0.5 and 20 at level 1, the oracle nothing.

    Thresholding gives masks alone.
    """
    rows = []
    for axis in perturbations:
        for dataset in ("", "bccd", "jtsc"):
            for method, skill in SKILL.items():
                for metric in ("iou",) if method == "thresholding" else ("accuracy", "f1", "auc", "iou"):
                    about = {"axis": axis, "dataset": dataset, "method": method, "metric": metric, "n_seeds": 3}
                    lost = 0.0 if method == "oracle" else 1.0
                    values = {("score", 0.0): (skill, 0.03), ("score", 0.5): (skill - 0.03 * lost, 0.03)}
                    values |= {("score", 1.0): (skill - 0.2 * lost, 0.03)}
                    values |= {("area", np.nan): (skill - 0.05 * lost, 0.03), ("drop", np.nan): (20 * lost, 3.0)}
                    if method != "full":
                        values["difference", np.nan] = (100 * (SKILL["full"] - skill), 2.0)
                    for (quantity, level), (mean, half) in values.items():
                        row = {"quantity": quantity, "level": level, "mean": mean, "sd": half / 2}
                        row |= {"ci_low": mean - half, "ci_high": mean + half, "basis": "redrawn splits", "note": ""}
                        rows.append(about | row)
    return pd.DataFrame(rows)


def strata(settings: Mapping[str, Any]) -> pd.DataFrame:
    """In-domain, of the methods of SKILL: 5 points less at the border, and no image with several cells on BCCD."""
    rows = []
    for trained_on, tested_on in settings["scenarios"]["in_domain"]:
        for method, skill in SKILL.items():
            for divided_by, names in STRATA_OF.items():
                for stratum in names:
                    if (tested_on, stratum) == ("bccd", "several cells"):
                        continue
                    run = {"trained_on": trained_on, "tested_on": tested_on, "method": method}
                    run |= {"divided_by": divided_by, "stratum": stratum, "limits": "", "n_seeds": 3, "sd": 0.01}
                    mean = skill - 0.05 * (stratum == "at the border")
                    rows += [run | {"metric": name, "mean": mean, "n_images": 4.5} for name in ("iou", "accuracy")]
    return pd.DataFrame(rows)


def leakage() -> pd.DataFrame:
    """Two methods and two metrics; the reference gains 8 points, thresholding nothing."""
    rows = []
    for method, gain in (("thresholding", 0.0), ("full", 8.0)):
        for metric in ("accuracy", "iou"):
            scores = {"honest": 0.8, "honest_sd": 0.02, "inflated": 0.8 + gain / 100, "inflated_sd": 0.01}
            plain = {"n": 5, "mean": gain, "t": 9.0, "df": 4, "p": 0.001, "ci_low": gain - 1, "ci_high": gain + 1}
            plain |= {"lower_bound": gain - 0.8, "upper_bound": gain + 0.8}
            corrected = {"t": 4.0, "df": 4, "p": 0.016, "low": gain - 2, "high": gain + 2}
            corrected |= {"lower": gain - 1.5, "upper": gain + 1.5}
            row = {"method": method, "metric": metric, **scores, **plain, "basis": "redrawn splits", "note": ""}
            rows.append(row | {f"corrected_{name}": value for name, value in corrected.items()})
    return pd.DataFrame(rows, columns=list(LEAKAGE.columns))


LEAKS = {"full": 0.3, "no_fusion": 0.4, "unetpp": 0.6}  # outside the cell; with random weights .7, the area is .75


def attention() -> pd.DataFrame:
    """attention.csv of LEAKS, of which UNet++ has no S: what is no share outside is .2, all intervals are ± .05."""
    rows = []
    for method, leak in LEAKS.items():
        metrics = (*(() if method == "unetpp" else OF_SALIENCY), *OF_GRAD_CAM)
        for weights in (TRAINED, RANDOM):
            about = {"dataset": "", "method": method, "weights": weights, "n_seeds": 3, "n_images": 12.0, "sd": 0.02}
            for metric in metrics:
                outside = metric.endswith("outside")
                mean = (leak if weights == TRAINED else 0.7) if outside else 0.2
                values = {"": mean} | ({OF_AREA: mean - 0.75} if area_of(metric) else {})
                if weights == TRAINED:
                    values[WITH_RANDOM_WEIGHTS] = mean - (0.7 if outside else 0.2)
                if weights == TRAINED and method == "full":
                    others = ["no_fusion", *(["unetpp"] if metric in OF_GRAD_CAM else [])]
                    values |= {other: mean - (LEAKS[other] if outside else 0.2) for other in others}
                rows += [about | {"metric": metric, "against": other, "mean": value} for other, value in values.items()]
            areas = {"area_outside": 0.75, "area_nucleus": 0.1, "area_cell": 0.25}
            rows += [about | {"metric": metric, "against": "", "mean": value} for metric, value in areas.items()]
    table = pd.DataFrame(rows)
    ends = {"ci_low": -0.05, "ci_high": 0.05, "lower_bound": -0.04, "upper_bound": 0.04}
    table = table.assign(**{name: table["mean"] + end for name, end in ends.items()})
    return table.assign(basis="redrawn splits", note="")[list(ATTENTION.columns)]


def ranks(settings: Mapping[str, Any]) -> pd.DataFrame:
    """The methods of SKILL but the controls in the order of their skill; neighbours are not divided."""
    order = sorted((key for key in SKILL if key not in ("oracle", "chance")), key=SKILL.get, reverse=True)
    letters = "abcdefgh"
    rows = []
    for scenario, pairs in settings["scenarios"].items():
        for metric in ("f1", "iou"):
            test = {"methods": len(order), "blocks": 3 * len(pairs), "pairs": len(pairs), "seeds": 3}
            test |= {"chi2": 9.0, "p": 0.03, "critical": 1.2}
            for place, method in enumerate(order):
                about = {"scenario": scenario, "metric": metric, "method": method, "rank": 1.0 + place}
                rows.append(about | test | {"groups": letters[max(place - 1, 0) : min(place + 1, len(order) - 1)]})
    return pd.DataFrame(rows)


def on_redrawn_splits(tests: pd.DataFrame) -> pd.DataFrame:
    """The tests of hypotheses, as if each seed had drawn its own split: no corrected number is the plain one."""
    corrected = {
        "t": 1.25,
        "df": 2,
        "p": 0.111,
        "p_margin": 0.222,
        "low": -8.0,
        "high": 9.0,
        "lower": -7.0,
        "upper": 8.0,
    }
    columns = {f"corrected_{name}": value for name, value in corrected.items()}
    return tests.assign(basis="redrawn splits", p_margin=0.006, **columns)


def shift_controls(control: str, base: str) -> pd.DataFrame:
    """A control that gains six points in every scenario and metric of the hypotheses."""
    rows = [
        {"scenario": scenario, "pair": "", "metric": metric, "reference": control, "against": base, "p_bh": 0.02}
        | _test(6.0, ci_low=4.0, ci_high=8.0, sd_seed=1.0, sd_image=1.0, sd_residual=1.0)
        for scenario in ("in_domain", "cross_stain", "domain_shift")
        for metric in ("f1", "iou")
    ]
    return pd.DataFrame(rows)
