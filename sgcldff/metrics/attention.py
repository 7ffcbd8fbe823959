"""Where a map over an image lies, what it agrees with, and what hangs on it: arrays in, a number an image out.

A map is a float array of any scale that is not negative: a saliency map S, a prior A or a Grad-CAM. What an image does
not allow (no mask, a map without any energy, a map that is the same everywhere) is NaN.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from sgcldff.method import CYTOPLASM, NUCLEUS, UNKNOWN

REGIONS = ("cell", "nucleus", "outside")  # cell: cytoplasm and nucleus; outside: all that is known and no cell

# Pixels of one value are taken in a drawn order: by their position, an even map would be taken from the top.
_TIES = 0


def distance(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """mean |S - A| of each image, float64 [N]; both float [N, H, W] in [0, 1].

    >>> distance(np.zeros((1, 2, 2)), np.full((1, 2, 2), 0.25)).tolist()
    [0.25]
    """
    return np.abs(first.astype(float) - second).mean(axis=(1, 2))


def spread(maps: np.ndarray) -> np.ndarray:
    """SD of each map over its pixels, float64 [N]: 0 of a map that tells no place from another.

    >>> spread(np.array([[[0.0, 1.0]], [[0.5, 0.5]]])).tolist()
    [0.5, 0.0]
    """
    return maps.astype(float).std(axis=(1, 2))


def correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pearson's r of two maps over the pixels of each image, float64 [N]; NaN where one of them is constant.

    >>> correlation(np.array([[[0.0, 0.5, 1.0]]]), np.array([[[0.9, 0.6, 0.3]]])).round(6).tolist()
    [-1.0]
    """
    first, second = (_flat(each) - _flat(each).mean(axis=1, keepdims=True) for each in (first, second))
    norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.where(norms > 1e-9, (first * second).sum(axis=1) / np.maximum(norms, 1e-9), np.nan)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's rho of two maps over the pixels of each image, float64 [N]; pixels of one value share their rank.

    >>> rank_correlation(np.array([[[0.0, 0.1, 1.0]]]), np.array([[[3.0, 4.0, 5.0]]])).round(6).tolist()
    [1.0]
    """
    return correlation(*(stats.rankdata(_flat(each), axis=1)[:, :, None] for each in (first, second)))


def shares(maps: np.ndarray, masks: np.ndarray) -> dict[str, np.ndarray]:
    """Share of each map's sum that lies in each of REGIONS, float64 [N]; those of a map of ones are the areas.

    masks: uint8 [N, H, W] in the codes of `sgcldff.method`; unknown pixels do not count. The nucleus is NaN in a mask
    that has none.

    >>> mask = np.array([[[CYTOPLASM, NUCLEUS], [0, 0]]], np.uint8)
    >>> {region: float(value[0]) for region, value in shares(np.array([[[0.5, 0.3], [0.2, 0.0]]]), mask).items()}
    {'cell': 0.8, 'nucleus': 0.3, 'outside': 0.2}
    """
    known = np.where(masks == UNKNOWN, 0.0, maps)
    energy = known.sum(axis=(1, 2))
    nucleus = masks == NUCLEUS
    cell = nucleus | (masks == CYTOPLASM)
    # Where no cell is marked there is nothing that attention could lie on.
    energy = np.where((energy > 0) & cell.any(axis=(1, 2)), energy, np.nan)
    inside, within = ((known * region).sum(axis=(1, 2)) / energy for region in (cell, nucleus))
    return {
        "cell": inside,
        "nucleus": np.where(nucleus.any(axis=(1, 2)), within, np.nan),
        "outside": (known * ~cell).sum(axis=(1, 2)) / energy,
    }


def pointing(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """The pointing game (Zhang et al. 2018): 1 where the map's highest known pixel lies in the cell, else 0; [N].

    Where several are highest, the share of them in the cell; NaN of a constant map.

    >>> mask = np.array([[[CYTOPLASM, NUCLEUS], [0, 0]]], np.uint8)
    >>> pointing(np.array([[[0.5, 0.3], [0.2, 0.0]]]), mask).tolist()
    [1.0]
    """
    known = masks != UNKNOWN
    seen = np.where(known, maps, -np.inf)
    highest = (seen == seen.max(axis=(1, 2), keepdims=True)) & known
    found = shares(highest.astype(float), masks)["cell"]
    lowest = np.where(known, maps, np.inf).min(axis=(1, 2))
    return np.where(seen.max(axis=(1, 2)) > lowest, found, np.nan)


def deletion_and_insertion(
    image: np.ndarray,
    blurred: np.ndarray,
    attention: np.ndarray,
    score: Callable[[np.ndarray], np.ndarray],
    steps: int,
) -> tuple[float, float]:
    """Areas under the deletion and the insertion curve of one image (Petsiuk et al. 2018), between 0 and 1.

    In `steps` steps of as many pixels the most attended ones give way to those of the blurred image (deletion: the
    faster the score falls, the better the map) or come into it (insertion: the faster it rises, the better).

    image, blurred: [H, W, C]; attention: [H, W]; score: images [M, H, W, C] -> the score of each, in [0, 1]; all steps
    of both curves are asked for at once. NaN for an attention that is constant.

    >>> image, blurred, attention = np.ones((2, 2, 1)), np.zeros((2, 2, 1)), np.array([[3, 2], [1, 0]])
    >>> deletion_and_insertion(image, blurred, attention, lambda images: images[:, 0, 0, 0], steps=4)
    (0.125, 0.875)
    """
    if attention.max() == attention.min():
        return np.nan, np.nan
    drawn = np.random.default_rng(_TIES).permutation(attention.size)
    rank = np.empty(attention.size, int)
    rank[np.lexsort((drawn, -attention.ravel()))] = np.arange(attention.size)
    taken = np.rint(np.linspace(0, attention.size, steps + 1))
    attended = (rank.reshape(attention.shape) < taken[:, None, None])[..., None]
    scores = score(np.concatenate([np.where(attended, blurred, image), np.where(attended, image, blurred)]))
    deletion, insertion = (float(np.trapezoid(curve, dx=1 / steps)) for curve in np.split(np.asarray(scores, float), 2))
    return deletion, insertion


def _flat(maps: np.ndarray) -> np.ndarray:
    return maps.reshape(len(maps), -1).astype(float)
