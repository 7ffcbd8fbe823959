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
    """What is read of a prepared dataset.

    images: uint8 [N, H, W, 3]; masks: uint8 [N, H, W]; index: CSV with the columns INDEX, a row an image.
    """

    images: Path
    masks: Path
    index: Path


def read_index(index: Path) -> pd.DataFrame:
    """The index of a prepared dataset, every column text, row order = array order.

    Raises InputError where it is missing or damaged.
    """
    return read_text_table(index, INDEX, "prepare the dataset")


def read_groups(index: Path) -> pd.Series:
    """The group of each image of a prepared dataset by its image_id; InputError as `read_index`."""
    return read_index(index).set_index("image_id")["group"]


def read_text_table(file: Path, columns: Sequence[str], remedy: str) -> pd.DataFrame:
    """A CSV with at least these columns, every column text and no cell of them empty; an image_id occurs once.

    Raises InputError, with what makes the file again as its remedy, where it is missing or damaged.
    """
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
    except FileNotFoundError as error:
        raise InputError(f"{file} is missing: {remedy} first.") from error
    except (ValueError, OSError) as error:  # pandas' errors of parsing and of decoding are ValueErrors
        raise InputError(f"{file} is damaged ({str(error).splitlines()[0]}): delete it and {remedy} again.") from error
    absent = [column for column in columns if column not in table]
    if absent:
        raise InputError(f"{file} is damaged (no column {absent[0]}): delete it and {remedy} again.")
    empty = (table[list(columns)] == "").any(axis=1) | table[list(columns)].isna().any(axis=1)
    if empty.any():
        raise InputError(f"{file} is damaged (line {empty.argmax() + 2} is cut): delete it and {remedy} again.")
    if "image_id" in columns and table["image_id"].duplicated().any():
        twice = table["image_id"][table["image_id"].duplicated()].iloc[0]
        raise InputError(f"{file} is damaged (it holds {twice} twice): delete it and {remedy} again.")
    return table


def load_samples(
    files: DatasetFiles,
    classes: Sequence[str],
    image_ids: Collection[str] | None = None,
    labels: Mapping[str, str | None] | None = None,
) -> Samples:
    """The images with these names (None: all of them) in index order; only those are read into memory.

    labels: what the source calls an image -> its class, where `classes` are of another label space than the dataset's
    own: an image without a class there is HIDDEN. Raises InputError for a name that the dataset does not hold, for a
    label outside `classes`, and for arrays that are missing, damaged or of another length than the index.
    """
    index = read_index(files.index)
    images, masks = open_arrays(files, len(index))
    rows = np.arange(len(index)) if image_ids is None else np.flatnonzero(index["image_id"].isin(list(image_ids)))
    if image_ids is not None and len(rows) != len(set(image_ids)):
        stray = sorted(set(image_ids) - set(index["image_id"]))[0]
        raise InputError(f"{files.index} does not hold the image {stray}: split the dataset again.")
    chosen = index.iloc[rows]
    number = {name: position for position, name in enumerate(classes)}
    if labels is None:
        named = chosen["label"]
    else:
        number[""] = HIDDEN
        named = chosen["source_label"].map(lambda label: _class_or_none(labels.get(label), classes))
    for label in named:
        if label not in number:
            raise InputError(f"{files.index} has the class {label}, which is not in the experiment: prepare it again.")
    return Samples(
        image_ids=chosen["image_id"].tolist(),
        images=images[rows],
        labels=named.map(number).to_numpy(np.int64),
        masks=masks[rows],
    )


def _class_or_none(label: str | None, classes: Sequence[str]) -> str:
    """The class where it takes part, "" where there is none or it does not."""
    return label if label in classes else ""


def open_arrays(files: DatasetFiles, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Images and masks of a prepared dataset, left on disk until they are indexed.

    Raises InputError where one is missing, damaged or has another number of images than `rows`.
    """
    return _read_array(files.images, rows), _read_array(files.masks, rows)


def _read_array(file: Path, rows: int) -> np.ndarray:
    """An array that stays on disk until it is indexed."""
    try:
        array = np.load(file, mmap_mode="r")
    except FileNotFoundError as error:
        raise InputError(f"{file} is missing: prepare the dataset again.") from error
    except (ValueError, OSError, EOFError) as error:
        raise InputError(f"{file} is damaged ({error}): delete it and prepare the dataset again.") from error
    if len(array) != rows:
        raise InputError(f"{file} has {len(array)} images and index.csv {rows}: prepare the dataset again.")
    return array
