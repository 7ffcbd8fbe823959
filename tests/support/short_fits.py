"""What tests of fits share: the training settings of a short one, and files under their usual names."""

from __future__ import annotations

from pathlib import Path

from sgcldff.config.training import Augmentation, Training
from sgcldff.training.fit import FitFiles

ONE_EPOCH = Training(
    epochs=1,
    batch_size=4,
    learning_rate=1e-3,
    decay_factor=0.1,
    decay_every=30,
    patience=10,
    precision="float32",
    augmentation=Augmentation(rotation=15, flips=True, contrast=0.2, noise=5),
)


def fit_files(folder: Path) -> FitFiles:
    """The files of a fit under their usual names."""
    names = ("weights.safetensors", "history.csv", "fit.json", "checkpoint.safetensors")
    return FitFiles(*(folder / name for name in names))
