"""Source to prepared: check every picture, bring it to one size, map its label, and group the pictures that overlap."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from tqdm import tqdm

from sgcldff.data.overlaps import find_keypoints, group_pictures
from sgcldff.data.source import Dataset, Record
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

CODES = np.array([BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN], np.uint8)


def prepare(
    name: str,
    dataset: Dataset,
    raw: Path,
    out: Path,
    size: int,
    classes: Sequence[str],
    labels: Mapping[str, str | None],
) -> None:
    """Write images.npy, masks.npy, dropped.csv and, last, index.csv into `out` (contracts in DESIGN.md).

    name: the dataset's key in the configuration; size: pixels a side; labels: the source's label to the class, or to
    None where the experiment leaves it out. The whole field is resized, whatever its proportions. Identical pictures
    under different classes contradict each other and are all dropped; overlapping ones may rightly differ (two cells
    in one field) and stay.
    Raises InputError for a missing, truncated or ill-sized file and for a label that `labels` does not hold, before
    anything is written.
    """
    kept, dropped = _select(name, dataset.records(raw), classes, labels, raw)
    digests, keypoints = [], []
    for record, _ in tqdm(kept, desc=f"check {name}", unit="picture", mininterval=1):
        picture, _ = _read(dataset, raw, record)
        digests.append(hashlib.sha256(repr(picture.shape).encode() + picture.tobytes()).hexdigest())
        keypoints.append(find_keypoints(picture))
    index = pd.DataFrame(
        {
            "image_id": [record.image_id for record, _ in kept],
            "label": [label for _, label in kept],
            "group": group_pictures(digests, keypoints),
            "source": [record.image for record, _ in kept],
            "sha256": digests,
        }
    )
    contradicted = index.groupby("sha256")["label"].transform("nunique") > 1
    reason = "the same picture stands under another class too"
    dropped += [(row.image_id, row.label, reason) for row in index[contradicted].itertuples()]
    index = index[~contradicted]
    # A group is called by its first picture.
    index = index.assign(group=index.groupby("group")["image_id"].transform("first"))

    out.mkdir(parents=True, exist_ok=True)
    (out / "index.csv").unlink(missing_ok=True)
    _write_arrays(dataset, raw, [kept[position][0] for position in index.index], out, size, name)
    _write_table(pd.DataFrame(dropped, columns=["image_id", "label", "reason"]), out / "dropped.csv")
    _write_table(index, out / "index.csv")


def resize_picture(picture: np.ndarray, size: int) -> np.ndarray:
    """The whole field of an RGB uint8 picture as [size, size, 3]; averages over areas where it shrinks."""
    shrinks = picture.shape[0] * picture.shape[1] > size * size
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def resize_codes(codes: np.ndarray, size: int) -> np.ndarray:
    """Mask codes as [size, size], each pixel the code with the largest share of what it covers.

    Shares come from the same resampling as the picture's, so outline and picture stay in place of each other and
    areas are not biased, as they are where single pixels are picked.
    """
    shares = np.stack([resize_picture((codes == code).astype(np.float32), size) for code in CODES])
    return CODES[shares.argmax(axis=0)]


def _select(
    name: str, records: list[Record], classes: Sequence[str], labels: Mapping[str, str | None], raw: Path
) -> tuple[list[tuple[Record, str]], list[tuple[str, str, str]]]:
    """The records to keep with their class, and (image_id, label, reason) of the others."""
    kept, dropped = [], []
    for record in records:
        if record.label not in labels:
            raise InputError(
                f"{raw / record.image} has the label {record.label!r}, which datasets.{name}.labels does not hold: "
                "add it there, with a class or with null."
            )
        label = labels[record.label]
        if label is None:
            dropped.append(
                (record.image_id, record.label, f"label {record.label} is left out by datasets.{name}.labels")
            )
        elif label not in classes:
            dropped.append((record.image_id, record.label, f"class {label} is not in the experiment"))
        else:
            kept.append((record, label))
    if not kept:
        raise InputError(
            f"No picture of {raw} has a class of the experiment: correct datasets.{name}.labels or classes."
        )
    return kept, dropped


def _read(dataset: Dataset, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
    picture, codes = dataset.read(raw, record)
    if picture.shape[:2] != codes.shape:
        raise InputError(
            f"The mask {raw / (record.mask or record.image)} is {codes.shape[1]}x{codes.shape[0]} pixels and its "
            f"picture {record.image} {picture.shape[1]}x{picture.shape[0]}: delete both and run again to fetch anew."
        )
    return picture, codes


def _write_arrays(dataset: Dataset, raw: Path, records: list[Record], out: Path, size: int, name: str) -> None:
    shapes = {"images": (len(records), size, size, 3), "masks": (len(records), size, size)}
    parts = {key: out / f"{key}.npy.part" for key in shapes}
    arrays = {
        key: np.lib.format.open_memmap(parts[key], mode="w+", dtype=np.uint8, shape=shape)
        for key, shape in shapes.items()
    }
    for row, record in enumerate(tqdm(records, desc=f"prepare {name}", unit="picture", mininterval=1)):
        picture, codes = _read(dataset, raw, record)
        arrays["images"][row] = resize_picture(picture, size)
        arrays["masks"][row] = resize_codes(codes, size)
    for key, array in arrays.items():
        array.flush()
        os.replace(parts[key], out / f"{key}.npy")


def _write_table(table: pd.DataFrame, file: Path) -> None:
    part = file.with_name(file.name + ".part")
    table.to_csv(part, index=False, lineterminator="\n")
    os.replace(part, file)
