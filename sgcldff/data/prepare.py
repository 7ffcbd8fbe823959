"""Source to prepared: check every image, bring it to one size, map its label, and group the images that overlap."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sgcldff.config.stages.prepare import PrepareSettings
from sgcldff.data.disk_room import needs_room
from sgcldff.data.duplicates.keypoints import read_store, write_store
from sgcldff.data.duplicates.overlaps import group_images, overlaps_within
from sgcldff.data.plausibility import cell_shares, doubts
from sgcldff.data.shards import ARRAYS, Work, keypoints_of, read_result, stamp_of, work_through, write_results
from sgcldff.data.sources.dataset import Dataset, Record
from sgcldff.errors import InputError
from sgcldff.tables.files import write_table

CHUNK = 1024  # images that are copied at a time
# Bytes of disk an image, about, beside its pixels: keypoints (twice while they are collected) and the search.
SEARCHED = 250_000


@dataclass(frozen=True)
class PreparedOutputs:
    """What `prepare` writes: see `DatasetFiles`; dropped: what was left out, and why; keypoints: a folder."""

    images: Path
    masks: Path
    index: Path
    dropped: Path
    duplicates: Path
    keypoints: Path


def prepare(settings: PrepareSettings, dataset: Dataset, raw: Path, out: PreparedOutputs, jobs: int = 1) -> None:
    """Write images, masks, keypoints, duplicates, dropped and, last, the index.

    jobs: processes at work, which change no byte of what is written. The whole field is resized, whatever its
    proportions. An image is read once, and overlaps are sought once: a run that was killed goes on from the folder
    `parts` beside the index with what it had not finished, whatever became of the other files. Images of one group
    (`Record.group`) and those that overlap are one group. Identical images under different classes contradict each
    other and are all dropped; overlapping ones may rightly differ (two cells in one field) and stay.
    What is implausible is printed to standard error (plausibility.py).
    Memory holds the images at work, and in the search for overlaps a piece at a time (see candidates.py).
    Raises InputError for a missing, truncated or ill-sized file, for a label that the settings do not hold, for two
    images of one name and for a full disk: then there is no index, without which nothing goes on.
    """
    folder = out.index.parent
    out.index.unlink(missing_ok=True)
    records = dataset.records(raw)
    kept, dropped = _select(settings, records, raw)
    _check_names(records, raw)
    work = Work(dataset, raw, [record for record, _ in kept], settings.size, folder / "parts")
    with needs_room(folder, len(kept) * (4 * settings.size**2 + SEARCHED)):
        _write(work, kept, dropped, out, jobs, settings.dataset)


def _write(
    work: Work,
    kept: Sequence[tuple[Record, str]],
    dropped: list[tuple[str, str, str]],
    out: PreparedOutputs,
    jobs: int,
    name: str,
) -> None:
    """All files of `prepare`."""
    results = work_through(work, jobs, name)

    everything = np.ones(len(kept), bool)
    write_store(out.keypoints, keypoints_of(work), results["keypoints"], everything)
    duplicates = _duplicates(work, out.keypoints, results["sha256"].tolist())
    index = pd.DataFrame(
        {
            "image_id": [record.image_id for record, _ in kept],
            "label": [label for _, label in kept],
            "group": group_images(len(kept), duplicates[["first", "second"]].to_numpy(), _declared(kept)),
            "source": [record.image for record, _ in kept],
            "sha256": results["sha256"],
            "source_label": [record.label for record, _ in kept],
            "masked": np.where(results["masked"], "yes", "no"),
        }
    )
    contradicted = index.groupby("sha256")["label"].transform("nunique") > 1
    reason = "the same image stands under another class too"
    dropped += [(row.image_id, row.label, reason) for row in index[contradicted].itertuples()]
    keep = ~contradicted.to_numpy()
    if not keep.any():
        raise InputError(
            f"Every image of {work.raw} stands under two classes ({' and '.join(index['source'][:2])} among them): "
            "correct the labels."
        )
    index = index[keep]
    # A group is called by its first image.
    index = index.assign(group=index.groupby("group")["image_id"].transform("first"))

    if contradicted.any():
        write_store(out.keypoints, keypoints_of(work), results["keypoints"], keep)
    for array, file in zip(ARRAYS, (out.images, out.masks), strict=True):
        _put_rows(work.folder / array, file, keep)
    duplicates = duplicates[keep[duplicates["first"]] & keep[duplicates["second"]]]
    names = index["image_id"]
    named = duplicates.assign(first=duplicates["first"].map(names), second=duplicates["second"].map(names))
    write_table(named, out.duplicates)
    write_table(pd.DataFrame(dropped, columns=["image_id", "label", "reason"]), out.dropped)
    write_table(index, out.index)
    prepared_images, prepared_masks = (np.load(file, mmap_mode="r") for file in (out.images, out.masks))
    for doubt in doubts(prepared_images, cell_shares(prepared_masks), index["label"].tolist()):
        print(f"sgcldff: warning: {name}: {doubt}", file=sys.stderr)
    shutil.rmtree(work.folder)


def _duplicates(work: Work, keypoints: Path, sha256: list[str]) -> pd.DataFrame:
    """The pairs of `overlaps_within`; they are kept beside the shards, so that no run searches them twice."""
    file, stamp = work.folder / "duplicates.npz", stamp_of(work)
    columns = {"first": int, "second": int, "kind": str}
    kept = {name: read_result(file, name) for name in ("stamp", *columns)}
    if kept.pop("stamp") == stamp and all(column is not None for column in kept.values()):
        return pd.DataFrame(kept)
    duplicates = overlaps_within(read_store(keypoints), sha256, work.folder / "votes")
    pairs = {name: duplicates[name].to_numpy(kind) for name, kind in columns.items()}
    write_results(file, stamp=np.array(stamp), **pairs)
    return pd.DataFrame(pairs)


def _check_names(records: Sequence[Record], raw: Path) -> None:
    """InputError where two images have one name."""
    first_with: dict[str, Record] = {}
    for record in records:
        first = first_with.setdefault(record.image_id, record)
        if first is not record:
            raise InputError(
                f"{raw / first.image} and {raw / record.image} have the same name {record.image_id}: rename or remove "
                "one of them."
            )


def _select(
    settings: PrepareSettings, records: Sequence[Record], raw: Path
) -> tuple[list[tuple[Record, str]], list[tuple[str, str, str]]]:
    """The records to keep with their class, and (image_id, label, reason) of the others."""
    kept, dropped = [], []
    table = f"catalogue.datasets.{settings.dataset}.labels"
    for record in records:
        if record.label not in settings.labels:
            raise InputError(
                f"{raw / record.image} has the label {record.label!r}, which {table} does not hold: "
                "add it there, with a class or with null."
            )
        label = settings.labels[record.label]
        if label is None:
            dropped.append((record.image_id, record.label, f"label {record.label} has no class in the catalogue"))
        elif label not in settings.classes:
            dropped.append((record.image_id, record.label, f"class {label} is not in the experiment"))
        else:
            kept.append((record, label))
    if not kept:
        raise InputError(f"No image of {raw} has a class of the experiment: correct {table} or classes.")
    return kept, dropped


def _declared(kept: Sequence[tuple[Record, str]]) -> np.ndarray:
    """int [m, 2]: each image whose record names a group, with the first of that group."""
    first_in: dict[str, int] = {}
    links = [(first_in.setdefault(record.group, row), row) for row, (record, _) in enumerate(kept) if record.group]
    return np.array(links, int).reshape(-1, 2)


def _put_rows(source: Path, target: Path, keep: np.ndarray) -> None:
    """Write the rows of an array that are kept to another file; what was there is replaced and the source stays."""
    unfinished = source.with_name(f"kept-{source.name}")
    unfinished.unlink(missing_ok=True)
    if keep.all():
        _link(source, unfinished)
    else:
        array = np.load(source, mmap_mode="r")
        rows = np.flatnonzero(keep)
        chosen = np.lib.format.open_memmap(
            unfinished, mode="w+", dtype=array.dtype, shape=(len(rows), *array.shape[1:])
        )
        for first in range(0, len(rows), CHUNK):
            chosen[first : first + CHUNK] = array[rows[first : first + CHUNK]]
        chosen.flush()
    # To replace a file by another name of itself would leave both.
    target.unlink(missing_ok=True)
    os.replace(unfinished, target)


def _link(source: Path, target: Path) -> None:
    """The same file at another place, or a copy where the disk knows no hard links; as new as if written now."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    os.utime(target)
