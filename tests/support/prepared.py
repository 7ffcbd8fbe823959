"""Prepared datasets of the tests: their files in a folder, as the graph lays them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sgcldff.config.stages.prepare import PrepareSettings
from sgcldff.config.stages.split import SplitSettings
from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.data.prepare import PreparedOutputs, prepare
from sgcldff.data.sources.dataset import Dataset
from sgcldff.method import Samples

SPLIT = SplitSettings(train=0.7, validation=0.1, test=0.2, grouped=True)


def dataset_files(folder: Path) -> DatasetFiles:
    """What is read of a prepared dataset in this folder."""
    return DatasetFiles(folder / "images.npy", folder / "masks.npy", folder / "index.csv")


def write_prepared(folder: Path, samples: Samples, classes: Sequence[str], subsets: Sequence[str]) -> None:
    """The files of `dataset_files` for images that a test has, each a group of its own, and `split.csv`."""
    files = dataset_files(folder)
    np.save(files.images, samples.images)
    np.save(files.masks, samples.masks)
    labels = [classes[label] for label in samples.labels]
    index = dict.fromkeys(("image_id", "group", "source", "sha256"), samples.image_ids)
    pd.DataFrame(index | {"label": labels, "source_label": labels, "masked": "yes"}).to_csv(files.index, index=False)
    pd.DataFrame({"image_id": samples.image_ids, "subset": subsets}).to_csv(folder / "split.csv", index=False)


def prepare_into(
    folder: Path,
    name: str,
    dataset: Dataset,
    raw: Path,
    *,
    size: int,
    classes: Sequence[str],
    labels: Mapping[str, str | None],
    jobs: int = 1,
) -> None:
    """`prepare` with every output in one folder."""
    files = dataset_files(folder)
    out = PreparedOutputs(
        files.images,
        files.masks,
        files.index,
        folder / "dropped.csv",
        folder / "duplicates.csv",
        folder / "keypoints",
    )
    settings = PrepareSettings(
        dataset=name, class_path="given", arguments={}, labels=labels, classes=tuple(classes), size=size
    )
    prepare(settings, dataset, raw, out, jobs)
