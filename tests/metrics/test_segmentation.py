"""Segmentation scores against scikit-learn, torchmetrics and hand counting."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, jaccard_score

from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN
from sgcldff.metrics import segmentation
from sgcldff.metrics.segmentation import pixel_counts


@pytest.fixture
def images() -> tuple[np.ndarray, np.ndarray]:
    """Six random predicted masks and truths with all four codes, cells of different sizes."""
    generator = np.random.default_rng(7)
    cell = generator.random((6, 12, 9)) < np.linspace(0.1, 0.8, 6)[:, None, None]
    truth = np.where(cell, generator.choice([CYTOPLASM, NUCLEUS], cell.shape), BACKGROUND).astype(np.uint8)
    predicted = cell ^ (generator.random(cell.shape) < 0.2)
    truth[generator.random(cell.shape) < 0.1] = UNKNOWN
    return predicted, truth


def known_pixels(predicted: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = truth != UNKNOWN
    return truth[known] > 0, predicted[known]


def one(predicted: list[int], truth: list[int]) -> segmentation.PixelCounts:
    return pixel_counts(np.array([[predicted]], bool), np.array([[truth]], np.uint8))


@pytest.mark.parametrize(
    ("metric", "reference"),
    [
        (segmentation.iou, jaccard_score),
        (segmentation.dice, f1_score),
        (segmentation.pixel_accuracy, accuracy_score),
    ],
)
def test_scores_of_each_image_agree_with_scikit_learn(images, metric, reference):
    expected = [reference(*known_pixels(*pair)) for pair in zip(*images, strict=True)]
    np.testing.assert_allclose(metric(pixel_counts(*images)), expected, rtol=1e-12)


def test_pooled_iou_is_the_iou_of_all_pixels_together(images):
    expected = jaccard_score(*known_pixels(*images))
    assert segmentation.pooled_iou(pixel_counts(*images)) == pytest.approx(expected, rel=1e-12)


def test_mean_iou_is_the_macro_jaccard_of_all_pixels_together(images):
    expected = jaccard_score(*known_pixels(*images), average="macro")
    assert segmentation.mean_iou(pixel_counts(*images)) == pytest.approx(expected, rel=1e-12)


def test_pooled_and_mean_iou_agree_with_torchmetrics(images):
    import torch
    from torchmetrics.functional import classification as metrics

    truth, predicted = known_pixels(*images)
    arguments = torch.from_numpy(predicted).int(), torch.from_numpy(truth).int()
    pooled = metrics.binary_jaccard_index(*arguments).item()
    mean = metrics.multiclass_jaccard_index(*arguments, num_classes=2, average="macro").item()
    assert segmentation.pooled_iou(pixel_counts(*images)) == pytest.approx(pooled, rel=1e-6)
    assert segmentation.mean_iou(pixel_counts(*images)) == pytest.approx(mean, rel=1e-6)


def test_scores_of_an_image_counted_by_hand():
    counts = one([1, 1, 1, 0, 0, 0], [1, 2, 0, 0, 2, 0])
    assert segmentation.iou(counts)[0] == 2 / 4
    assert segmentation.dice(counts)[0] == 4 / 6
    assert segmentation.pixel_accuracy(counts)[0] == 4 / 6
    assert segmentation.mean_iou(counts) == (2 / 4 + 2 / 4) / 2


def test_pooled_iou_weighs_large_cells_more_than_the_mean_does():
    small, large = [1, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]
    counts = pixel_counts(np.array([[[0] * 6], [large]], bool), np.array([[small], [large]], np.uint8))
    assert segmentation.iou(counts).mean() == 0.5
    assert segmentation.pooled_iou(counts) == 6 / 7


def test_nucleus_and_cytoplasm_are_both_the_cell():
    assert segmentation.iou(one([1, 1, 0], [CYTOPLASM, NUCLEUS, BACKGROUND]))[0] == 1


def test_unknown_pixels_change_no_score():
    without = one([1, 1, 0, 0], [1, 0, 2, 0])
    with_unknown = one([1, 1, 0, 0, 1, 0], [1, 0, 2, 0, UNKNOWN, UNKNOWN])
    assert with_unknown == without


def test_two_empty_masks_give_nan_and_are_counted():
    counts = one([0, 0], [0, 0])
    assert np.isnan(segmentation.iou(counts)[0])
    assert np.isnan(segmentation.dice(counts)[0])
    assert counts.both_empty.tolist() == [True]
    assert counts.empty_truth.tolist() == [False]


def test_two_empty_masks_agree_in_every_pixel():
    assert segmentation.pixel_accuracy(one([0, 0], [0, 0]))[0] == 1


def test_an_empty_truth_with_a_prediction_scores_0_and_is_counted():
    counts = one([1, 0], [0, 0])
    assert segmentation.iou(counts)[0] == 0
    assert segmentation.dice(counts)[0] == 0
    assert counts.empty_truth.tolist() == [True]
    assert counts.both_empty.tolist() == [False]


def test_a_missed_cell_scores_0_and_is_no_empty_truth():
    counts = one([0, 0], [0, 1])
    assert segmentation.iou(counts)[0] == 0
    assert counts.empty_truth.tolist() == [False]


def test_a_prediction_in_unknown_pixels_alone_is_an_empty_one():
    assert one([1, 0], [UNKNOWN, 0]).both_empty.tolist() == [True]


def test_a_wholly_unknown_mask_has_no_score():
    counts = one([1, 0], [UNKNOWN, UNKNOWN])
    assert counts.scored.tolist() == [False]
    assert not counts.both_empty.any()
    assert not counts.empty_truth.any()
    for metric in (segmentation.iou, segmentation.dice, segmentation.pixel_accuracy):
        assert np.isnan(metric(counts)[0])


def test_images_without_any_cell_have_neither_pooled_nor_mean_iou():
    counts = one([0, 0], [0, 0])
    assert np.isnan(segmentation.pooled_iou(counts))
    assert np.isnan(segmentation.mean_iou(counts))


def test_counts_in_parts_are_the_counts_of_the_whole(images):
    predicted, truth = images
    parts = [pixel_counts(predicted[:2], truth[:2]), pixel_counts(predicted[2:], truth[2:])]
    joined, whole = segmentation.concatenate(parts), pixel_counts(predicted, truth)
    np.testing.assert_array_equal(segmentation.iou(joined), segmentation.iou(whole))


def test_masks_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match="shape"):
        pixel_counts(np.zeros((1, 2, 3), bool), np.zeros((1, 3, 2), np.uint8))
