"""What the finished run has of each dataset: explanations, index, images that were left out, card and audit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from finished_run.configuration import CLASSES
from sgcldff.reporting.sections.datasets import DUPLICATES, TESTS
from sgcldff.tables.architecture import ARCHITECTURE
from sgcldff.tables.explained import EXPLAINED, RULES


def write_explanations(path: Path, size: int = 32) -> Path:
    """An image that was named rightly and one that was not; the other rules are met by none. A CSV stands beside."""
    generator = np.random.default_rng(0)
    path.parent.mkdir(parents=True, exist_ok=True)
    cell = np.zeros((2, size, size), bool)
    cell[:, 8:24, 8:24] = True
    maps = {name: generator.random((2, size, size), np.float32) for name in ("prior", "saliency", "cam")}
    np.savez_compressed(
        path,
        rule=np.array(["typical", "wrong"]),
        image_id=np.array(["000", "001"]),
        image=generator.integers(0, 255, (2, size, size, 3), np.uint8),
        cell=cell,
        nucleus=np.roll(cell, 6, axis=1) & cell,
        known=np.ones_like(cell),
        mask=np.roll(cell, 3, axis=1),
        **maps,
    )
    explained(path.stem).to_csv(path.with_suffix(".csv"), index=False)
    return path


def explained(dataset: str) -> pd.DataFrame:
    """EXPLAINED of the images of `write_explanations`."""
    about = {"dataset": dataset, "method": "full", "seed": 0, "tested": 12}
    mask = {"true_area": 256, "mask_area": 589, "covered": 0.8, "spilled": 0.2, "stray": 0.0}
    mask |= {"touches_border": 0, "n_cells": 1, "cells_met": 1}
    maps = {"prior_outside": 0.4, "saliency_outside": 0.61, "cam_outside": 0.8, "area_outside": 0.75}
    named = {"label": CLASSES[0], "predicted": CLASSES[0], "probability": 0.8, "label_probability": 0.8, "iou": 0.68}
    misnamed = {"label": CLASSES[1], "predicted": CLASSES[2], "probability": 0.7, "label_probability": 0.05, "iou": 0.6}
    rows = [{"rule": rule, "found": 0} for rule in RULES]
    rows[0] |= {"found": 12, "image_id": "000"} | named | mask | maps
    rows[1] |= {"found": 12}
    rows[2] |= {"found": 1, "image_id": "001"} | misnamed | mask | maps
    return pd.DataFrame([about | row for row in rows]).reindex(columns=list(EXPLAINED.columns))


def write_prepared(folder: Path, images: int) -> Path:
    folder.mkdir(parents=True)
    names = [f"{index:03d}" for index in range(images)]
    index = pd.DataFrame({"image_id": names, "label": [CLASSES[i % 4] for i in range(images)], "group": names})
    index.assign(source="x.png", sha256="0").to_csv(folder / "index.csv", index=False)
    dropped = pd.DataFrame({"image_id": ["900", "901"], "label": ["basophil"] * 2, "reason": ["class not used"] * 2})
    dropped.to_csv(folder / "dropped.csv", index=False)
    return folder


def write_card(folder: Path) -> Path:
    folder.mkdir(parents=True)
    about = {"licence": "MIT", "redistributable": True, "stain": "Wright"}
    facts = {"about": about, "space": "subtypes", "spaces": {"subtypes": CLASSES}, "images": 12, "masked": 12}
    facts |= {"classes": {name: {"images": 3} for name in CLASSES}, "duplicates": {"overlap": 1}}
    facts |= {"groups": {"number": 11, "kept": True}}
    facts |= {"left_out": [{"label": "basophil", "reason": "class not used", "images": 2}]}
    (folder / "facts.json").write_text(json.dumps(facts))
    (folder / "README.md").write_text("# Card\n")
    return folder


def write_audit(folder: Path, datasets: list[str]) -> Path:
    folder.mkdir()
    pairs = pd.DataFrame([[name, name, 12, 11, 0, 1, 2] for name in datasets], columns=list(DUPLICATES.columns))
    pairs.to_csv(folder / "duplicates_by_dataset.csv", index=False)
    tests = pd.DataFrame([[name, name, 0, 4, 0, 0, 0] for name in datasets], columns=list(TESTS.columns))
    tests.to_csv(folder / "leakage_by_test.csv", index=False)
    return folder


def write_architecture(file: Path) -> Path:
    """Of a network of 64 pixels with two stages: 1.5 million parameters, 30 million multiply-adds."""
    blocks = [
        ("input", "", "3×64×64", None, None),
        ("prior", "input", "1×64×64", None, None),
        ("saliency", "input", "1×16×16", 14_449, 8_855_552),
        ("cnn1", "input", "24×16×16", 15_792, 6_189_056),
        ("gate1", "cnn1 saliency", "24×16×16", None, None),
        ("swin1", "gate1", "64×16×16", 101_796, 5_821_184),
        ("cnn2", "gate1", "40×8×8", 39_712, 3_096_576),
        ("gate2", "cnn2 saliency", "40×8×8", None, None),
        ("swin2", "gate2", "128×8×8", 1_000_000, 1_000_000),
        ("fusion", "swin1 swin2", "128×16×16", 217_888, 903_424),
        ("segment", "fusion", "64×64", 92_641, 3_000_000),
        ("classify", "fusion", "4", 17_722, 1_134_208),
    ]
    pd.DataFrame(blocks, columns=list(ARCHITECTURE.columns)).to_csv(file, index=False)
    return file
