"""What a prepared dataset is and holds, measured from its files: the content of its card and of the table of datasets.

Nothing in it is an image: facts.json may be passed on where the images may not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd

from sgcldff.config.stages.card import CardSettings
from sgcldff.data.dataset_files import DatasetFiles, open_arrays, read_index
from sgcldff.data.duplicates.table import read_duplicates
from sgcldff.data.plausibility import doubts
from sgcldff.data.sources.dataset import Dataset, Record
from sgcldff.data.subsets import SUBSETS, read_subsets
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN
from sgcldff.tables.files import write_text

REGIONS = {"nucleus": NUCLEUS, "cytoplasm": CYTOPLASM, "background": BACKGROUND}
SIZES_READ = 200  # Source images that are read for their sizes, at most, evenly spaced over the index
QUARTILES = (25, 50, 75)
# Places a side at which colours are read, up to twice as many: the medians are those of all pixels, much sooner.
GRID = 96
FEWEST_PIXELS = 10  # a region with fewer of them in an image gives no colour
CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


@dataclass(frozen=True)
class CardSources:
    """The files that a card is made from; splits: one a seed."""

    prepared: DatasetFiles
    dropped: Path
    duplicates: Path
    splits: Sequence[Path]


def gather_facts(settings: CardSettings, dataset: Dataset, raw: Path, files: CardSources) -> dict[str, Any]:
    """Everything that the card says, ready for JSON; None where nothing is known.

    Raises InputError where a file is missing or damaged.
    """
    index = read_index(files.prepared.index)
    images, masks = open_arrays(files.prepared, len(index))
    measured = _measure(images, masks)
    records = {record.image_id: record for record in dataset.records(raw)}
    if gone := sorted(set(index["image_id"]) - set(records)):
        raise InputError(f"{gone[0]} is not at the source: prepare {settings.dataset} again.")
    groups, duplicates = index["group"].value_counts(), read_duplicates(files.duplicates)
    spaces = {name: list(classes) for name, classes in settings.classes.items()}
    return {
        "dataset": settings.dataset,
        "title": settings.title,
        "about": asdict(dataset.about),
        "size": int(images.shape[1]),
        "images": len(index),
        "masked": int(measured["masked"].sum()),
        "doubts": doubts(images, measured["cell"].to_numpy(float), index["label"].tolist()),
        "remarks": dataset.remarks(raw),
        "groups": {
            "number": len(groups),
            "largest": int(groups.max()),
            "shared": int(groups[groups > 1].sum()),
            "kept": settings.grouped,
        },
        "duplicates": {kind: int(number) for kind, number in duplicates["kind"].value_counts().items()},
        "classes": _by_class(index, measured, files.splits, spaces[settings.space]),
        "seeds": len(files.splits),
        "colours": _colours(measured),
        "sizes": _sizes(dataset, raw, [records[name] for name in index["image_id"]]),
        "left_out": _left_out(files.dropped),
        "space": settings.space,
        "spaces": spaces,
        "labels": settings.labels,
        "source_labels": dict(Counter(record.label for record in records.values())),
    }


def write_facts(facts: Mapping[str, Any], file: Path) -> None:
    """The facts as JSON."""
    write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", file)


def _measure(images: np.ndarray, masks: np.ndarray) -> pd.DataFrame:
    """A row an image, read one at a time: masked, cell, nucleus (shares of the image and of the cell, NaN without),
    cut (whether the border may cut the cell), and the median red, green and blue of each region."""
    step = max(1, masks.shape[1] // GRID)
    return pd.DataFrame(
        [
            _shapes(mask) | _medians(image[::step, ::step], mask[::step, ::step])
            for image, mask in zip(images, masks, strict=True)
        ]
    )


def _shapes(mask: np.ndarray) -> dict[str, Any]:
    known = mask != UNKNOWN
    cell = known & (mask != BACKGROUND)
    return {
        "masked": bool(known.any()),
        "cell": cell.sum() / known.sum() if known.any() else np.nan,
        "nucleus": (mask == NUCLEUS).sum() / cell.sum() if cell.any() else np.nan,
        "cut": bool(cell[_beside_the_border(~known)].any()),
    }


def _beside_the_border(unknown: np.ndarray) -> np.ndarray:
    """Pixels at the image's edge, or at unknown ones that reach it, as those of a margin that masks leave out."""
    outside = np.pad(unknown.astype(np.uint8), 1, constant_values=1)
    cv2.floodFill(outside, None, (0, 0), 2)
    return cv2.dilate((outside == 2).astype(np.uint8), CROSS)[1:-1, 1:-1] > 0


def _medians(image: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    """Of each region and of the whole image, NaN where a region has too few pixels."""
    medians: dict[str, float] = {}
    for region in (*REGIONS, "image"):
        pixels = image[mask == REGIONS[region]] if region in REGIONS else image.reshape(-1, 3)
        colour = np.median(pixels, axis=0) if len(pixels) >= FEWEST_PIXELS else [np.nan] * 3
        medians |= {f"{region} {channel}": value for channel, value in zip("rgb", colour, strict=True)}
    return medians


def _by_class(
    index: pd.DataFrame, images: pd.DataFrame, splits: Sequence[Path], classes: Sequence[str]
) -> dict[str, Any]:
    """For each class: images, groups, images in each subset (one number a seed), and the quartiles of the shares."""
    subset_of = [{name: subset for subset, names in read_subsets(file).items() for name in names} for file in splits]
    drawn = [index["image_id"].map(names) for names in subset_of]
    by_class = {}
    for label in classes:
        mine = index["label"] == label
        if not mine.any():
            continue
        measured = images[mine]
        by_class[label] = {
            "images": int(mine.sum()),
            "masked": int(measured["masked"].sum()),
            "groups": int(index.loc[mine, "group"].nunique()),
            "subsets": {subset: [int((mine & (of == subset)).sum()) for of in drawn] for subset in SUBSETS},
            "cell": _quartiles(measured["cell"]),
            "nucleus": _quartiles(measured["nucleus"]),
            "cut": int(measured["cut"].sum()) if measured["masked"].any() else None,
        }
    return by_class


def _quartiles(values: pd.Series) -> list[float] | None:
    known = values.dropna()
    return None if known.empty else [round(float(value), 5) for value in np.percentile(known, QUARTILES)]


def _colours(images: pd.DataFrame) -> dict[str, list[int] | None]:
    """The median over the images of each region's median red, green and blue; None where no mask shows the region."""
    medians: dict[str, list[int] | None] = {}
    for region in (*REGIONS, "image"):
        channels = images[[f"{region} {channel}" for channel in "rgb"]].dropna()
        medians[region] = None if channels.empty else [round(float(value)) for value in channels.median()]
    return medians


def _sizes(dataset: Dataset, raw: Path, records: Sequence[Record]) -> dict[str, Any]:
    """Widths and heights of the source's own images, in pixels, the most frequent one first."""
    chosen = np.unique(np.linspace(0, len(records) - 1, SIZES_READ).astype(int))
    shapes = [dataset.read(raw, records[position])[0].shape for position in chosen]
    (height, width, _), number = Counter(shapes).most_common(1)[0]
    heights, widths = ([shape[axis] for shape in shapes] for axis in (0, 1))
    return {
        "read": len(shapes),
        "most": [width, height],
        "share": number / len(shapes),
        "widths": [min(widths), max(widths)],
        "heights": [min(heights), max(heights)],
    }


def _left_out(file: Path) -> list[dict[str, Any]]:
    try:
        dropped = pd.read_csv(file, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise InputError(f"{file} is missing or damaged ({error}): prepare the dataset again.") from error
    return [
        {"label": label, "reason": reason, "images": int(number)}
        for (label, reason), number in dropped.groupby(["label", "reason"]).size().items()
    ]
