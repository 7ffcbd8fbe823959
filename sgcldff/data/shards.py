"""Work through the pictures of a source in shards, several at a time, so that a killed run goes on where it stopped.

A shard's pictures and masks go straight into their rows of two arrays on disk; what else is known of them goes into a
file of the shard, written last, which marks it as done. So memory holds the pictures at work and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, fields
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np
from tqdm import tqdm

from sgcldff.data.keypoints import KeypointStore, collect, find_keypoints
from sgcldff.data.resizing import resize_codes, resize_picture
from sgcldff.data.source import Dataset, Record
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN

SHARD = 64
ARRAYS = ("images.npy", "masks.npy")


@dataclass(frozen=True)
class Work:
    """Pictures to bring to `size` pixels a side; the arrays ARRAYS and the shards' files stand in `folder`."""

    dataset: Dataset
    raw: Path
    records: Sequence[Record]
    size: int
    folder: Path

    def shards(self) -> list[slice]:
        return [slice(first, min(first + SHARD, len(self.records))) for first in range(0, len(self.records), SHARD)]

    def file(self, shard: slice) -> Path:
        return self.folder / f"{shard.start:09d}.npz"

    def shard(self, rows: slice) -> _Shard:
        records = list(self.records[rows])
        return _Shard(self.dataset, self.raw, records, self.size, self.folder, rows, self.file(rows))


@dataclass(frozen=True)
class _Shard:
    """What a worker is given."""

    dataset: Dataset
    raw: Path
    records: list[Record]
    size: int
    folder: Path
    rows: slice
    file: Path

    def stamp(self) -> str:
        """Changes with everything that decides what is made of these pictures."""
        named = [name for record in self.records for name in (record.image, record.mask) if name]
        files = [(file.stat().st_size, file.stat().st_mtime_ns) for name in named if (file := self.raw / name).exists()]
        made_of = (self.dataset, self.records, self.size, self.rows.start, files, _code())
        return hashlib.sha256(pickle.dumps(made_of)).hexdigest()


def work_through(work: Work, jobs: int, title: str) -> dict[str, np.ndarray]:
    """Do what is not done, in `jobs` processes; the same bytes come out whatever their number.

    Returns sha256 (text), masked (bool: any pixel of the mask is known) and keypoints (how many), a value a picture.
    Raises the InputError of a wrong picture, and one where a process was killed.
    """
    shapes = dict(zip(ARRAYS, _shapes(len(work.records), work.size), strict=True))
    if any(_shape(work.folder / name) != shape for name, shape in shapes.items()):
        shutil.rmtree(work.folder, ignore_errors=True)
        work.folder.mkdir(parents=True)
        for name, shape in shapes.items():
            np.lib.format.open_memmap(work.folder / name, mode="w+", dtype=np.uint8, shape=shape)
    shards = [work.shard(rows) for rows in work.shards()]
    left = [shard for shard in shards if _read(shard.file, "stamp") != shard.stamp()]
    pictures = len(work.records)
    with tqdm(
        total=pictures,
        initial=pictures - sum(len(shard.records) for shard in left),
        desc=f"prepare {title}",
        unit="picture",
        mininterval=1,
    ) as progress:
        for finished in _finished(left, jobs, title):
            progress.update(finished)
    rows = {name: [_read(shard.file, name) for shard in shards] for name in ("sha256", "masked", "offsets")}
    rows["keypoints"] = [np.diff(offsets) for offsets in rows.pop("offsets")]
    return {name: np.concatenate(values) for name, values in rows.items()}


def keypoints_of(work: Work) -> Iterator[KeypointStore]:
    """The keypoints of each shard in turn, when all are done."""
    for rows in work.shards():
        with np.load(work.file(rows)) as held:
            yield KeypointStore(**{name: held[name] for name in (field.name for field in fields(KeypointStore))})


def _finished(shards: list[_Shard], jobs: int, title: str) -> Iterator[int]:
    """The number of pictures of each shard when it is done."""
    if jobs == 1 or len(shards) < 2:
        yield from map(_do, shards)
        return
    # A fresh process, since a copy of this one could inherit a lock that one of its threads holds.
    with ProcessPoolExecutor(min(jobs, len(shards)), get_context("spawn"), cv2.setNumThreads, (1,)) as pool:
        try:
            for done in as_completed([pool.submit(_do, shard) for shard in shards]):
                yield done.result()
        except BrokenProcessPool as error:
            raise InputError(
                f"A process that prepares {title} was killed, most likely for want of memory: run again with fewer "
                "jobs; what is finished is kept."
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _do(shard: _Shard) -> int:
    images, masks = (np.load(shard.folder / name, mmap_mode="r+") for name in ARRAYS)
    stamp = shard.stamp()
    digests, masked, keypoints = [], [], []
    for row, record in enumerate(shard.records, start=shard.rows.start):
        picture, codes = shard.dataset.read(shard.raw, record)
        if picture.shape[:2] != codes.shape:
            raise InputError(
                f"The mask {shard.raw / (record.mask or record.image)} is {codes.shape[1]}x{codes.shape[0]} pixels and "
                f"its picture {record.image} {picture.shape[1]}x{picture.shape[0]}: delete both and run again to fetch "
                "anew."
            )
        images[row] = resize_picture(picture, shard.size)
        masks[row] = resize_codes(codes, shard.size)
        digests.append(hashlib.sha256(repr(picture.shape).encode() + picture.tobytes()).hexdigest())
        masked.append(bool((codes != UNKNOWN).any()))
        keypoints.append(find_keypoints(picture))
    images.flush()
    masks.flush()
    part = shard.file.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, stamp=stamp, sha256=np.array(digests), masked=np.array(masked), **vars(collect(keypoints)))
    os.replace(part, shard.file)
    return len(shard.records)


def _shapes(pictures: int, size: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return (pictures, size, size, 3), (pictures, size, size)


def _shape(file: Path) -> tuple[int, ...] | None:
    """The shape of an array on disk, None where there is none."""
    try:
        return np.load(file, mmap_mode="r").shape
    except (OSError, ValueError, EOFError):
        return None


def _read(file: Path, name: str) -> np.ndarray | None:
    """A value of a shard's file, None where there is none or it is damaged."""
    try:
        with np.load(file) as held:
            return held[name]
    except (OSError, ValueError, EOFError, KeyError, BadZipFile):
        return None


@cache
def _code() -> str:
    """Of the project's code for data; an adapter's own module may stand elsewhere, and its class is in the stamp."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
