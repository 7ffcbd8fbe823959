"""Scores of outlines against MONAI's printed values, a count of every pair of pixels, and masks drawn by hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sgcldff.method import UNKNOWN
from sgcldff.metrics.boundaries import boundary_scores, boundary_tolerance

SHARE = 0.0075
# NSD at 1 pixel and HD95 of `pair(seed)` as MONAI 1.6.1 gives them (compute_surface_dice, compute_hausdorff_distance).
OF_MONAI = [(0.2333333, 17.381813), (0.1076923, 10.261473), (0.0, 14.196659), (0.1637931, 13.633148)]


def pair(seed: int, size: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Two ellipses with a few wrong pixels, bool [size, size] each."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    axes, centres = generator.uniform(5, 14, 4), generator.uniform(14, 34, 4)
    masks = [((y - centres[i]) / axes[i]) ** 2 + ((x - centres[i + 1]) / axes[i + 1]) ** 2 < 1 for i in (0, 2)]
    one, other = (mask ^ (generator.random(mask.shape) < 0.002) for mask in masks)
    return one, other


def scores(predicted, truth, share=SHARE, nsd_tolerance=1.0):
    return boundary_scores(np.asarray(predicted, bool), np.asarray(truth, np.uint8), share, nsd_tolerance)


def square(start: int, stop: int, size: int = 20) -> np.ndarray:
    mask = np.zeros((size, size), np.uint8)
    mask[start:stop, start:stop] = 1
    return mask


def counted(predicted: np.ndarray, truth: np.ndarray, tolerance: float) -> tuple[float, float, float]:
    """Boundary F1 and NSD at one tolerance, and HD95, from the distances of all pairs of pixels."""

    def edge(mask):
        padded = np.pad(mask, 1)
        inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        return np.argwhere(mask & ~inner)

    apart = np.linalg.norm(edge(predicted)[:, None] - edge(truth)[None], axis=-1)
    ours, theirs = apart.min(axis=1), apart.min(axis=0)
    precision, recall = (ours <= tolerance).mean(), (theirs <= tolerance).mean()
    f1 = 2 * precision * recall / (precision + recall)
    nsd = np.concatenate([ours, theirs]) <= tolerance
    return f1, nsd.mean(), max(np.percentile(ours, 95), np.percentile(theirs, 95))


@pytest.mark.parametrize(("seed", "expected"), list(enumerate(OF_MONAI)))
def test_surface_dice_and_hausdorff_distance_are_those_of_monai(seed, expected):
    found = scores(*pair(seed))
    assert (found.nsd, found.hd95) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("seed", range(4, 12))
def test_every_score_agrees_with_a_count_of_all_pairs_of_pixels(seed):
    tolerance = boundary_tolerance(48, 48, share=0.05)
    assert tuple(scores(*pair(seed), share=0.05, nsd_tolerance=tolerance)) == pytest.approx(
        counted(*pair(seed), tolerance)
    )


def test_the_tolerance_of_the_boundary_f1_is_rounded_up():
    assert [boundary_tolerance(size, size, SHARE) for size in (64, 96, 160, 224)] == [1, 2, 2, 3]


def test_the_same_mask_scores_one_and_lies_nowhere_apart():
    assert scores(square(4, 12), square(4, 12)) == (1.0, 1.0, 0.0)


def test_an_outline_a_pixel_off_is_within_the_tolerance_and_two_pixels_off_is_not():
    assert scores(np.roll(square(4, 14), 1, axis=1), square(4, 14)).nsd == 1.0
    assert scores(square(6, 12), square(4, 14)).nsd == 0.0


@pytest.mark.parametrize(("predicted", "truth"), [(square(0, 0), square(4, 12)), (square(4, 12), square(0, 0))])
def test_one_empty_mask_scores_nothing_and_has_no_distance(predicted, truth):
    found = scores(predicted, truth)
    assert (found.boundary_f1, found.nsd) == (0.0, 0.0) and np.isnan(found.hd95)


def test_two_empty_masks_have_no_score():
    assert np.isnan(scores(square(0, 0), square(0, 0))).all()


def test_the_edge_of_the_image_ends_a_cell_as_a_background_does():
    assert scores(square(0, 20), square(0, 20)) == (1.0, 1.0, 0.0)


def test_what_is_predicted_where_the_truth_is_unknown_changes_nothing():
    truth = square(4, 12)
    truth[:, 15:] = UNKNOWN
    predicted = square(4, 12)
    expected = scores(predicted, truth)
    predicted[6:9, 16:19] = 1
    assert scores(predicted, truth) == expected == (1.0, 1.0, 0.0)


def test_a_cell_has_no_outline_towards_unknown_pixels():
    truth, predicted = square(4, 12), square(4, 12)
    truth[:, 12:] = UNKNOWN  # the true cell goes on beyond, or not: nobody knows
    predicted[4:12, 12:14] = 1
    assert scores(predicted, truth) == (1.0, 1.0, 0.0)


def test_masks_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="shape"):
        scores(square(4, 12, size=20), square(4, 12, size=21))


def test_scores_do_not_hang_on_how_many_threads_opencv_has():
    pairs = [np.random.default_rng(seed).random((2, 224, 224)) < 0.001 for seed in range(40)]
    given = cv2.getNumThreads()
    try:
        found = []
        for threads in (1, 2, 8):
            cv2.setNumThreads(threads)
            found.append([scores(*masks) for masks in pairs])
    finally:
        cv2.setNumThreads(given)
    assert found[0] == found[1] == found[2]
