"""Read what `prepare` wrote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.method import Samples


def read_index(prepared: Path) -> pd.DataFrame:
    """index.csv of a prepared dataset, every column text, row order = array order; InputError if it is not there."""
    file = prepared / "index.csv"
    if not file.is_file():
        raise InputError(f"{file} is missing: prepare the dataset first.")
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def load_samples(prepared: Path, classes: Sequence[str], image_ids: Collection[str] | None = None) -> Samples:
    """The pictures with these names (None: all of them) in index order; only those are read into memory.

    Raises InputError for a name that the dataset does not hold and for a label outside `classes`.
    """
    index = read_index(prepared)
    rows = np.arange(len(index)) if image_ids is None else np.flatnonzero(index["image_id"].isin(list(image_ids)))
    if image_ids is not None and len(rows) != len(set(image_ids)):
        stray = sorted(set(image_ids) - set(index["image_id"]))[0]
        raise InputError(f"{prepared / 'index.csv'} does not hold the picture {stray}: split the dataset anew.")
    chosen = index.iloc[rows]
    number = {name: position for position, name in enumerate(classes)}
    for label in chosen["label"]:
        if label not in number:
            raise InputError(
                f"{prepared / 'index.csv'} has the class {label}, which is not in the experiment: prepare it anew."
            )
    return Samples(
        image_ids=chosen["image_id"].tolist(),
        images=np.load(prepared / "images.npy", mmap_mode="r")[rows],
        labels=chosen["label"].map(number).to_numpy(np.int64),
        masks=np.load(prepared / "masks.npy", mmap_mode="r")[rows],
    )
