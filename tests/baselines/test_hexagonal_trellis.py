"""Virtual hexagonal trellis: its features beside those of the CNN, among which the ant colony selects."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from short_fits import ONE_EPOCH

from baselines import hexagonal_trellis
from baselines.deep_features import ant_colony, hexagonal
from baselines.deep_features import method as shared
from baselines.hexagonal_trellis import HexagonalTrellis
from sgcldff.method import Run, Samples

CLASSES = ("a", "b", "c")
SIZE = 64
DEEP = 992


@pytest.fixture(autouse=True, scope="module")
def small_colony() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "VARIANTS", 1)
        patch.setattr(ant_colony, "ITERATIONS", 2)
        patch.setattr(ant_colony, "ANTS", 3)
        patch.setattr(hexagonal_trellis, "SHARES", (0.05, 0.1))
        yield


def draw(count: int, seed: int) -> Samples:
    """A stained disc in each image: striped the finer, the higher its class."""
    generator = np.random.default_rng(seed)
    images = np.full((count, SIZE, SIZE, 3), (232, 222, 214), np.uint8)
    labels = np.arange(count) % len(CLASSES)
    for image, label in zip(images, labels, strict=True):
        place = tuple(int(each) for each in generator.integers(26, 38, 2))
        disc = np.zeros((SIZE, SIZE), np.uint8)
        cv2.circle(disc, place, 20, 1, -1)
        stripes = np.arange(SIZE) % (12, 6, 3)[label] < (6, 3, 1)[label]
        image[(disc > 0) & stripes] = (100, 50, 150)
        image[(disc > 0) & ~stripes] = (190, 160, 200)
    noisy = np.clip(images + generator.normal(0, 3, images.shape), 0, 255).astype(np.uint8)
    names = [f"{seed}-{index}" for index in range(count)]
    return Samples(names, noisy, labels.astype(np.int64), np.zeros((count, SIZE, SIZE), np.uint8))


def fitted(seed: int = 0) -> HexagonalTrellis:
    method = HexagonalTrellis(CLASSES, SIZE, weights="package")
    method.history = method.fit(draw(12, 1), draw(6, 2), Run(seed, ONE_EPOCH))
    return method


@pytest.fixture(scope="module")
def method(small_colony: None) -> HexagonalTrellis:
    return fitted()


def test_it_classifies_new_images_and_does_not_segment(method: HexagonalTrellis) -> None:
    unseen = draw(6, 3)
    prediction = method.predict(unseen.without_truth())
    assert prediction.masks is None and method.history == []
    assert (prediction.probabilities.argmax(axis=1) == unseen.labels).all()


def test_the_features_are_those_of_the_cnn_and_then_of_the_trellis(method: HexagonalTrellis) -> None:
    images = draw(2, 3).images
    features, _ = method.analyse(images)
    assert features.shape == (2, DEEP + hexagonal.COUNT)
    np.testing.assert_array_equal(features[1, DEEP:], hexagonal.describe(images[1]))


def test_all_of_the_trellis_is_kept_and_of_the_cnn_what_the_colony_selects(method: HexagonalTrellis) -> None:
    kept = method._machine.kept
    deep = kept[kept < DEEP]
    assert len(deep) in {round(share * DEEP) for share in (0.05, 0.1)} and len(set(deep)) == len(deep)
    np.testing.assert_array_equal(kept[len(deep) :], np.arange(DEEP, DEEP + hexagonal.COUNT))


def test_a_seed_gives_the_same_state_and_another_one_another_selection(method: HexagonalTrellis) -> None:
    first, again = method.state(), fitted().state()
    assert first.keys() == again.keys() and all(np.array_equal(array, again[name]) for name, array in first.items())
    features, labels = np.random.default_rng(0).normal(size=(1, 12, DEEP + hexagonal.COUNT)), np.arange(12) % 3
    chosen = [method.select(features, labels, Run(seed)) for seed in (0, 0, 1)]
    assert np.array_equal(chosen[0][0], chosen[1][0]) and not np.array_equal(chosen[0][0], chosen[2][0])


def test_a_stored_fit_predicts_the_same(method: HexagonalTrellis) -> None:
    restored = HexagonalTrellis(CLASSES, SIZE, weights="none")
    restored.restore(method.state())
    unseen = draw(4, 3).without_truth()
    np.testing.assert_array_equal(restored.predict(unseen).probabilities, method.predict(unseen).probabilities)
