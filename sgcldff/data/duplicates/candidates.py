"""Which images may show the same piece of a smear: pairs worth a closer look, found in near-linear time.

Alike descriptors are brought together by locality-sensitive hashing: the signs of a descriptor's products with random
hyperplanes make a word of 64 bits, and the more alike two descriptors are, the longer the beginning that their words
share. Among the sorted words, each descriptor is compared with the few that stand next to its own (Bawa et al. 2005,
LSH forest). So the depth of the comparison grows with the number of descriptors by itself, and the round blobs of which
smears are full overflow no bucket. Several tables with other hyperplanes make up for what one of them parts.

Two keypoints with alike descriptors say by their places, sizes and directions how one image would lie on the other.
Blobs alike by chance say something else each time: a pair of images is a candidate where several say the
same (weak geometric consistency, Jégou et al. 2008).

On the real files, taken together (767 images) or by themselves, all of the 56 pairs that an exhaustive search finds
are candidates; so they are among 3,000 further images whose descriptors were mixed from those of the real ones, with
fewer neighbours (4 on either side) 54 of them.

Memory holds a range of the words at a time, or the votes of BLOCK images, however many there are. On disk stand 30 kB
(among 1,000) to 150 kB (among 100,000) of votes an image of 180 keypoints, and 30 kB of its descriptors.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sgcldff.data.duplicates.descriptors import Descriptors, pieces, with_neighbours
from sgcldff.data.duplicates.keypoints import MOST, KeypointStore
from sgcldff.errors import InputError

TABLES = 16
NEIGHBOURS = 8  # With how many descriptors on either side of its place among the sorted words a descriptor is compared
APART = 13  # Bits of 64 by which two further words, the same for all tables, differ at most between alike descriptors
# Keypoints of the first image that must say the same. Among 102,000 generated images chance brings 0.4 candidates an
# image together where three are asked for, 47 where two are; three lost none of the changed copies that were looked at
# (81).
VOTES = 3
BLOCK = 256  # First images whose votes are counted at a time

# Votes agree to so many degrees, and to such a part of the longer side in where the middle of the image comes.
TURN, STEP = 30.0, 0.25
# Cells of the votes: turns, powers of two of the scale about one, and places each way.
TURNS, SCALES, PLACES = 12, 3, 16
IMAGE_BITS, KEYPOINT_BITS = 20, (MOST - 1).bit_length()
# A vote is one int64: first image, second image, cell, keypoint of the first image.
CELLS = TURNS * SCALES * PLACES * PLACES


def candidates(
    store: KeypointStore, other: KeypointStore | None, scratch: Path, chosen: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, bool]]:
    """Pairs of images, int [m, 2], that may show the same, and whether the first is then mirrored; in blocks.

    other: None for pairs within `store`, where the first comes before the second; scratch: a folder of this search
    alone, which is emptied first, holds some files while this runs and is gone at the end; chosen: bool, which images
    of `store` take part (None: all of them).
    Raises InputError for a million images or more.
    """
    indexed = store if other is None else other
    if max(len(store), len(indexed)) >> IMAGE_BITS:
        raise InputError("Duplicates are sought among a million images at most: divide the dataset.")
    # One of an unforeseen name would stay for ever where the run is killed.
    shutil.rmtree(scratch, ignore_errors=True)
    votes = scratch / "votes"
    votes.mkdir(parents=True)
    try:
        searched = Descriptors(indexed, chosen if other is None else None, False, scratch / "searched.bin")
        # Within a store, the images that are searched are also the queries that are not mirrored.
        queries = {True: Descriptors(store, chosen, True, scratch / "mirrored.bin")}
        if other is not None:
            queries[False] = Descriptors(store, chosen, False, scratch / "queries.bin")
        for table in tqdm(range(1, TABLES + 1), desc="find alike keypoints", unit="table", mininterval=1):
            edges = searched.edges(table)
            searched.write_buckets(table, edges, scratch / "searched")
            for mirrored, descriptors in queries.items():
                descriptors.write_buckets(table, edges, scratch / f"queries-{mirrored}")
            for bucket, near in enumerate(with_neighbours(scratch / "searched", len(edges) + 1, NEIGHBOURS)):
                for mirrored in (False, True):
                    buckets = scratch / (f"queries-{mirrored}" if mirrored in queries else "searched")
                    for query in pieces(buckets, bucket):
                        _put(_votes_of(query, near, within=other is None), votes, mirrored)
        for file in sorted(votes.iterdir()):
            yield _agreed(np.fromfile(file, np.int64)), file.name.endswith(str(True))
    finally:
        shutil.rmtree(scratch)


def _votes_of(query: np.ndarray, near: np.ndarray, within: bool) -> np.ndarray:
    """Votes, int64 [m], of descriptors and their neighbours in `near`; both DESCRIBED, `near` in order of words."""
    if not len(near) or not len(query):
        return np.zeros(0, np.int64)
    places, signature = np.searchsorted(near["word"], query["word"]), query["signature"].copy()
    # The last ones are repeated beyond the ends: a descriptor that meets one of them twice votes once.
    signatures = np.pad(near["signature"], NEIGHBOURS, mode="edge")
    votes = []
    for step in range(2 * NEIGHBOURS):
        alike = np.flatnonzero(np.bitwise_count(signatures[places + step] ^ signature) <= APART)
        beside = np.clip(places[alike] + step - NEIGHBOURS, 0, len(near) - 1)
        votes.append(_votes(query[alike], near[beside], within))
    return _distinct(np.concatenate(votes))


def _votes(first: np.ndarray, second: np.ndarray, within: bool) -> np.ndarray:
    """int64 [m]: a vote for each pair of alike descriptors that says something possible; both DESCRIBED."""
    if within:
        ordered = first["image"] < second["image"]
        first, second = first[ordered], second[ordered]
    start, end = first["frame"], second["frame"]
    turn = end[:, 3] - start[:, 3]
    scale = end[:, 2] / start[:, 2]
    cosine, sine = scale * np.cos(np.radians(turn)), scale * np.sin(np.radians(turn))
    x, y = start[:, 0], start[:, 1]
    moved = end[:, :2] - np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=1)
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
    pair = (first["image"].astype(np.int64) << IMAGE_BITS) | second["image"]
    return (((pair * CELLS + cell) << KEYPOINT_BITS) | first["keypoint"])[possible]


def _put(votes: np.ndarray, folder: Path, mirrored: bool) -> None:
    """Add votes, in order, to the files of their first images."""
    if not len(votes):
        return
    first = (votes >> KEYPOINT_BITS) // CELLS >> IMAGE_BITS
    blocks, starts = np.unique(first // BLOCK, return_index=True)
    for number, own in zip(blocks.tolist(), np.split(votes, starts[1:]), strict=True):
        with (folder / f"{number:05}-{mirrored}").open("ab") as file:
            file.write(own.data)


def _agreed(votes: np.ndarray) -> np.ndarray:
    """int64 [m, 2]: the pairs of images for which enough keypoints voted in one cell."""
    cells, keypoints = np.unique(_distinct(votes) >> KEYPOINT_BITS, return_counts=True)
    pairs = _distinct(cells[keypoints >= VOTES] // CELLS)
    return np.stack([pairs >> IMAGE_BITS, pairs & ((1 << IMAGE_BITS) - 1)], axis=1)


def _distinct(numbers: np.ndarray) -> np.ndarray:
    """Each number once, in order; many times faster here than numpy's own, which hashes them."""
    ordered = np.sort(numbers)
    return ordered[np.diff(ordered, prepend=-1) != 0]
