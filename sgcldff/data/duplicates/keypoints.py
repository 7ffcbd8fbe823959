"""SIFT keypoints of images (Lowe 2004): found in one, mirrored without another search, and stored for a dataset."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path

import cv2
import numpy as np

from sgcldff.errors import InputError

LONG_SIDE = 240
"""Pixels to which the longer side is brought before keypoints are sought: coarse enough to bridge two foci."""
KEYPOINTS, MOST = 200, 512
"""How many are asked for, and the most that are kept: OpenCV keeps all that are as strong as the last one that is asked
for, which are thousands in a regular pattern."""
CONTRAST = 0.02

ROWS, DIRECTIONS = 4, 8
MIRRORED = np.arange(128).reshape(ROWS, ROWS, DIRECTIONS)[::-1][..., -np.arange(DIRECTIONS) % DIRECTIONS].ravel()
"""Bins of a descriptor in a mirror: rows, across the keypoint's direction, change places and angles their sign."""


@dataclass(frozen=True)
class Keypoints:
    """The n keypoints of an image.

    points: float32 [n, 2], (x, y) in pixels of the source; sizes: float32 [n], in the same; angles: float32 [n],
    degrees from x towards y; descriptors: uint8 [n, 128]; shape: (height, width) of the source.
    """

    points: np.ndarray
    sizes: np.ndarray
    angles: np.ndarray
    descriptors: np.ndarray
    shape: tuple[int, int]

    @property
    def long_side(self) -> int:
        return max(self.shape)

    def mirrored(self) -> Keypoints:
        """Those of the mirror image, left and right exchanged."""
        points = self.points * np.array([-1, 1], np.float32) + np.array([self.shape[1] - 1, 0], np.float32)
        return replace(self, points=points, angles=(180 - self.angles) % 360, descriptors=self.descriptors[:, MIRRORED])


def find_keypoints(image: np.ndarray) -> Keypoints:
    """SIFT keypoints of an RGB uint8 image [h, w, 3]: the MOST strongest, of equal ones the first."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    shape = grey.shape
    scale = LONG_SIDE / max(shape)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    # The shorter side of a strip would become nothing.
    down, across = (max(scale, 1 / side) for side in shape)
    grey = cv2.resize(grey, None, fx=across, fy=down, interpolation=method)
    found, descriptors = cv2.SIFT_create(nfeatures=KEYPOINTS, contrastThreshold=CONTRAST).detectAndCompute(grey, None)
    frames = np.array([(*keypoint.pt, keypoint.size, keypoint.angle) for keypoint in found], np.float32).reshape(-1, 4)
    descriptors = np.zeros((0, 128), np.uint8) if descriptors is None else descriptors
    strongest = np.sort(np.argsort([-keypoint.response for keypoint in found], kind="stable")[:MOST])
    frames, descriptors = frames[strongest], descriptors[strongest]
    return Keypoints(
        points=frames[:, :2] / np.float32(scale),
        sizes=frames[:, 2] / np.float32(scale),
        angles=frames[:, 3],
        # OpenCV gives whole numbers from 0 to 255 as float32.
        descriptors=descriptors.astype(np.uint8),
        shape=shape,
    )


class Rows:
    """The rows of an array in a .npy file, read when a slice of them is asked for.

    A mapped file would do, but that the pages which were read of it count as this process's memory.
    Raises ValueError where the file is shorter or longer than it says.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("rb") as opened:
            np.lib.format.read_magic(opened)
            shape, _, self.kind = np.lib.format.read_array_header_1_0(opened)
            self.start = opened.tell()
        self.count, self.shape = shape[0], shape[1:]
        self.values = math.prod(self.shape)
        size = self.start + self.count * self.values * self.kind.itemsize
        if file.stat().st_size != size:
            raise ValueError(f"it has {file.stat().st_size} bytes instead of {size}")

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, rows: slice) -> np.ndarray:
        first, end, _ = rows.indices(self.count)
        start = self.start + first * self.values * self.kind.itemsize
        read = np.fromfile(self.file, self.kind, max(0, end - first) * self.values, offset=start)
        return read.reshape(-1, *self.shape)


@dataclass(frozen=True)
class KeypointStore:
    """The keypoints of all images of a dataset, N in all, in memory or left on disk.

    points [N, 2], sizes [N], angles [N], descriptors [N, 128]: as in Keypoints; offsets: int64 [images + 1], where
    those of each image begin; shapes: int32 [images, 2].
    """

    points: np.ndarray | Rows
    sizes: np.ndarray | Rows
    angles: np.ndarray | Rows
    descriptors: np.ndarray | Rows
    offsets: np.ndarray
    shapes: np.ndarray

    def __len__(self) -> int:
        return len(self.shapes)

    def __getitem__(self, image: int) -> Keypoints:
        own = slice(*self.offsets[image : image + 2].tolist())
        parts = (part[own] for part in (self.points, self.sizes, self.angles, self.descriptors))
        return Keypoints(*parts, shape=tuple(self.shapes[image].tolist()))


def collect(keypoints: Iterable[Keypoints]) -> KeypointStore:
    """The keypoints of some images, in memory."""
    each = list(keypoints)
    counts = [len(one.points) for one in each]
    empty = {"points": (0, 2), "sizes": (0,), "angles": (0,)}
    return KeypointStore(
        **{
            name: np.concatenate([np.zeros(shape, np.float32), *(getattr(one, name) for one in each)])
            for name, shape in empty.items()
        },
        descriptors=np.concatenate([np.zeros((0, 128), np.uint8), *(one.descriptors for one in each)]),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        shapes=np.array([one.shape for one in each], np.int32).reshape(-1, 2),
    )


def write_store(folder: Path, parts: Iterable[KeypointStore], counts: np.ndarray, keep: np.ndarray) -> None:
    """Put the stores of a dataset's parts, in order, into one; each is in memory only while it is copied.

    counts: int [images], keypoints of each image of all parts; keep: bool [images], which of them are stored.
    """
    folder.mkdir(parents=True, exist_ok=True)
    offsets = np.concatenate([[0], np.cumsum(counts[keep])]).astype(np.int64)
    kinds = {"points": ((2,), np.float32), "sizes": ((), np.float32), "angles": ((), np.float32)}
    kinds |= {"descriptors": ((128,), np.uint8), "shapes": ((2,), np.int32)}
    with ExitStack() as stack:
        # Written one after the other: pages of a mapped array would count as this process's memory.
        files = {name: stack.enter_context((folder / f"{name}.npy.part").open("wb")) for name in kinds}
        for name, (shape, kind) in kinds.items():
            count = int(keep.sum() if name == "shapes" else offsets[-1])
            header = {"descr": np.dtype(kind).str, "fortran_order": False, "shape": (count, *shape)}
            np.lib.format.write_array_header_1_0(files[name], header)
        first = 0
        for part in parts:
            own = keep[first : first + len(part)]
            kept = np.repeat(own, np.diff(part.offsets))
            for name, file in files.items():
                file.write(getattr(part, name)[own if name == "shapes" else kept].tobytes())
            first += len(part)
    with (folder / "offsets.npy.part").open("wb") as file:
        np.save(file, offsets)
    for name in (*kinds, "offsets"):
        os.replace(folder / f"{name}.npy.part", folder / f"{name}.npy")


def read_store(folder: Path) -> KeypointStore:
    """A store that `write_store` left; InputError where a file of it is missing or damaged."""
    arrays = {}
    for field in fields(KeypointStore):
        file = folder / f"{field.name}.npy"
        try:
            arrays[field.name] = np.load(file) if field.name in ("offsets", "shapes") else Rows(file)
        except FileNotFoundError as error:
            raise InputError(f"{file} is missing: prepare the dataset anew.") from error
        except (ValueError, OSError, EOFError) as error:
            raise InputError(f"{file} is damaged ({error}): delete it and prepare the dataset anew.") from error
    return KeypointStore(**arrays)
