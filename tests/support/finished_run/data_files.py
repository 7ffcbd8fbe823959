"""What the finished run has of each dataset: explanations, index, images that were left out, card and audit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from finished_run.configuration import CLASSES
from sgcldff.reporting.sections.datasets import DUPLICATES, TESTS
from sgcldff.tables.architecture import ARCHITECTURE


def write_explanations(path: Path, size: int = 32) -> Path:
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
