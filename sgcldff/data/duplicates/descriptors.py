"""Descriptors of a search, on disk: where they lie in their image, and sorted into buckets by their words.

A word is 64 bits: the signs of a descriptor's products with random hyperplanes (Charikar 2002). Hyperplanes are the
same for all data, and each sums to zero since all descriptors lean the same way.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from sgcldff.data.duplicates.keypoints import MIRRORED, KeypointStore

BITS = 64
SEED = 0x51F7
SIGNATURE = 0  # the hyperplanes of further words, the same for all tables, by which two descriptors are compared
CHUNK = 1 << 17  # descriptors that are described at a time, but no less than an image's
PIECE = 1 << 12  # descriptors whose products are formed at a time, in the processor's cache
BUCKET = 1 << 18  # descriptors in a file, about: what is in memory when they are compared
SAMPLE = 256  # descriptors by which the edges of a bucket are chosen

# Odd multipliers that spread numbers over 64 bits (Steele et al. 2014, SplitMix).
MIX = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9], np.uint64)

# A descriptor: its word in the table at work, its signature; x and y from the middle of its image and its size, in
# parts of the longer side, and its angle in degrees; the number of its image and its own there.
DESCRIBED = np.dtype(
    [("word", "u8"), ("signature", "u8"), ("frame", "f4", 4), ("image", "i4"), ("keypoint", "i2")], align=True
)


@dataclass(frozen=True)
class Descriptors:
    """Those of some images of a store, or of their mirror images; `file` keeps what is the same for all tables.

    chosen: bool [images], which of them take part (None: all).
    """

    store: KeypointStore
    chosen: np.ndarray | None
    mirrored: bool
    file: Path

    def __post_init__(self) -> None:
        with self.file.open("wb") as file:
            for own, kept, rows in self._chunks():
                file.write(self._describe(own, kept, rows).data)

    def __len__(self) -> int:
        return self.file.stat().st_size // DESCRIBED.itemsize

    def edges(self, table: int) -> np.ndarray:
        """uint64: words between which about BUCKET of these descriptors lie."""
        if len(self) <= BUCKET:
            return np.zeros(0, np.uint64)
        words = np.sort(_words(self._sample, table, self.mirrored))
        return np.unique(words[SAMPLE::SAMPLE])

    @cached_property
    def _sample(self) -> np.ndarray:
        """Some of the descriptors, uint8 [n, 128]: SAMPLE of each BUCKET."""
        chunks = (self.store.descriptors[rows][kept] for _, kept, rows in self._chunks())
        # Copied: a view would keep the whole chunk in memory.
        return np.concatenate([chunk[:: max(1, BUCKET // SAMPLE)].copy() for chunk in chunks])

    def write_buckets(self, table: int, edges: np.ndarray, folder: Path) -> None:
        """Write each descriptor into its bucket: the file 0, 1, ... of `folder`, which is emptied first.

        edges: words, in order, between which the buckets lie.
        """
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for number in range(len(edges) + 1):
            (folder / str(number)).touch()
        with self.file.open("rb") as file:
            for _, kept, rows in self._chunks():
                described = np.fromfile(file, DESCRIBED, kept.sum())
                described["word"] = _words(self.store.descriptors[rows][kept], table, self.mirrored)
                numbers = np.searchsorted(edges, described["word"], side="right")
                described = described[np.argsort(numbers, kind="stable")]
                ends = np.cumsum(np.bincount(numbers, minlength=len(edges) + 1))
                for number, own in enumerate(np.split(described, ends[:-1])):
                    with (folder / str(number)).open("ab") as bucket:
                        bucket.write(own.data)

    def _chunks(self) -> Iterator[tuple[slice, np.ndarray, slice]]:
        """Images, which of their descriptors take part, and the rows of these in the store: a chunk at a time."""
        offsets = self.store.offsets
        firsts = np.unique(np.searchsorted(offsets, np.arange(0, offsets[-1] + 1, CHUNK)))
        for first, last in zip(firsts, [*firsts[1:], len(self.store)], strict=True):
            own = slice(int(first), int(last))
            chosen = np.ones(last - first, bool) if self.chosen is None else self.chosen[own]
            yield own, np.repeat(chosen, np.diff(offsets[first : last + 1])), slice(*offsets[[first, last]].tolist())

    def _describe(self, own: slice, kept: np.ndarray, rows: slice) -> np.ndarray:
        store = self.store
        counts = np.diff(store.offsets[own.start : own.stop + 1])
        shapes = np.repeat(np.asarray(store.shapes[own], np.float32), counts, axis=0)
        side = shapes.max(axis=1)
        points = (store.points[rows] - (shapes[:, ::-1] - 1) / 2) / side[:, None]
        frame = np.column_stack([points, store.sizes[rows] / side, store.angles[rows]])
        if self.mirrored:
            frame = frame * np.array([-1, 1, 1, -1], np.float32) + np.array([0, 0, 0, 180], np.float32)
        described = np.zeros(len(kept), DESCRIBED)
        described["frame"] = frame
        described["image"] = np.repeat(np.arange(own.start, own.stop), counts)
        described["keypoint"] = np.arange(rows.start, rows.stop) - np.repeat(store.offsets[own], counts)
        described["signature"] = _words(store.descriptors[rows], SIGNATURE, self.mirrored)
        return described[kept]


def pieces(folder: Path, number: int) -> Iterator[np.ndarray]:
    """DESCRIBED [n]: the descriptors of a bucket that `write_buckets` left, BUCKET at most at a time."""
    with (folder / str(number)).open("rb") as file:
        while len(described := np.fromfile(file, DESCRIBED, BUCKET)):
            yield _in_order(described)


def with_neighbours(folder: Path, count: int, beside: int) -> Iterator[np.ndarray]:
    """The descriptors of each of `count` buckets, in order, with the nearest `beside` of the buckets on either side."""
    none = np.zeros(0, DESCRIBED)
    before, own = none, _read_bucket(folder, 0)
    for number in range(count):
        after = _read_bucket(folder, number + 1) if number + 1 < count else none
        yield np.concatenate([before, own, after[:beside]])
        before, own = np.concatenate([before, own])[-beside:], after


def _read_bucket(folder: Path, number: int) -> np.ndarray:
    return _in_order(np.fromfile(folder / str(number), DESCRIBED))


def _in_order(described: np.ndarray) -> np.ndarray:
    """By their words, and those of one word in an order of that word's own.

    Of many copies of an image, each keypoint would meet the same few neighbours in every table otherwise.
    """
    word = described["word"]
    shuffled = (described["image"].astype(np.uint64) * MIX[0] ^ word) * MIX[1]
    return described[np.lexsort((shuffled, word))]


def _words(descriptors: np.ndarray, table: int, mirrored: bool) -> np.ndarray:
    """uint64 [n]: on which side of each of the table's hyperplanes the descriptors lie."""
    planes = np.random.default_rng([SEED, table]).standard_normal((128, BITS)).astype(np.float32)
    planes -= planes.mean(axis=0)
    planes = planes[MIRRORED] if mirrored else planes
    words = np.empty(len(descriptors), np.uint64)
    for first in range(0, len(words), PIECE):
        own = slice(first, first + PIECE)
        above = descriptors[own].astype(np.float32) @ planes > 0
        words[own] = np.packbits(above, axis=1).view(">u8")[:, 0]
    return words
