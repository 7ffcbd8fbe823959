"""Work through the images of a source in shards, several at a time, so that a killed run goes on where it stopped.

The images and masks of a shard go straight into their rows of two arrays on disk. All else that is known of them goes
into a file of the shard. It is written last and so marks the shard as done. Memory holds the images at work alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import starmap
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np
from tqdm import tqdm

from sgcldff.data.disk_room import create_array
from sgcldff.data.duplicates.keypoints import KeypointStore, collect, find_keypoints
from sgcldff.data.resizing import resize_codes, resize_image
from sgcldff.data.sources.dataset import Dataset, Record
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN
from sgcldff.tables.files import whole_file

SHARD = 64  # images
ARRAYS = ("images.npy", "masks.npy")


@dataclass(frozen=True)
class Work:
    """Images to bring to `size` pixels a side; the arrays ARRAYS and the shards' files stand in `folder`."""

    dataset: Dataset
    raw: Path
    records: Sequence[Record]
    size: int
    folder: Path

    def shards(self) -> list[Shard]:
        firsts = range(0, len(self.records), SHARD)
        return [Shard(replace(self, records=list(self.records[first : first + SHARD])), first) for first in firsts]


@dataclass(frozen=True)
class Shard:
    """The piece of the work that begins at this row of the arrays."""

    work: Work
    first: int

    @property
    def file(self) -> Path:
        return self.work.folder / f"{self.first:09d}.npz"

    def stamp(self) -> str:
        """Changes with everything that decides what is made of these images."""
        records = [vars(record) for record in self.work.records]
        named = [
            self.work.raw / name
            for record in self.work.records
            for name in (record.image, record.mask, *record.further_masks)
            if name
        ]
        files = [(state.st_size, state.st_mtime_ns) for state in (file.stat() for file in named if file.exists())]
        kind = f"{type(self.work.dataset).__module__}.{type(self.work.dataset).__qualname__}"
        text = json.dumps([kind, records, files, self.work.size, self.first, _code()])
        return hashlib.sha256(text.encode() + pickle.dumps(vars(self.work.dataset))).hexdigest()


def work_through(work: Work, jobs: int, title: str) -> dict[str, np.ndarray]:
    """Finish the shards that are not done, in `jobs` processes; their number changes no byte.

    Returns sha256 (text), masked (bool: any pixel of the mask is known) and keypoints (how many), a value an image.
    Raises the InputError of a wrong image, and one where a process was killed.
    """
    shapes = dict(zip(ARRAYS, _shapes(len(work.records), work.size), strict=True))
    if any(_shape_on_disk(work.folder / name) != shape for name, shape in shapes.items()):
        shutil.rmtree(work.folder, ignore_errors=True)
        work.folder.mkdir(parents=True)
        for name, shape in shapes.items():
            create_array(work.folder / name, shape)
    shards = work.shards()
    # Stamps are made here and not where the work is done: an unpickled dataset need not pickle to the same bytes.
    stamped = [(shard, shard.stamp()) for shard in shards]
    left = [(shard, stamp) for shard, stamp in stamped if read_result(shard.file, "stamp") != stamp]
    images = len(work.records)
    with tqdm(
        total=images,
        initial=images - sum(len(shard.work.records) for shard, _ in left),
        desc=f"prepare {title}",
        unit="image",
        mininterval=1,
    ) as progress:
        for finished in _finished(left, jobs, title):
            progress.update(finished)
    rows = {name: [read_result(shard.file, name) for shard in shards] for name in ("sha256", "masked", "offsets")}
    rows["keypoints"] = [np.diff(offsets) for offsets in rows.pop("offsets")]
    return {name: np.concatenate(values) for name, values in rows.items()}


def stamp_of(work: Work) -> str:
    """Changes with everything that decides what was made of all images, when all are done."""
    return hashlib.sha256(
        "".join(str(read_result(shard.file, "stamp")) for shard in work.shards()).encode()
    ).hexdigest()


def keypoints_of(work: Work) -> Iterator[KeypointStore]:
    """The keypoints of each shard in turn, when all are done."""
    for shard in work.shards():
        with np.load(shard.file) as results:
            yield KeypointStore(**{field.name: results[field.name] for field in fields(KeypointStore)})


def write_results(file: Path, **values: np.ndarray) -> None:
    """Keep results for a run that goes on: all of them or none, whenever this one is killed."""
    with whole_file(file) as unfinished, unfinished.open("wb") as stream:
        np.savez(stream, **values)


def read_result(file: Path, name: str) -> np.ndarray | None:
    """A result of a file that `write_results` left; None where it has none of that name, or is missing or damaged."""
    try:
        with np.load(file) as results:
            return results[name]
    except (OSError, ValueError, EOFError, KeyError, BadZipFile):
        return None


def _finished(left: list[tuple[Shard, str]], jobs: int, title: str) -> Iterator[int]:
    """The number of images of each shard when it is done."""
    if jobs == 1 or len(left) < 2:
        yield from starmap(_finish_shard, left)
        return
    # A fresh process, since a copy of this one could inherit a lock that one of its threads holds.
    with ProcessPoolExecutor(min(jobs, len(left)), get_context("spawn"), _begin_process) as pool:
        try:
            for job in as_completed([pool.submit(_finish_shard, shard, stamp) for shard, stamp in left]):
                yield job.result()
        except BrokenProcessPool as error:
            raise InputError(
                f"A process that prepares {title} was killed, most likely for want of memory or of disk space: free "
                "some, or run again with fewer jobs; what is finished is kept."
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _begin_process() -> None:
    """A process keeps to one core, and ends with the process that started it, however that ends."""
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _finish_shard(shard: Shard, stamp: str) -> int:
    work = shard.work
    images, masks = (np.load(work.folder / name, mmap_mode="r+") for name in ARRAYS)
    digests, masked, keypoints = [], [], []
    for row, record in enumerate(work.records, start=shard.first):
        image, codes = work.dataset.read(work.raw, record)
        if image.shape[:2] != codes.shape:
            raise InputError(
                f"The mask {work.raw / (record.mask or record.image)} is {codes.shape[1]}x{codes.shape[0]} pixels and "
                f"its image {record.image} {image.shape[1]}x{image.shape[0]}: delete both and run again to fetch "
                "again."
            )
        images[row] = resize_image(image, work.size)
        masks[row] = resize_codes(codes, work.size)
        digests.append(hashlib.sha256(repr(image.shape).encode() + image.tobytes()).hexdigest())
        masked.append(bool((codes != UNKNOWN).any()))
        keypoints.append(find_keypoints(image))
    images.flush()
    masks.flush()
    results = {"sha256": np.array(digests), "masked": np.array(masked)} | vars(collect(keypoints))
    write_results(shard.file, stamp=np.array(stamp), **results)
    return len(work.records)


def _shapes(images: int, size: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return (images, size, size, 3), (images, size, size)


def _shape_on_disk(file: Path) -> tuple[int, ...] | None:
    """The shape of an array on disk, None where there is none."""
    try:
        return np.load(file, mmap_mode="r").shape
    except (OSError, ValueError, EOFError):
        return None


@cache
def _code() -> str:
    """Changes with any file of this folder."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
