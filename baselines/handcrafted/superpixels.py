"""SLIC superpixels (Achanta et al. 2012, PAMI 34:2274) and the graph of their neighbours.

As in gSLICr (Ren, Prisacariu and Reid 2015) a pixel chooses among the nine centres around its cell of the first grid,
which needs no search: centres stay near their cell.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

COMPACTNESS = 10.0  # distance in Lab that weighs as much as the side of a grid cell: the usual value
ITERATIONS = 8

# A map against itself, one pixel to the side and one below.
NEIGHBOURS = ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:]))


def slic(lab: np.ndarray, count: int) -> np.ndarray:
    """About `count` connected superpixels: int64 [H, W], numbered from 0. lab: float32 [H, W, 3], CIE Lab."""
    height, width = lab.shape[:2]
    grid = max(2, round(np.sqrt(count)))
    side = np.sqrt(height * width) / grid
    y, x = np.indices((height, width))
    row, column = y * grid // height, x * grid // width
    points = np.dstack([lab, COMPACTNESS / side * y, COMPACTNESS / side * x]).reshape(-1, 5)
    shifts = [(row + down, column + right) for down, right in product((-1, 0, 1), repeat=2)]
    inside = np.stack([(r >= 0) & (r < grid) & (c >= 0) & (c < grid) for r, c in shifts]).reshape(9, -1)
    candidates = np.where(inside, np.stack([r * grid + c for r, c in shifts]).reshape(9, -1), 0)
    labels = (row * grid + column).ravel()
    for _ in range(ITERATIONS):
        centres = mean_by_label(points, labels, grid * grid)
        distances = np.stack([((points - centres[each]) ** 2).sum(axis=1) for each in candidates])
        labels = candidates[np.where(inside, distances, np.inf).argmin(axis=0), np.arange(len(points))]
    return connect(labels.reshape(height, width), side**2 / 4)


def connect(labels: np.ndarray, least: float) -> np.ndarray:
    """Each component by itself, those of fewer than `least` pixels given to the nearest other: int64 [H, W], from 0."""
    index = np.arange(labels.size).reshape(labels.shape)
    pairs = []
    for pixel, neighbour in NEIGHBOURS:
        equal = labels[pixel] == labels[neighbour]
        pairs.append(np.stack([index[pixel][equal], index[neighbour][equal]]))
    pairs = np.concatenate(pairs, axis=1)
    links = coo_matrix((np.ones(pairs.shape[1], dtype=bool), pairs), shape=(labels.size, labels.size))
    components = connected_components(links, directed=False)[1].reshape(labels.shape)
    sizes = np.bincount(components.ravel())
    small = sizes[components] < min(least, sizes.max())
    nearest = distance_transform_edt(small, return_distances=False, return_indices=True)
    return np.unique(components[tuple(nearest)], return_inverse=True)[1].reshape(labels.shape)


def mean_by_label(points: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Mean of the points [N, F] of each label 0..count-1: float64 [count, F]; infinitely far where it has none."""
    sizes = np.bincount(labels, minlength=count)
    sums = np.stack([np.bincount(labels, weights=column, minlength=count) for column in points.T], axis=1)
    return np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], 1e6)


def border_sides(superpixels: np.ndarray) -> list[np.ndarray]:
    """Numbers of the superpixels along the top, the bottom, the left and the right of the image."""
    edges = (superpixels[0], superpixels[-1], superpixels[:, 0], superpixels[:, -1])
    return [np.unique(edge) for edge in edges]


def closed_loop_graph(superpixels: np.ndarray) -> np.ndarray:
    """Which superpixels are linked, bool [S, S]: neighbours, their neighbours, and all along the border (Yang 2013)."""
    count = int(superpixels.max()) + 1
    touch = np.zeros((count, count), dtype=bool)
    for pixel, neighbour in NEIGHBOURS:
        touch[superpixels[pixel], superpixels[neighbour]] = True
    touch |= touch.T
    linked = touch | (touch.astype(np.float32) @ touch.astype(np.float32) > 0)
    border = np.unique(np.concatenate(border_sides(superpixels)))
    linked[np.ix_(border, border)] = True
    np.fill_diagonal(linked, False)
    return linked
