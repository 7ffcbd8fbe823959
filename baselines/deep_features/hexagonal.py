"""Filters of a hexagonal lattice that is laid over the square one without resampling the image.

Every pixel is the centre of a hexagon: six neighbours at one distance and at angles of 60 degrees. Between the rows of
the square lattice a neighbour is its bilinear interpolation, so a filter on the seven points is a kernel on pixels.
Against the eight neighbours of a square, all six are equally far, and the three axes resolve directions evenly.
"""

from __future__ import annotations

import cv2
import numpy as np

REFERENCE_SIZE = 96
# Of neighbours, in pixels of an image of REFERENCE_SIZE: they grow with the image, so that they span the same part of
# a cell at every size.
DISTANCES = (1.0, 2.0, 4.0)
RESPONSES = ("mean", "laplacian", "gradient", "axis_0", "axis_60", "axis_120")
# Of a response over the image: mean, standard deviation and 95th percentile. The last hears what fills a small part
# of the image, as a leukocyte does in a field of red cells.
STATISTICS = ("mean", "spread", "high")


COUNT = len(DISTANCES) * 3 * (len(RESPONSES) * len(STATISTICS) + 14)  # features of an image


def neighbour_kernels(distance: float) -> np.ndarray:
    """The six neighbours as kernels on pixels: float64 [6, 2 r + 1, 2 r + 1], neighbour k at 60 k degrees.

    distance: in pixels. Each kernel sums to one; rows of an image run down, angles up.
    """
    reach = int(np.ceil(distance))
    offsets = np.arange(-reach, reach + 1)
    angles = np.deg2rad(60 * np.arange(6))
    # The weight of a pixel falls linearly to zero within one pixel, along rows and along columns.
    across = 1 - np.abs(offsets - distance * np.cos(angles)[:, None])
    down = 1 - np.abs(offsets + distance * np.sin(angles)[:, None])
    return down.clip(min=0)[:, :, None] * across.clip(min=0)[:, None, :]


def neighbours(channel: np.ndarray, distance: float) -> np.ndarray:
    """The six neighbours of every pixel: float32 [6, H, W], of float32 [H, W]; mirrored beyond the border."""
    return np.stack(
        [
            cv2.filter2D(channel, cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT_101)
            for kernel in neighbour_kernels(distance)
        ]
    )


def responses(channel: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Of the filters RESPONSES, float32 [6, H, W].

    Mean of the seven points; Laplacian: mean of the six less the centre; gradient: length over the three axes, half the
    difference of opposite neighbours each (the sum of their squares is 3/2 of the squared length, whatever its
    direction); and the size of the difference along each axis.
    channel: float32 [H, W]; ring: its `neighbours`.
    """
    axes = (ring[:3] - ring[3:]) / 2
    gradient = np.sqrt((axes**2).sum(axis=0) * np.float32(2 / 3))
    return np.stack(
        [(channel + ring.sum(axis=0)) / 7, ring.mean(axis=0) - channel, gradient, *np.abs(axes)], dtype=np.float32
    )


def _necklaces() -> np.ndarray:
    """For each of the 64 patterns of six bits the number, 0..13, of the class of those it turns into."""
    smallest = [min((code >> turn | code << (6 - turn)) & 63 for turn in range(6)) for code in range(64)]
    return np.unique(smallest, return_inverse=True)[1]


NECKLACES = _necklaces()


def binary_patterns(channel: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Which neighbours are at least as bright as the centre, up to rotation by 60 degrees: int64 [H, W], 0..13.

    channel: float32 [H, W]; ring: its `neighbours`.
    """
    # Interpolation leaves a rounding error: without the margin a flat region would show a pattern of noise.
    brighter = ring >= channel - np.float32(1e-3)
    return NECKLACES[np.tensordot(2 ** np.arange(6), brighter, axes=1)]


def describe(image: np.ndarray) -> np.ndarray:
    """Features of an image uint8 [H, W, 3], RGB: float64 [3 DISTANCES x 3 channels x (6 x 3 + 14) = 288].

    For each distance and channel the STATISTICS of all responses, then the shares of the binary patterns.
    """
    features = []
    for distance in DISTANCES:
        for channel in np.moveaxis(image.astype(np.float32), 2, 0):
            channel = np.ascontiguousarray(channel)
            ring = neighbours(channel, max(1.0, distance * len(image) / REFERENCE_SIZE))
            flat = responses(channel, ring).reshape(len(RESPONSES), -1)
            patterns = np.bincount(binary_patterns(channel, ring).ravel(), minlength=14)
            features += [flat.mean(axis=1), flat.std(axis=1), np.percentile(flat, 95, axis=1), patterns / channel.size]
    return np.concatenate(features)
