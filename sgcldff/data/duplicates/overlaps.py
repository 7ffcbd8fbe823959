"""Find images that show the same piece of a smear, so that a split can keep them together.

In BCCD and JTSC the same cell was often photographed or cut out twice, a few or some hundred pixels apart and at
another focus: no checksum finds that. Two images overlap when many of their SIFT keypoints (Lowe 2004) match by one
common shift. Measured on all pairs of the real files: every pair that overlaps to the eye has at least 6 such matches
(most have 20 to 100), no other pair has more than 5, except that dust on the camera, which stays in its place, gives
up to 8 without a shift, where true pairs have at least 28. Of the images in the four classes that joins 64 in BCCD
(30 groups), 28 in JTSC (14 pairs, 112 and 139 with the same pixels) and 2 in CellaVision. All of them are shifted
only. A pair that is joined wrongly costs nothing but a little freedom of the split.

Copies that were turned, mirrored or zoomed, as in the widely used BCCD of 12,500 images, match by one turn, scale and
shift (RANSAC), or by these and a mirror. Measured on all 116,905 pairs of the real files, none of which is such a copy:
up to 9 of those that do not overlap (dust; 7 elsewhere, and 7 through a mirror). Of 40 real images of a kind that
were turned and mirrored, those of BCCD and CellaVision have 61 or more, sheared by a fifth as well 26 or more; of
JTSC's small blurred ones 95 of 100 have the 12 that are asked for, and 88 to 92 where they were zoomed or sheared too.

Each match more is ten times rarer between images that do not overlap, so more are asked for where there are more
pairs of which one may reach a number by chance.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from tqdm import tqdm

from sgcldff.data.duplicates.candidates import candidates
from sgcldff.data.duplicates.keypoints import Keypoints, KeypointStore

RATIO = 0.8  # Lowe's ratio between the distances of the best and the second match
TOLERANCE = 0.015  # how far matches may differ and still count as the same movement, as a fraction of the longer side
SHIFTED_MATCHES = 6
UNSHIFTED_MATCHES = 12
TURNED_MATCHES = 12
PAIRS = 100_000  # Pairs for which these numbers are enough
SAME_PIXELS, OVERLAP = "same pixels", "overlap"


def overlap(first: Keypoints, second: Keypoints, more: int = 0) -> bool:
    """Whether two images share a piece of the smear; `more`: matches that are needed beyond those of PAIRS pairs."""
    start, end = _matches(first, second)
    if len(start) < SHIFTED_MATCHES + more:
        return False
    tolerance = TOLERANCE * max(first.long_side, second.long_side)
    shifts = end - start
    agreeing = (np.abs(shifts[:, None] - shifts[None]) <= tolerance).all(axis=2).sum(axis=1)
    common = agreeing.argmax()
    moved = np.abs(shifts[common]).max() > tolerance
    needed = SHIFTED_MATCHES if moved else UNSHIFTED_MATCHES
    return bool(agreeing[common] >= needed + more) or _turned(start, end, second.long_side, more)


def overlap_mirrored(first: Keypoints, second: Keypoints, more: int = 0) -> bool:
    """Whether the mirror image of the first shares a piece of the smear with the second."""
    return _turned(*_matches(first.mirrored(), second), second.long_side, more)


def overlaps_within(store: KeypointStore, sha256: list[str], scratch: Path) -> pd.DataFrame:
    """Images of a dataset with the same pixels, each with the first of them, and those that overlap.

    Columns first, second (rows of the store) and kind. Of images with the same pixels only the first is compared
    with others. Of many copies of an image not every pair is listed, but a chain of pairs joins them all. scratch: as
    in `candidates`.
    """
    firsts = pd.Series(np.arange(len(sha256))).groupby(pd.Series(sha256, dtype=object)).transform("min").to_numpy(int)
    copies = np.flatnonzero(firsts != np.arange(len(firsts)))
    chosen = firsts == np.arange(len(firsts))
    overlapping = _verified(store, None, scratch, chosen, math.comb(int(chosen.sum()), 2))
    return _table(np.stack([firsts[copies], copies], axis=1), overlapping)


def overlaps_between(
    first: KeypointStore, first_sha256: list[str], second: KeypointStore, second_sha256: list[str], scratch: Path
) -> pd.DataFrame:
    """The same between two datasets, whose rows are those of `first` and `second`.

    Every pair of images with the same pixels is listed.
    """
    first_rows = pd.DataFrame({"sha256": first_sha256, "first": range(len(first_sha256))})
    second_rows = pd.DataFrame({"sha256": second_sha256, "second": range(len(second_sha256))})
    same = first_rows.merge(second_rows, on="sha256")[["first", "second"]].to_numpy(int)
    return _table(same, _verified(first, second, scratch, None, len(first) * len(second)))


def group_images(count: int, *links: np.ndarray) -> np.ndarray:
    """Group number of each image, int [count]; links: int [m, 2], images that belong together."""
    rows, columns = np.concatenate([np.zeros((0, 2), int), *links]).T
    graph = coo_array((np.ones(len(rows), bool), (rows, columns)), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def _verified(
    store: KeypointStore, other: KeypointStore | None, scratch: Path, chosen: np.ndarray | None, pairs: int
) -> set[tuple[int, int]]:
    """The candidates whose keypoints match; pairs: how many there may be, which decides how many must match."""
    more = max(0, math.ceil(math.log10(max(pairs, 1) / PAIRS)))
    # The pairs of a block come in the order of their first images.
    first_keypoints = lru_cache(maxsize=2)(store.__getitem__)
    second_keypoints = lru_cache(maxsize=4096)((store if other is None else other).__getitem__)
    overlapping: set[tuple[int, int]] = set()
    progress = tqdm(desc="compare images", unit="pair", mininterval=1, delay=1)
    for block, mirrored in candidates(store, other, scratch, chosen):
        compare = overlap_mirrored if mirrored else overlap
        for first, second in block.tolist():
            pair = (first, second)
            if pair not in overlapping and compare(first_keypoints(first), second_keypoints(second), more):
                overlapping.add(pair)
        progress.update(len(block))
    progress.close()
    return overlapping


def _matches(first: Keypoints, second: Keypoints) -> tuple[np.ndarray, np.ndarray]:
    """Places, float32 [m, 2] in each image, of keypoints that are each other's best match and clearly so."""
    none = np.zeros((0, 2), np.float32)
    if min(len(first.points), len(second.points)) < SHIFTED_MATCHES:
        return none, none
    cosine = _unit(first.descriptors) @ _unit(second.descriptors).T
    best = cosine.argmax(axis=1)
    mutual = np.flatnonzero(cosine.argmax(axis=0)[best] == np.arange(len(best)))
    if len(mutual) < SHIFTED_MATCHES:
        return none, none
    highest = cosine[mutual, best[mutual]]
    cosine[mutual, best[mutual]] = -1
    # Between unit vectors the squared distance is 2 - 2 cos.
    matched = mutual[1 - highest < RATIO**2 * (1 - cosine[mutual].max(axis=1))]
    return first.points[matched], second.points[best[matched]]


def _unit(descriptors: np.ndarray) -> np.ndarray:
    vectors = descriptors.astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _turned(start: np.ndarray, end: np.ndarray, long_side: int, more: int) -> bool:
    """Whether enough matches agree in one turn, scale and shift."""
    if len(start) < TURNED_MATCHES + more:
        return False
    agreeing = cv2.estimateAffinePartial2D(start, end, ransacReprojThreshold=TOLERANCE * long_side)[1]
    return int(agreeing.sum()) >= TURNED_MATCHES + more


def _table(same: np.ndarray, overlapping: set[tuple[int, int]]) -> pd.DataFrame:
    """Both kinds of pairs, each pair once."""
    identical = set(map(tuple, same.tolist()))
    rows = [(*pair, SAME_PIXELS) for pair in sorted(identical)]
    rows += [(*pair, OVERLAP) for pair in sorted(overlapping - identical)]
    return pd.DataFrame(rows, columns=["first", "second", "kind"])
