"""Saliency and selection of deep features: region, crop, parallel fusion, selection by windows, both tasks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from short_fits import ONE_EPOCH

from baselines.deep_features.encoder import LAYER_FEATURES
from baselines.saliency_feature_selection import (
    DEFAULT_SETTING,
    MARGIN,
    WINDOW,
    SaliencyFeatureSelection,
    best_of_windows,
    crop,
    fuse,
)
from sgcldff.method import CYTOPLASM, UNKNOWN, Run, Samples

CLASSES = ("a", "b")
SIZE = 64
pytestmark = pytest.mark.usefixtures("one_variant")


def draw(count: int, seed: int) -> Samples:
    """A small cell on plasma, in one of two colours."""
    generator = np.random.default_rng(seed)
    images = np.full((count, SIZE, SIZE, 3), (240, 228, 226), np.uint8)
    masks = np.zeros((count, SIZE, SIZE), np.uint8)
    labels = np.arange(count) % len(CLASSES)
    for image, mask, label in zip(images, masks, labels, strict=True):
        place = tuple(int(each) for each in generator.integers(16, 48, 2))
        cv2.circle(image, place, 9, ((110, 50, 160), (60, 130, 130))[label], -1)
        cv2.circle(mask, place, 9, CYTOPLASM, -1)
    noisy = np.clip(images + generator.normal(0, 3, images.shape), 0, 255).astype(np.uint8)
    return Samples([f"{seed}-{index}" for index in range(count)], noisy, labels.astype(np.int64), masks)


@pytest.fixture(scope="module")
def method(one_variant: None) -> SaliencyFeatureSelection:
    method = SaliencyFeatureSelection(CLASSES, SIZE, weights="package")
    method.history = method.fit(draw(8, 1), draw(6, 2), Run(0, ONE_EPOCH))
    return method


def test_it_segments_and_classifies_new_images(method: SaliencyFeatureSelection) -> None:
    unseen = draw(6, 3)
    prediction = method.predict(unseen.without_truth())
    cell = unseen.masks == CYTOPLASM
    overlap = (prediction.masks & cell).sum(axis=(1, 2)) / (prediction.masks | cell).sum(axis=(1, 2))
    assert overlap.min() > 0.8
    assert prediction.probabilities.argmax(axis=1).tolist() == unseen.labels.tolist()


def test_an_image_without_a_salient_region_has_an_empty_mask_and_a_class(method: SaliencyFeatureSelection) -> None:
    blank = np.full((1, SIZE, SIZE, 3), 200, np.uint8)
    prediction = method.predict(Samples(["blank"], blank, np.array([-1]), np.zeros((1, SIZE, SIZE), np.uint8)))
    assert not prediction.masks.any() and prediction.probabilities.sum() == pytest.approx(1)


def test_a_stored_fit_predicts_the_same(method: SaliencyFeatureSelection) -> None:
    restored = SaliencyFeatureSelection(CLASSES, SIZE, weights="none")
    restored.restore(method.state())
    unseen = draw(4, 3).without_truth()
    predictions = (vars(each.predict(unseen)).values() for each in (restored, method))
    for mine, others in zip(*predictions, strict=True):
        np.testing.assert_array_equal(mine, others)


def test_the_setting_is_the_default_where_the_training_subset_has_no_masks() -> None:
    train = draw(4, 1)
    unknown = Samples(train.image_ids, train.images, train.labels, np.full_like(train.masks, UNKNOWN))
    method = SaliencyFeatureSelection(CLASSES, SIZE, weights="none")
    method._setting = (9.0, 9.0, 9.0)
    method.prepare(unknown, Run(0))
    assert method._setting == DEFAULT_SETTING


def test_a_crop_is_centred_on_the_region_and_shows_its_margin() -> None:
    image, region = np.zeros((SIZE, SIZE, 3), np.uint8), np.zeros((SIZE, SIZE), bool)
    image[20:30, 36:56], region[20:30, 36:56] = 255, True
    shown = crop(image, region)[:, :, 0] > 127
    rows, columns = (np.flatnonzero(shown.any(axis=axis)) for axis in (1, 0))
    assert len(columns) == pytest.approx(SIZE / (1 + MARGIN), abs=1)
    assert len(rows) == pytest.approx(SIZE / (1 + MARGIN) / 2, abs=1)
    assert rows.mean() == pytest.approx((SIZE - 1) / 2, abs=0.6)
    assert columns.mean() == pytest.approx((SIZE - 1) / 2, abs=0.6)


def test_the_crop_of_a_region_that_fills_the_image_is_as_large_as_the_image() -> None:
    image = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    assert crop(image, np.ones((SIZE, SIZE), bool)).shape == image.shape
    np.testing.assert_array_equal(crop(image, np.zeros((SIZE, SIZE), bool)), image)


def test_parallel_fusion_takes_at_each_position_the_layer_that_separates_better() -> None:
    longer, shorter = LAYER_FEATURES
    relevances = np.zeros(longer + shorter)
    relevances[:3] = [5, 1, 2]
    relevances[longer : longer + 3] = [4, 3, 2]
    fused = fuse(relevances)
    assert len(fused) == longer and fused[:3].tolist() == [0, longer + 1, 2]
    np.testing.assert_array_equal(fused[shorter:], np.arange(shorter, longer))


def test_every_window_gives_its_best_share() -> None:
    worth = np.concatenate([np.arange(WINDOW), 100.0 + np.arange(WINDOW), [7.0]])
    kept = best_of_windows(worth, 0.2)
    count = round(0.2 * WINDOW)
    expected = [*range(WINDOW - count, WINDOW), *range(2 * WINDOW - count, 2 * WINDOW), 2 * WINDOW]
    assert kept.tolist() == expected


def test_selection_prefers_what_varies_and_tells_the_classes_apart(method: SaliencyFeatureSelection) -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(40) % 2
    features = generator.normal(size=(1, 40, sum(LAYER_FEATURES)))
    features[0, :, 5] += 5 * labels
    features[0, :, LAYER_FEATURES[0] + 7] += 5 * labels
    features[0, :, 9] = 0
    smallest = method.select(features, labels, Run(0))[0]
    assert {5, LAYER_FEATURES[0] + 7} <= set(smallest) and not {7, 9} & set(smallest)
