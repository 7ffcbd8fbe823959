"""What tests of fits share: the training settings of a short one, and files under their usual names."""

from __future__ import annotations

from pathlib import Path

from prepared import dataset_files

from sgcldff.config.stages.fit import FitSettings
from sgcldff.config.training import Augmentation, Training
from sgcldff.data.pools import TrainingData
from sgcldff.training.fit import FitFiles, fit

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


def fit_of(class_path: str, arguments: dict[str, object], folder: Path, **named: object) -> FitFiles:
    """A fit of one epoch on what `write_prepared` left in the folder; named: its method, classes, size and seed."""
    settings = FitSettings(
        trained_on="drawn",
        members=["drawn"],
        class_path=class_path,
        arguments=arguments,
        training=ONE_EPOCH,
        device="cpu",
        **named,
    )
    files = fit_files(folder)
    fit(settings, TrainingData(["drawn"], [dataset_files(folder)], [folder / "split.csv"]), [], 1, files)
    return files
