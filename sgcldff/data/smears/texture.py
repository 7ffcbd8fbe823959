"""Random fields: chromatin, ground glass, granules."""

from __future__ import annotations

import cv2
import numpy as np


def noise(rng: np.random.Generator, shape: tuple[int, int], grain: float) -> np.ndarray:
    """A smooth Gaussian field, float32 [h, w], mean 0, variance about 1; grain: its correlation length, pixels."""
    grain = max(grain, 1.0)
    # One cell of the coarse grid hangs over the edge: the field starts anywhere inside it.
    coarse = (int(np.ceil(shape[0] / grain)) + 2, int(np.ceil(shape[1] / grain)) + 2)
    field = rng.standard_normal(coarse, dtype=np.float32)
    size = (round(coarse[1] * grain), round(coarse[0] * grain))
    fine = cv2.resize(field, size, interpolation=cv2.INTER_CUBIC)
    top, left = rng.integers(0, int(grain) + 1, 2)
    # Interpolation averages neighbours and so takes away about a quarter of the standard deviation.
    return 1.3 * fine[top : top + shape[0], left : left + shape[1]]


def granules(
    rng: np.random.Generator, region: np.ndarray, spacing: float, radius: float, share: float, clumping: float = 0.0
) -> np.ndarray:
    """Round granules inside a region, as a coverage, float32 [h, w], 0 to about 1.2.

    region: bool [h, w]; spacing: mean distance of neighbours, pixels; radius: of one granule, pixels; share: the
    part of the places that is taken, 0..1; clumping: 0 for an even spread, 1 for patches with and without granules.
    """
    height, width = region.shape
    rows, columns = np.mgrid[0 : height / spacing, 0 : width / spacing].astype(np.float32)
    columns[1::2] += 0.5
    y = ((rows + rng.uniform(-0.45, 0.45, rows.shape)) * spacing).astype(int).ravel()
    x = ((columns + rng.uniform(-0.45, 0.45, rows.shape)) * spacing).astype(int).ravel()
    inside = (y >= 0) & (x >= 0) & (y < height) & (x < width)
    y, x = y[inside], x[inside]
    chance = np.full(len(y), share)
    if clumping:
        chance = share + clumping * 0.5 * noise(rng, region.shape, 5 * spacing)[y, x]
    taken = region[y, x] & (rng.random(len(y)) < chance)
    seeds = np.zeros(region.shape, np.float32)
    seeds[y[taken], x[taken]] = rng.uniform(0.55, 1.1, int(taken.sum()))
    reach = int(np.ceil(radius)) + 1
    across = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    disc = np.clip(radius + 0.5 - across, 0, 1).astype(np.float32)
    return np.minimum(cv2.filter2D(seeds, -1, disc), 1.25)
