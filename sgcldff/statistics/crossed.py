"""The crossed seed × image analysis: a mean difference and its uncertainty over new seeds and new images alike.

For one set of I images, each tested in all S seeds, with Y the [S, I] differences and MS the mean squares of the
two-way layout without replication, the variance of the grand mean is (MS_seed + MS_image - MS_residual) / (S I), with
Satterthwaite's degrees of freedom. The seed-only t-test ignores that other images would give another mean, and a
t-test over all S I differences ignores that a seed moves all of its images together.

Where the subtraction leaves nothing, or so little that fewer than one degree of freedom belong to it, no interval can
be had of it (noise alone does that in a few cases of a hundred). The variance between seeds or images that was
estimated below zero then counts as zero: MS_image / (S I) or MS_seed / (S I) is left, or MS_residual / (S I) where
both are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sgcldff.errors import InputError
from sgcldff.statistics.student import TTest, student_t
from sgcldff.statistics.verdict import boundary_decimals


@dataclass(frozen=True)
class CrossedTest(TTest):
    """The t-test over seeds and images.

    var_seed, var_image, var_residual: variance components (unit squared) of a single set of images, as they are
    estimated: below zero where there is none to see.
    """

    n_seeds: int = 0
    n_images: int = 0
    var_seed: float = math.nan
    var_image: float = math.nan
    var_residual: float = math.nan
    note: str = ""


def crossed_test(grids: Sequence[np.ndarray], margin: float = 0.0) -> CrossedTest:
    """Test the sum of the grids' means.

    grids: for each set of images the differences [S, I_k], a row a seed (the same seeds in all), a column an image;
    where a scenario averages over sets, the caller has divided each by their number. Images of different sets are
    independent; a seed may move all sets together, so its part is taken from the seeds' summed means. Raises
    InputError for grids of different seeds or with a value that is not finite.

    >>> test = crossed_test([np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 5.0]])])
    >>> test.mean, test.n_seeds, test.n_images, round(test.var_image, 3)
    (2.5, 2, 3, 1.5)
    """
    grids = [np.asarray(grid, dtype=float) for grid in grids]
    if not grids or any(grid.ndim != 2 or len(grid) != len(grids[0]) for grid in grids):
        raise InputError("The crossed analysis needs one grid of seeds by images for each set: give the same seeds.")
    if not all(np.isfinite(grid).all() for grid in grids):
        raise InputError("The crossed analysis needs a number for every seed and image: leave out images without.")
    n_seeds, n_images = len(grids[0]), sum(grid.shape[1] for grid in grids)
    by_seed = sum(grid.mean(axis=1) for grid in grids)
    mean = float(by_seed.mean())
    if n_seeds < 2 or any(grid.shape[1] < 2 for grid in grids):
        return CrossedTest(mean=mean, n_seeds=n_seeds, n_images=n_images, note="needs 2 seeds and 2 images at least")
    decimals = boundary_decimals(*(np.abs(grid).max(initial=0.0) for grid in grids))
    if all(np.round(np.ptp(grid), decimals) == 0 for grid in grids):
        note = "the difference is the same in every seed and image: no crossed test"
        return CrossedTest(mean=mean, n_seeds=n_seeds, n_images=n_images, note=note)

    layouts = [_mean_squares(grid) for grid in grids]
    variance, df = _satterthwaite(grids, by_seed, layouts, clipped=False)
    if not (variance > 0 and df >= 1):
        variance, df = _satterthwaite(grids, by_seed, layouts, clipped=True)
    size = {"n_seeds": n_seeds, "n_images": n_images}
    if len(grids) == 1:
        (image, residual), seed = layouts[0], by_seed.var(ddof=1)
        size |= {"var_seed": float(seed - residual / n_images), "var_image": (image - residual) / n_seeds}
        size |= {"var_residual": residual}
    return CrossedTest(**vars(student_t(mean, math.sqrt(variance), df, margin)), **size)


def _satterthwaite(
    grids: Sequence[np.ndarray], by_seed: np.ndarray, layouts: Sequence[tuple[float, float]], clipped: bool
) -> tuple[float, float]:
    """The variance of the mean and its degrees of freedom; clipped: negative variance components count as zero.

    Each mean square that is added or subtracted brings its own degrees of freedom. The noise is in the part of the
    seeds and in that of the images, so it is taken off once where both count, and stands alone where neither does.
    """
    n_seeds = len(by_seed)
    noises = [residual / grid.size for grid, (_, residual) in zip(grids, layouts, strict=True)]
    seed = by_seed.var(ddof=1) / n_seeds
    seeds_count = not clipped or seed > sum(noises)
    parts = [(seeds_count * seed, n_seeds - 1)]
    for grid, (image, _), noise in zip(grids, layouts, noises, strict=True):
        images_count = not clipped or image / grid.size > noise
        parts += [
            (images_count * image / grid.size, grid.shape[1] - 1),
            ((1 - int(seeds_count) - int(images_count)) * noise, (n_seeds - 1) * (grid.shape[1] - 1)),
        ]
    variance = float(sum(part for part, _ in parts))
    return variance, variance**2 / float(sum(part**2 / freedom for part, freedom in parts))


def _mean_squares(grid: np.ndarray) -> tuple[float, float]:
    """Mean squares of images and of the residual in the two-way layout [S, I] without replication."""
    n_seeds, n_images = grid.shape
    rows, columns = grid.mean(axis=1, keepdims=True), grid.mean(axis=0, keepdims=True)
    residual = grid - rows - columns + grid.mean()
    image = n_seeds * float(np.var(columns, ddof=1))
    return image, float((residual**2).sum()) / ((n_seeds - 1) * (n_images - 1))
