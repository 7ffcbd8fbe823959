"""A finished experiment in miniature: every file that a report reads, with numbers drawn from a seed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sgcldff.reporting.datasets_table import PAIR_COLUMNS, TEST_COLUMNS
from sgcldff.reporting.run import Material, read_material
from sgcldff.tables import audit, claims, comparisons, hypotheses, interactions, leakage, power, robustness, summary

CLASSES = ["neutrophil", "lymphocyte", "monocyte", "eosinophil"]
PER_CLASS = ["precision", "recall", "f1", "auc", "iou"]
SHARES = [0.6, 0.2, 0.13, 0.07]
SKILL = {"full": 0.93, "no_fusion": 0.9, "thresholding": 0.8, "unetpp": 0.88, "oracle": 1.0, "chance": 0.5}
NETWORKS = ("full", "no_fusion", "unetpp")
METRICS = ["accuracy", "precision", "recall", "f1", "auc", "iou", "pooled_iou", "mean_iou", "dice", "pixel_accuracy"]


def configuration() -> dict[str, Any]:
    return {
        "name": "fake",
        "synthetic": False,
        "scale": None,
        "label_spaces": {"subtypes": {"names": CLASSES, "classes": CLASSES}},
        "seeds": [0, 1, 2],
        "size": 96,
        "training": {"epochs": 25, "batch_size": 32},
        "datasets": {
            "bccd": {"title": "BCCD", "space": "subtypes"},
            "jtsc": {"title": "JTSC", "space": "subtypes"},
            "cellavision": {"title": "CellaVision", "space": "subtypes"},
        },
        "pools": {},
        "perturbations": {},
        "methods": {
            "full": {"title": "SG-CLDFF", "role": "reference", "paper": "SG-CLDFF"},
            "no_saliency": {
                "title": "Without saliency",
                "role": "ablation",
                "paper": "Without saliency-guided preprocessing",
            },
            "no_fusion": {"title": "Without fusion", "role": "ablation", "paper": "Without cross-layer fusion"},
            "neither": {"title": "Without both", "role": "ablation"},
            "thresholding": {"title": "Thresholding", "role": "baseline"},
            "unetpp": {"title": "UNet++", "role": "baseline"},
            "oracle": {"title": "Control: oracle", "role": "control"},
            "chance": {"title": "Control: chance", "role": "control"},
        },
        "scenarios": {
            "in_domain": [["bccd", "bccd"], ["jtsc", "jtsc"], ["cellavision", "cellavision"]],
            "cross_stain": [["jtsc", "cellavision"], ["cellavision", "jtsc"]],
            "domain_shift": [
                [a, b] for a in ("bccd", "jtsc", "cellavision") for b in ("bccd", "jtsc", "cellavision") if a != b
            ],
        },
        "hypotheses": {
            "alignment": {
                "title": "Alignment helps across stains",
                "reference": "full",
                "against": "no_alignment",
                "metric": "iou",
                "scenario": "cross_stain",
                "margin": 2.0,
                "direction": "greater",
                "family": "robustness",
            },
            "fusion": {
                "title": "Fusion helps under domain shift",
                "reference": "full",
                "against": "no_fusion",
                "metric": "f1",
                "scenario": "domain_shift",
                "margin": 1.5,
                "direction": "greater",
                "family": "robustness",
            },
        },
        "interactions": {
            "components": {
                "title": "Both parts contribute independently",
                "full": "full",
                "without_first": "no_saliency",
                "without_second": "no_fusion",
                "neither": "neither",
                "first": "saliency module",
                "second": "fusion",
                "metrics": ["f1", "iou"],
                "scenario": "in_domain",
                "family": "components",
            },
        },
    }


def write_experiment(folder: Path, settings: Mapping[str, Any], images: int = 40) -> dict[str, Any]:
    """Writes the files into `folder`; returns the keyword arguments of `render`.

    The methods of SKILL have runs in every scenario; the others of the configuration have none.
    """
    generator = np.random.default_rng(0)
    run_rows, score_parts, predictions, fits, costs = [], [], [], [], []
    pairs = sorted({tuple(pair) for scenario in settings["scenarios"].values() for pair in scenario})
    for method in [key for key in settings["methods"] if key in SKILL]:
        for seed in settings["seeds"]:
            for trained_on in settings["datasets"]:
                fit = folder / "fits" / trained_on / method / f"seed-{seed}" / "fit.json"
                fit.parent.mkdir(parents=True, exist_ok=True)
                asked = {"dataset": trained_on, "method": method, "seed": seed}
                asked |= {"training": {"learning_rate": 4e-4}, "arguments": {}}
                used = {"device": "CPU", "commit": "c0ffee", "python": "3.11.9", "torch": "2.0"}
                used |= {"epochs": 20 if method in NETWORKS else 0}
                fit.write_text(json.dumps({"asked": asked, "used": used, "seconds": 12.5}))
                fits.append(fit)
                cost = folder / "predictions" / trained_on / method / f"seed-{seed}" / "cost.json"
                cost.parent.mkdir(parents=True, exist_ok=True)
                spent: dict[str, Any] = {"method": method, "images": 50, "seconds": 0.25, "device": "CPU"}
                spent |= {"parameters": 12, "multiply_adds": None}
                if method in NETWORKS:
                    spent |= {"parameters": 4_200_000, "multiply_adds": 350_000_000}
                cost.write_text(json.dumps(spent))
                costs.append(cost)
            for trained_on, tested_on in pairs:
                skill = SKILL[method] - (0.0 if trained_on == tested_on or method == "oracle" else 0.2)
                frame = _prediction(generator, trained_on, tested_on, method, seed, skill, images)
                path = folder / "predictions" / trained_on / method / f"seed-{seed}" / f"{tested_on}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                frame.to_parquet(path)
                predictions.append(path)
                run_rows.append(_run(generator, trained_on, tested_on, method, seed, skill, images))
                score_parts.append(_scores(generator, frame, skill))
    runs = pd.DataFrame(run_rows)
    runs.to_csv(folder / "runs.csv", index=False)
    pd.concat(score_parts).to_parquet(folder / "scores.parquet")
    statistics = folder / "statistics"
    statistics.mkdir()
    tables = {
        "summary": (_summary(runs, settings), summary.SUMMARY),
        "comparisons": (_comparisons(settings), comparisons.COMPARISONS),
        "hypotheses": (_hypotheses(settings), hypotheses.HYPOTHESES),
        "interactions": (_interactions(settings), interactions.INTERACTIONS),
        "claims": (_claims(), claims.CLAIMS),
        "power": (_power(settings), power.POWER),
        "robustness": (pd.DataFrame(), robustness.ROBUSTNESS),
        "leakage": (pd.DataFrame(), leakage.LEAKAGE),
        "audit_comparisons": (pd.DataFrame(AUDIT_COMPARISONS), audit.AUDIT_COMPARISONS),
        "audit_findings": (pd.DataFrame(AUDIT_FINDINGS), audit.AUDIT_FINDINGS),
        "audit_claims": (pd.DataFrame(AUDIT_CLAIMS), audit.AUDIT_CLAIMS),
    }
    for name, (table, contract) in tables.items():
        table.reindex(columns=list(contract.columns)).to_csv(statistics / f"{name}.csv", index=False)
    return {
        "settings": settings,
        "runs": folder / "runs.csv",
        "scores": folder / "scores.parquet",
        "statistics": statistics,
        "predictions": predictions,
        "fits": fits,
        "costs": costs,
        "explanations": {name: _explained(folder / "explanations" / f"{name}.npz") for name in settings["datasets"]},
        "prepared": {name: _prepared(folder / "data" / name, images) for name in settings["datasets"]},
        "splits": {},
        "cards": {name: _card(folder / "cards" / name) for name in settings["datasets"]},
        "leakage": _audit(folder / "leakage", list(settings["datasets"])),
        "reports": folder / "reports",
    }


def _prediction(
    generator: np.random.Generator, trained_on: str, tested_on: str, method: str, seed: int, skill: float, images: int
) -> pd.DataFrame:
    truth = np.concatenate([np.arange(4), generator.choice(4, size=images - 4, p=SHARES)])
    logits = generator.normal(0, 1, (images, 4))
    logits[np.arange(images), truth] += 5 * (skill - 0.5)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    frame = pd.DataFrame(
        {
            "trained_on": trained_on,
            "tested_on": tested_on,
            "method": method,
            "seed": seed,
            "image_id": [f"{index:03d}" for index in range(images)],
            "label": [CLASSES[index] for index in truth],
        }
    )
    for index, name in enumerate(CLASSES):
        frame[f"p_{name}"] = probabilities[:, index]
    frame["mask"] = [b"" if method != "chance" else None] * images
    frame["truth"] = [b""] * images
    return frame


def _run(
    generator: np.random.Generator, trained_on: str, tested_on: str, method: str, seed: int, skill: float, images: int
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "trained_on": trained_on,
        "tested_on": tested_on,
        "method": method,
        "seed": seed,
        "n_images": images,
        "n_masks": images,
        "n_undefined": 0,
        "n_empty_truth": 0,
        "n_absent_classes": 0,
    }
    row |= {metric: min(1.0, skill + generator.normal(0, 0.01)) for metric in METRICS}
    for name in CLASSES:
        row[f"n_{name}"] = images // 4
        row |= {f"{metric}_{name}": skill for metric in PER_CLASS}
    if method == "thresholding":
        row["auc"] = np.nan
    return row


def _scores(generator: np.random.Generator, frame: pd.DataFrame, skill: float) -> pd.DataFrame:
    part = frame[["trained_on", "tested_on", "method", "seed", "image_id", "label"]].copy()
    values = np.ones(len(part)) if skill == 1 else generator.beta(20 * skill, 20 * (1 - skill), len(part))
    return part.assign(metric="iou", value=values)


def _summary(runs: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    metrics = [*METRICS, *(f"{metric}_{name}" for metric in PER_CLASS for name in CLASSES)]
    rows = []
    for scenario, pairs in settings["scenarios"].items():
        for pair in [None, *pairs]:
            wanted = [tuple(pair)] if pair else [tuple(one) for one in pairs]
            here = runs[[key in wanted for key in zip(runs["trained_on"], runs["tested_on"], strict=True)]]
            by_seed = here.groupby(["method", "seed"])[metrics].mean()
            counts = here.groupby(["method", "seed"])["n_images"].sum().groupby("method").mean()
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
    return row | {"pairs_needed": 12.0, "note": ""} | cells


NOTHING = dict.fromkeys(
    [
        *("t", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "d_z", "d_z_low", "d_z_high", "g_z"),
        *("p_wilcoxon", "p_sign_flip", "corrected_t", "corrected_p", "corrected_low", "corrected_high"),
        *("corrected_lower", "corrected_upper", "p_equivalence", "power", "pairs_needed"),
    ],
    np.nan,
)
"""A test that could not be made."""


def _comparisons(settings: Mapping[str, Any]) -> pd.DataFrame:
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


def _hypotheses(settings: Mapping[str, Any]) -> pd.DataFrame:
    values = {
        "": (2.9, 1.1, 4.7, 1.65, 4.15, 0.006, "SUPPORTED"),
        "jtsc→cellavision": (4.0, 1.0, 7.0, 1.4, 6.6, 0.07, "DIRECTION ONLY"),
        "cellavision→jtsc": (0.3, -0.9, 1.2, -0.6, 1.0, 0.98, "REFUTED"),
    }
    rows = []
    for key, hypothesis in settings["hypotheses"].items():
        if hypothesis["against"] not in SKILL:
            continue
        for pair in ["", *("→".join(one) for one in settings["scenarios"][hypothesis["scenario"]])]:
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
                | {"verdict": verdict, "crossed_verdict": "INCONCLUSIVE"}
            )
    # Without a row the columns must still be there.
    columns = [
        *("hypothesis", "pair", "scenario", "metric", "reference", "against", "margin", "family", "direction"),
        *_test(0.0),
        *("crossed_p_margin", "p_margin", "p_holm", "least_detectable", "verdict", "crossed_verdict"),
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


def _interactions(settings: Mapping[str, Any]) -> pd.DataFrame:
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
                )
    return pd.DataFrame(rows)


def _claims() -> pd.DataFrame:
    """A claim of each kind, one of them about a row of the paper that two methods stand for."""
    start = {"where": "Abstract; Table 2", "scenario": "in_domain", "pair": "", "reference": "full", "n": 3}
    interval = {"ci_low": 0.9, "ci_high": 0.96, "lower_bound": 0.91, "upper_bound": 0.95, "basis": "redrawn splits"}
    points = {"ci_low": -1.76, "ci_high": 8.16, "lower_bound": -0.18, "upper_bound": 6.58, "basis": "redrawn splits"}
    rows = [
        {"claim": "full_f1", "statement": "An F1 of 0.94", "printed": "0.94 ± 0.01", "kind": "level", "metric": "f1"}
        | {"value": 0.94, "ours": 0.93, "verdict": "INCONCLUSIVE"}
        | interval,
        {"claim": "full_accuracy", "statement": "95.8 % accuracy", "printed": "95.8 ± 0.4", "kind": "level"}
        | {"metric": "accuracy", "value": 0.958, "ours": 0.93, "verdict": "REFUTED"}
        | interval,
        *[
            {"claim": "better", "statement": "Better F1 than Somebody", "printed": "p < 0.05", "kind": "improvement"}
            | {"metric": "f1", "against": against, "ours": 3.2, "p": 0.109, "p_holm": 0.218, "verdict": "INCONCLUSIVE"}
            | points
            for against in ("no_fusion", "unetpp")
        ],
        {"claim": "worse", "where": "Table 3", "statement": "No saliency costs 6 points of IoU", "printed": "6"}
        | {"kind": "difference", "metric": "iou", "against": "no_saliency", "verdict": "", "note": "not run"},
        {"claim": "light", "statement": "Lightweight", "printed": "lightweight", "kind": "untested", "verdict": ""}
        | {"note": "no size is printed"},
        {"claim": "every", "statement": "Better everywhere", "printed": "consistently", "kind": "all"}
        | {"against": "better worse", "verdict": "", "note": "of 3: 2 inconclusive, 1 not run"},
    ]
    columns = [
        *("claim", "where", "statement", "printed", "kind", "metric", "scenario", "pair", "reference", "against"),
        *("value", "n", "ours", "ci_low", "ci_high", "lower_bound", "upper_bound", "basis", "p", "p_holm", "verdict"),
        "note",
    ]
    return pd.DataFrame([start | row for row in rows], columns=columns)


def _power(settings: Mapping[str, Any]) -> pd.DataFrame:
    declared = [key for key, hypothesis in settings["hypotheses"].items() if hypothesis["against"] in SKILL]
    rows = [
        {"hypothesis": key, "n": n, "power": 1 - 0.9**n, "detectable": 1.5 + 6 / n}
        for key in declared
        for n in range(2, 51)
    ]
    return pd.DataFrame(rows, columns=["hypothesis", "n", "power", "detectable"])


AT = ("r0", "r50", "r95")
AUDIT_COMPARISONS = [
    {"table": "Table 2", "metric": "iou", "reference": "SG-CLDFF", "against": "Asha et al. (2024)", "n": 5}
    | {"reference_mean": 82.0, "reference_sd": 1.0, "against_mean": 79.0, "against_sd": 1.0, "difference": 3.0}
    | {"half_unit": 0.5, **{f"p_{at}": 0.009 for at in AT}, **{f"p_holm_{at}": 0.09 for at in AT}}
    | {"p_rounding_low": 0.001, "p_rounding_high": 0.05, "p_low": 0.0, "p_high": 0.1}
    | {"least_r": -1.0, "least_r_rounding": -1.0, "margin": 2.0, **{f"p_margin_{at}": 0.095 for at in AT}, "note": ""}
]
AUDIT_FINDINGS = [{"table": "Figure 5", "method": "SG-CLDFF", "metric": "iou", "kind": "parts", "finding": "Odd."}]
AUDIT_CLAIMS = [
    {"claim": "6% more IoU", "table": "Table 3", "reference": "SG-CLDFF", "against": "Without fusion", "metric": "iou"}
    | {"claimed": "6", "unit": "percent", "p": np.nan, "found": 6.0, "check": "points", "p_check": "", "finding": "So."}
]


def _explained(path: Path, size: int = 32) -> Path:
    """An image that was named correctly and one that was not."""
    generator = np.random.default_rng(0)
    path.parent.mkdir(parents=True, exist_ok=True)
    cell = np.zeros((2, size, size), bool)
    cell[:, 8:24, 8:24] = True
    np.savez_compressed(
        path,
        image=generator.integers(0, 255, (2, size, size, 3), np.uint8),
        image_id=np.array(["000", "001"]),
        label=np.array([CLASSES[0], CLASSES[1]]),
        predicted=np.array([CLASSES[0], CLASSES[2]]),
        confidence=np.array([0.8, 0.7]),
        truth=cell,
        mask=np.roll(cell, 3, axis=1),
        saliency=generator.random((2, size, size), np.float32),
        grad_cam=generator.random((2, size, size), np.float32),
    )
    return path


def _prepared(folder: Path, images: int) -> Path:
    folder.mkdir(parents=True)
    names = [f"{index:03d}" for index in range(images)]
    index = pd.DataFrame({"image_id": names, "label": [CLASSES[i % 4] for i in range(images)], "group": names})
    index.assign(source="x.png", sha256="0").to_csv(folder / "index.csv", index=False)
    dropped = pd.DataFrame({"image_id": ["900", "901"], "label": ["basophil"] * 2, "reason": ["class not used"] * 2})
    dropped.to_csv(folder / "dropped.csv", index=False)
    return folder


def _card(folder: Path) -> Path:
    folder.mkdir(parents=True)
    about = {"licence": "MIT", "redistributable": True, "stain": "Wright"}
    facts = {"about": about, "space": "subtypes", "spaces": {"subtypes": CLASSES}, "images": 12, "masked": 12}
    facts |= {"classes": {name: {"images": 3} for name in CLASSES}, "duplicates": {"overlap": 1}}
    facts |= {"groups": {"number": 11, "kept": True}}
    facts |= {"left_out": [{"label": "basophil", "reason": "class not used", "images": 2}]}
    (folder / "facts.json").write_text(json.dumps(facts))
    return folder


def _audit(folder: Path, datasets: list[str]) -> Path:
    folder.mkdir()
    pairs = pd.DataFrame([[name, name, 12, 11, 0, 1, 2] for name in datasets], columns=PAIR_COLUMNS)
    pairs.to_csv(folder / "duplicates_by_dataset.csv", index=False)
    tests = pd.DataFrame([[name, name, 0, 4, 0, 0, 0] for name in datasets], columns=TEST_COLUMNS)
    tests.to_csv(folder / "leakage_by_test.csv", index=False)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Written once; no test changes these files."""
    return write_experiment(tmp_path_factory.mktemp("experiment"), configuration(), images=12)


@pytest.fixture
def experiment(finished: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """Keyword arguments of `render`; configuration, runs, scores and statistics are copies and may be changed."""
    copied = {
        "runs": shutil.copy(finished["runs"], tmp_path),
        "scores": shutil.copy(finished["scores"], tmp_path),
        "statistics": shutil.copytree(finished["statistics"], tmp_path / "statistics"),
        "reports": tmp_path / "reports",
    }
    return finished | {name: Path(path) for name, path in copied.items()} | {"settings": configuration()}


@pytest.fixture
def perturbations() -> dict[str, Any]:
    """Two axes of stain shift, as the configuration declares them."""
    hue = {"kind": "hue", "title": "hue of the stain", "strongest": 30, "levels": [0.5, 1.0]}
    density = {"kind": "concentration", "title": "concentration of the stain", "strongest": 2.0, "levels": [0.5, 1.0]}
    return {"hue": hue, "concentration": density}


@pytest.fixture
def stain_shifted(experiment: dict[str, Any], perturbations: dict[str, Any]) -> Material:
    """The experiment with scenarios along both axes."""
    read = read_material(experiment["settings"], experiment["runs"], experiment["statistics"])
    along = {f"stain_{axis}": [[name, f"{name}@{axis}"] for name in ("bccd", "jtsc")] for axis in perturbations}
    scenarios = read.settings["scenarios"] | along
    return replace(read, settings=read.settings | {"perturbations": perturbations, "scenarios": scenarios})


@pytest.fixture
def curves(perturbations: dict[str, Any]) -> pd.DataFrame:
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
