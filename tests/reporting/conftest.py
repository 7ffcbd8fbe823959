"""A finished experiment in miniature: every file that a report reads, with numbers drawn from a seed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

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
        "classes": CLASSES,
        "seeds": [0, 1, 2],
        "size": 96,
        "training": {"epochs": 25, "batch_size": 32},
        "datasets": {
            "bccd": {"title": "BCCD"},
            "jtsc": {"title": "JTSC"},
            "cellavision": {"title": "CellaVision"},
        },
        "methods": {
            "full": {"title": "SG-CLDFF", "role": "reference", "paper": "SG-CLDFF"},
            "no_saliency": {
                "title": "Without saliency",
                "role": "ablation",
                "paper": "Without saliency-guided preprocessing",
            },
            "no_fusion": {"title": "Without fusion", "role": "ablation", "paper": "Without cross-layer fusion"},
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
            },
            "fusion": {
                "title": "Fusion helps under domain shift",
                "reference": "full",
                "against": "no_fusion",
                "metric": "f1",
                "scenario": "domain_shift",
                "margin": 1.5,
            },
        },
    }


def write_experiment(folder: Path, settings: Mapping[str, Any], pictures: int = 40) -> dict[str, Any]:
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
                spent: dict[str, Any] = {"method": method, "pictures": 50, "seconds": 0.25, "device": "CPU"}
                spent |= {"parameters": 12, "multiply_adds": None}
                if method in NETWORKS:
                    spent |= {"parameters": 4_200_000, "multiply_adds": 350_000_000}
                cost.write_text(json.dumps(spent))
                costs.append(cost)
            for trained_on, tested_on in pairs:
                skill = SKILL[method] - (0.0 if trained_on == tested_on or method == "oracle" else 0.2)
                frame = _prediction(generator, trained_on, tested_on, method, seed, skill, pictures)
                path = folder / "predictions" / trained_on / method / f"seed-{seed}" / f"{tested_on}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                frame.to_parquet(path)
                predictions.append(path)
                run_rows.append(_run(generator, trained_on, tested_on, method, seed, skill, pictures))
                score_parts.append(_scores(generator, frame, skill))
    runs = pd.DataFrame(run_rows)
    runs.to_csv(folder / "runs.csv", index=False)
    pd.concat(score_parts).to_parquet(folder / "scores.parquet")
    statistics = folder / "statistics"
    statistics.mkdir()
    _summary(runs, settings).to_csv(statistics / "summary.csv", index=False)
    _comparisons(settings).to_csv(statistics / "comparisons.csv", index=False)
    _hypotheses(settings).to_csv(statistics / "hypotheses.csv", index=False)
    return {
        "settings": settings,
        "runs": folder / "runs.csv",
        "scores": folder / "scores.parquet",
        "statistics": statistics,
        "predictions": predictions,
        "fits": fits,
        "costs": costs,
        "explanations": {name: _explained(folder / "explanations" / f"{name}.npz") for name in settings["datasets"]},
        "prepared": {name: _prepared(folder / "data" / name, pictures) for name in settings["datasets"]},
        "reports": folder / "reports",
    }


def _prediction(
    generator: np.random.Generator, trained_on: str, tested_on: str, method: str, seed: int, skill: float, pictures: int
) -> pd.DataFrame:
    truth = np.concatenate([np.arange(4), generator.choice(4, size=pictures - 4, p=SHARES)])
    logits = generator.normal(0, 1, (pictures, 4))
    logits[np.arange(pictures), truth] += 5 * (skill - 0.5)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    frame = pd.DataFrame(
        {
            "trained_on": trained_on,
            "tested_on": tested_on,
            "method": method,
            "seed": seed,
            "image_id": [f"{index:03d}" for index in range(pictures)],
            "label": [CLASSES[index] for index in truth],
        }
    )
    for index, name in enumerate(CLASSES):
        frame[f"p_{name}"] = probabilities[:, index]
    frame["mask"] = [b"" if method != "chance" else None] * pictures
    frame["truth"] = [b""] * pictures
    return frame


def _run(
    generator: np.random.Generator, trained_on: str, tested_on: str, method: str, seed: int, skill: float, pictures: int
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "trained_on": trained_on,
        "tested_on": tested_on,
        "method": method,
        "seed": seed,
        "n_images": pictures,
        "n_masks": pictures,
        "n_undefined": 0,
        "n_empty_truth": 0,
        "n_absent_classes": 0,
    }
    row |= {metric: min(1.0, skill + generator.normal(0, 0.01)) for metric in METRICS}
    for name in CLASSES:
        row[f"n_{name}"] = pictures // 4
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
                            "n_images": counts[method],
                        }
                    )
    return pd.DataFrame(rows)


def _comparisons(settings: Mapping[str, Any]) -> pd.DataFrame:
    rows = []
    for pair in ["", "bccd→bccd"]:
        for against in [key for key in settings["methods"] if key in SKILL and key != "full"]:
            for metric in ("accuracy", "f1", "auc", "iou"):
                constant = against == "oracle"
                rows.append(
                    {
                        "scenario": "in_domain",
                        "pair": pair,
                        "metric": metric,
                        "reference": "full",
                        "against": against,
                        "n": 3,
                        "mean": -7.0 if constant else 3.2,
                        "sd": 0.0 if constant else 1.0,
                        "t": np.nan if constant else 5.543,
                        "df": 2,
                        "p": np.nan if constant else 0.031,
                        "ci_low": np.nan if constant else 0.72,
                        "ci_high": np.nan if constant else 5.68,
                        "d_z": np.nan,
                        "g_z": np.nan,
                        "p_holm": np.nan if constant else 0.0004,
                        "p_bh": np.nan,
                        "note": "constant difference" if constant else "",
                    }
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
            rows.append(
                {
                    "hypothesis": key,
                    **{
                        column: hypothesis[column]
                        for column in ("scenario", "metric", "reference", "against", "margin")
                    },
                    **{"pair": pair, "n": 3, "mean": mean, "sd": 1.0, "t": 3.0, "df": 2, "p": 0.04},
                    **{"ci_low": low, "ci_high": high, "lower_bound": lower, "upper_bound": upper},
                    **{"p_margin": p, "d_z": 1.0, "g_z": 0.8, "verdict": verdict, "note": ""},
                }
            )
    columns = [
        *("hypothesis", "scenario", "pair", "metric", "reference", "against", "margin", "n", "mean", "sd", "t", "df"),
        *("p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin", "d_z", "g_z", "verdict", "note"),
    ]
    return pd.DataFrame(rows, columns=columns)


def _explained(path: Path, size: int = 32) -> Path:
    """A picture that was named correctly and one that was not."""
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


def _prepared(folder: Path, pictures: int) -> Path:
    folder.mkdir(parents=True)
    names = [f"{index:03d}" for index in range(pictures)]
    index = pd.DataFrame({"image_id": names, "label": [CLASSES[i % 4] for i in range(pictures)], "group": names})
    index.assign(source="x.png", sha256="0").to_csv(folder / "index.csv", index=False)
    dropped = pd.DataFrame({"image_id": ["900", "901"], "label": ["basophil"] * 2, "reason": ["class not used"] * 2})
    dropped.to_csv(folder / "dropped.csv", index=False)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Written once; no test changes these files."""
    return write_experiment(tmp_path_factory.mktemp("experiment"), configuration(), pictures=12)


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
