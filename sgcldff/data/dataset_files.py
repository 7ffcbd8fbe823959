"""Read what `prepare` wrote."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.method import HIDDEN, Samples

INDEX = ("image_id", "label", "group", "source", "sha256", "source_label", "masked")


@dataclass(frozen=True)
class DatasetFiles:
    """Of a prepared dataset. A stand-in until branch `data` is merged, whose file replaces this one."""

    images: Path
    masks: Path
    index: Path


def read_index(prepared: Path) -> pd.DataFrame:
    """index.csv of a prepared dataset, every column text, row order = array order.

    Raises InputError where it is missing or damaged.
    """
    return read_text_table(prepared / "index.csv", INDEX, "prepare the dataset")


def read_groups(prepared: Path) -> pd.Series:
    """The group of each image of a prepared dataset by its image_id; InputError as `read_index`."""
    if isinstance(prepared, DatasetFiles):
        prepared = prepared.index
    return read_index(prepared.parent if prepared.suffix == ".csv" else prepared).set_index("image_id")["group"]


def read_text_table(file: Path, columns: Sequence[str], remedy: str) -> pd.DataFrame:
    """A CSV with at least these columns, every column text and no cell of them empty; an image_id occurs once.

    Raises InputError, with what makes the file anew as its remedy, where it is missing or damaged.
    """
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
    except FileNotFoundError as error:
        raise InputError(f"{file} is missing: {remedy} first.") from error
    except (ValueError, OSError) as error:  # pandas' errors of parsing and of decoding are ValueErrors
        raise InputError(f"{file} is damaged ({str(error).splitlines()[0]}): delete it and {remedy} anew.") from error
    absent = [column for column in columns if column not in table]
    if absent:
        raise InputError(f"{file} is damaged (no column {absent[0]}): delete it and {remedy} anew.")
    empty = (table[list(columns)] == "").any(axis=1) | table[list(columns)].isna().any(axis=1)
    if empty.any():
        raise InputError(f"{file} is damaged (line {empty.argmax() + 2} is cut): delete it and {remedy} anew.")
    if "image_id" in columns and table["image_id"].duplicated().any():
        twice = table["image_id"][table["image_id"].duplicated()].iloc[0]
        raise InputError(f"{file} is damaged (it holds {twice} twice): delete it and {remedy} anew.")
    return table


def load_samples(
    prepared: Path,
    classes: Sequence[str],
    image_ids: Collection[str] | None = None,
    labels: Mapping[str, str | None] | None = None,
) -> Samples:
    """The images with these names (None: all of them) in index order; only those are read into memory.

    labels: what the source calls an image -> its class, where `classes` are of another label space than the dataset's
    own: an image without a class there is HIDDEN. Raises InputError for a name that the dataset does not hold, for a
    label outside `classes`, and for arrays that are missing, damaged or of another length than the index.
    """
    if isinstance(prepared, DatasetFiles):
        prepared = prepared.index.parent
    index = read_index(prepared)
    images, masks = open_arrays(prepared, len(index))
    rows = np.arange(len(index)) if image_ids is None else np.flatnonzero(index["image_id"].isin(list(image_ids)))
    if image_ids is not None and len(rows) != len(set(image_ids)):
        stray = sorted(set(image_ids) - set(index["image_id"]))[0]
        raise InputError(f"{prepared / 'index.csv'} does not hold the image {stray}: split the dataset anew.")
    chosen = index.iloc[rows]
    number = {name: position for position, name in enumerate(classes)}
    if labels is None:
        named = chosen["label"]
    else:
        number[""] = HIDDEN
        named = chosen["source_label"].map(lambda label: _class_or_none(labels.get(label), classes))
    for label in named:
        if label not in number:
            raise InputError(
                f"{prepared / 'index.csv'} has the class {label}, which is not in the experiment: prepare it anew."
            )
    return Samples(
        image_ids=chosen["image_id"].tolist(),
        images=images[rows],
        labels=named.map(number).to_numpy(np.int64),
        masks=masks[rows],
    )


def _class_or_none(label: str | None, classes: Sequence[str]) -> str:
    """The class where it takes part, "" where there is none or it does not."""
    return label if label in classes else ""


def open_arrays(prepared: Path, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """images.npy and masks.npy of a prepared dataset, left on disk until they are indexed.

    Raises InputError where one is missing, damaged or has another number of images than `rows`.
    """
    images, masks = (_read_array(prepared / name, rows) for name in ("images.npy", "masks.npy"))
    return images, masks


def _read_array(file: Path, rows: int) -> np.ndarray:
    """An array that stays on disk until it is indexed."""
    try:
        array = np.load(file, mmap_mode="r")
    except FileNotFoundError as error:
        raise InputError(f"{file} is missing: prepare the dataset anew.") from error
    except (ValueError, OSError, EOFError) as error:
        raise InputError(f"{file} is damaged ({error}): delete it and prepare the dataset anew.") from error
    if len(array) != rows:
        raise InputError(f"{file} has {len(array)} images and index.csv {rows}: prepare the dataset anew.")
    return array
