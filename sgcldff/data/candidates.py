"""Which pictures may show the same piece of a smear: pairs worth a closer look, found in near-linear time.

Alike descriptors are brought together by locality-sensitive hashing: the signs of a descriptor's products with random
hyperplanes make a word of 64 bits, and the more alike two descriptors are, the longer the beginning that their words
share. Among the sorted words, each descriptor is compared with the few that stand next to its own (Bawa et al. 2005,
LSH forest). So the depth of the comparison grows with the number of descriptors by itself, and the round blobs of which
smears are full overflow no bucket. Several tables with other hyperplanes make up for what one of them parts.
Hyperplanes are the same for all data, and each sums to zero since all descriptors lean the same way.

Two keypoints with alike descriptors say by their places, sizes and directions how one picture would lie on the other.
Blobs alike by chance say something else each time: a pair of pictures is a candidate where several say the
same (weak geometric consistency, Jégou et al. 2008).

On the real files, taken together (767 pictures) or by themselves, all of the 56 pairs that an exhaustive search finds
are candidates; so they are among 3,000 further pictures whose descriptors were mixed from those of the real ones, with
fewer neighbours (4 on either side) 54 of them.

Pictures are never held, but of each descriptor are its word, place and direction, and the file of the descriptors is
mapped: about 50 kB of memory a picture in all (265 MB for 2,000 pictures of 180 keypoints, 545 MB for 8,000). Votes are
written to disk, 30 to 80 kB a picture.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sgcldff.data.keypoints import MIRRORED, MOST, KeypointStore
from sgcldff.errors import InputError

TABLES = 16
NEIGHBOURS = 8
"""With how many descriptors on either side of its place among the sorted words a descriptor is compared."""
BITS = 64
APART = 13
"""Bits of 64 by which two further words, the same for all tables, differ at most between alike descriptors."""
VOTES_OF_FEW, VOTES, FEW = 3, 2, 1 << 21
"""Keypoints of the first picture that must say the same: three among fewer than FEW descriptors, else two.

The more descriptors, the more often alike ones are parted, so fewer may be asked for. What chance brings together, in
candidates a picture, falls with the number of pictures where two are asked for, and with its square where three are:
two would be 179 candidates a picture among 2,040, and are about 40 among the 10,000 or so that have FEW descriptors.
"""
SEED = 0x51F7
CHUNK = 1 << 17
"""Descriptors that are looked up at a time."""

TURN, STEP = 30.0, 0.25
"""Votes agree to so many degrees, and to such a part of the longer side in where the middle of the picture comes."""
TURNS, SCALES, PLACES = 12, 3, 16
"""Cells of the votes: turns, powers of two of the scale about one, and places each way."""
PICTURE_BITS, KEYPOINT_BITS = 20, (MOST - 1).bit_length()
CELLS = TURNS * SCALES * PLACES * PLACES
"""A vote is one int64: first picture, second picture, cell, keypoint of the first picture."""


@dataclass(frozen=True)
class _Described:
    """What is held in memory of n descriptors.

    rows: uint32 [n], where they stand in the store; picture: int32 [n]; keypoint: int16 [n], number within the picture;
    signatures: uint64 [n]; frames: float32 [n, 4], x and y from the middle of the picture and the size, in parts of
    its longer side, and the angle in degrees.
    """

    rows: np.ndarray
    picture: np.ndarray
    keypoint: np.ndarray
    signatures: np.ndarray
    frames: np.ndarray

    def __getitem__(self, chosen: slice | np.ndarray) -> _Described:
        return _Described(
            *(part[chosen] for part in (self.rows, self.picture, self.keypoint, self.signatures, self.frames))
        )

    def mirrored(self, signatures: np.ndarray) -> _Described:
        """Those of the mirror images, which have these signatures."""
        frames = self.frames * np.array([-1, 1, 1, -1], np.float32) + np.array([0, 0, 0, 180], np.float32)
        return replace(self, signatures=signatures, frames=frames)


def candidates(
    store: KeypointStore, other: KeypointStore | None, scratch: Path, chosen: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, bool]]:
    """Pairs of pictures, int [m, 2], that may show the same, and whether the first is then mirrored; in blocks.

    other: None for pairs within `store`, where the first comes before the second; scratch: a folder of this search
    alone, which is emptied first, holds some files while this runs and is gone at the end; chosen: bool, which pictures
    of `store` take part (None: all of them).
    Raises InputError for a million pictures or more.
    """
    indexed = store if other is None else other
    if max(len(store), len(indexed)) >> PICTURE_BITS:
        raise InputError("Duplicates are sought among a million pictures at most: divide the dataset.")
    described = _describe(indexed, chosen if other is None else None)
    queries = described if other is None else _describe(store, chosen)
    in_mirror = _words(store, queries.rows, _planes(0), mirrored=True)
    votes = VOTES_OF_FEW if len(described.rows) < FEW else VOTES
    # One of an unforeseen name would stay for ever where the run is killed.
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        for table in tqdm(range(TABLES), desc="find alike keypoints", unit="table", mininterval=1):
            planes = _planes(table + 1)
            unsorted = _words(indexed, described.rows, planes, mirrored=False)
            order = np.argsort(unsorted).astype(np.uint32)
            words, signatures = unsorted[order], described.signatures[order]
            for start, end in _blocks(queries.picture):
                for mirrored in (False, True):
                    asked = queries[start:end]
                    asked = asked.mirrored(in_mirror[start:end]) if mirrored else asked
                    same = queries is described and not mirrored  # then the words are at hand
                    own = unsorted[start:end] if same else _words(store, asked.rows, planes, mirrored)
                    places = np.searchsorted(words, own)
                    with (scratch / f"{start}-{mirrored}").open("ab") as file:
                        for near, like in _alike(signatures, places, asked.signatures):
                            file.write(_votes(asked[like], described[order[near]], within=other is None).data)
        for file in sorted(scratch.iterdir()):
            yield _agreed(np.fromfile(file, np.int64), votes), file.name.endswith(str(True))
    finally:
        shutil.rmtree(scratch)


def _describe(store: KeypointStore, chosen: np.ndarray | None) -> _Described:
    counts = np.diff(store.offsets)
    rows = np.flatnonzero(np.repeat(np.ones(len(store), bool) if chosen is None else chosen, counts))
    picture = np.repeat(np.arange(len(store), dtype=np.int32), counts)[rows]
    shapes = np.asarray(store.shapes, np.float32)[picture]
    side = shapes.max(axis=1, keepdims=True)
    points = (np.asarray(store.points)[rows] - (shapes[:, ::-1] - 1) / 2) / side
    angles = np.asarray(store.angles)[rows, None]
    sizes = np.asarray(store.sizes)[rows, None] / side
    return _Described(
        rows=rows.astype(np.uint32),
        picture=picture,
        keypoint=(rows - store.offsets[picture]).astype(np.int16),
        signatures=_words(store, rows, _planes(0), mirrored=False),
        frames=np.hstack([points, sizes, angles]),
    )


def _blocks(picture: np.ndarray) -> Iterator[tuple[int, int]]:
    """About CHUNK descriptors at a time, those of a picture together."""
    edges = np.unique(np.searchsorted(picture, picture[::CHUNK]))
    return pairwise([*edges.tolist(), len(picture)])


def _planes(table: int) -> np.ndarray:
    planes = np.random.default_rng([SEED, table]).standard_normal((128, BITS)).astype(np.float32)
    return planes - planes.mean(axis=0)


def _words(store: KeypointStore, rows: np.ndarray, planes: np.ndarray, mirrored: bool) -> np.ndarray:
    """uint64 [n]: on which side of each hyperplane the descriptors in these rows lie."""
    planes = planes[MIRRORED] if mirrored else planes
    words = np.empty(len(rows), np.uint64)
    for start in range(0, len(rows), CHUNK):
        chunk = slice(start, start + CHUNK)
        above = store.descriptors[rows[chunk]].astype(np.float32) @ planes > 0
        words[chunk] = np.packbits(above, axis=1).view(">u8")[:, 0]
    return words


def _alike(signatures: np.ndarray, places: np.ndarray, asked: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places of alike descriptors among the sorted ones, and which of those that were asked for they are like."""
    for step in range(-NEIGHBOURS, NEIGHBOURS):
        near = places + step
        inside = np.flatnonzero((near >= 0) & (near < len(signatures)))
        alike = inside[np.bitwise_count(signatures[near[inside]] ^ asked[inside]) <= APART]
        yield near[alike], alike


def _votes(first: _Described, second: _Described, within: bool) -> np.ndarray:
    """int64 [m]: a vote for each pair of alike descriptors that says something possible."""
    if within:
        ordered = first.picture < second.picture
        first, second = first[ordered], second[ordered]
    turn = second.frames[:, 3] - first.frames[:, 3]
    scale = second.frames[:, 2] / first.frames[:, 2]
    cosine, sine = scale * np.cos(np.radians(turn)), scale * np.sin(np.radians(turn))
    x, y = first.frames[:, 0], first.frames[:, 1]
    moved = second.frames[:, :2] - np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=1)
    cells = [
        (np.rint(turn / TURN).astype(np.int64) % TURNS, TURNS),
        (np.rint(np.log2(scale)).astype(np.int64) + SCALES // 2, SCALES),
        *((np.floor(moved[:, axis] / STEP).astype(np.int64) + PLACES // 2, PLACES) for axis in (0, 1)),
    ]
    possible = np.ones(len(turn), bool)
    cell = np.zeros(len(turn), np.int64)
    for number, count in cells:
        possible &= (number >= 0) & (number < count)
        cell = cell * count + number
    pair = (first.picture.astype(np.int64) << PICTURE_BITS) | second.picture
    return (((pair * CELLS + cell) << KEYPOINT_BITS) | first.keypoint)[possible]


def _agreed(votes: np.ndarray, needed: int) -> np.ndarray:
    """int64 [m, 2]: the pairs of pictures for which enough keypoints voted in one cell."""
    cells, keypoints = np.unique(_distinct(votes) >> KEYPOINT_BITS, return_counts=True)
    pairs = _distinct(cells[keypoints >= needed] // CELLS)
    return np.stack([pairs >> PICTURE_BITS, pairs & ((1 << PICTURE_BITS) - 1)], axis=1)


def _distinct(numbers: np.ndarray) -> np.ndarray:
    """Each number once, in order; many times faster here than numpy's own, which hashes them."""
    ordered = np.sort(numbers)
    return ordered[np.diff(ordered, prepend=-1) != 0]
