"""Deep features CNN: frozen stages, a selection, a machine of arrays, and the mask head on request."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from short_fits import ONE_EPOCH

from baselines.deep_features_cnn import SHARES, DeepFeaturesCNN
from sgcldff.config.training import Training
from sgcldff.errors import InputError
from sgcldff.method import CYTOPLASM, NUCLEUS, Run, Samples

CLASSES = ("a", "b", "c")
SIZE = 64
pytestmark = pytest.mark.usefixtures("one_variant")


def draw(count: int, seed: int) -> Samples:
    """A cell in each image whose nucleus is of the colour of its class."""
    generator = np.random.default_rng(seed)
    images = np.full((count, SIZE, SIZE, 3), (232, 222, 214), np.uint8)
    masks = np.zeros((count, SIZE, SIZE), np.uint8)
    labels = np.arange(count) % len(CLASSES)
    for image, mask, label in zip(images, masks, labels, strict=True):
        place = tuple(int(each) for each in generator.integers(24, 40, 2))
        cv2.circle(image, place, 16, (206, 190, 214), -1)
        cv2.circle(mask, place, 16, CYTOPLASM, -1)
        cv2.circle(image, place, 9, ((100, 50, 150), (170, 60, 60), (40, 80, 60))[label], -1)
        cv2.circle(mask, place, 9, NUCLEUS, -1)
    noisy = np.clip(images + generator.normal(0, 3, images.shape), 0, 255).astype(np.uint8)
    return Samples([f"{seed}-{index}" for index in range(count)], noisy, labels.astype(np.int64), masks)


def fitted(seed: int = 0, training: Training = ONE_EPOCH, **arguments) -> DeepFeaturesCNN:
    method = DeepFeaturesCNN(CLASSES, SIZE, **{"weights": "none", **arguments})
    method.history = method.fit(draw(9, 1), draw(6, 2), Run(seed, training))
    return method


@pytest.fixture(scope="module")
def pretrained(one_variant: None) -> DeepFeaturesCNN:
    return fitted(weights="package")


def test_it_classifies_new_images_and_does_not_segment(pretrained: DeepFeaturesCNN) -> None:
    unseen = draw(6, 3)
    prediction = pretrained.predict(unseen.without_truth())
    assert prediction.masks is None and pretrained.history == []
    np.testing.assert_allclose(prediction.probabilities.sum(axis=1), 1)
    assert (prediction.probabilities.argmax(axis=1) == unseen.labels).mean() >= 5 / 6


def test_a_part_of_the_features_is_selected(pretrained: DeepFeaturesCNN) -> None:
    kept = pretrained._machine.kept
    assert len(kept) in {round(share * 992) for share in SHARES}
    assert len(set(kept)) == len(kept) and min(kept) >= 0 and max(kept) < 992


def test_a_stored_fit_holds_the_encoder_and_predicts_the_same(pretrained: DeepFeaturesCNN) -> None:
    restored = DeepFeaturesCNN(CLASSES, SIZE, weights="hub")  # which is not asked for anything
    restored.restore(pretrained.state())
    unseen = draw(4, 3).without_truth()
    first, second = (method.predict(unseen).probabilities for method in (pretrained, restored))
    np.testing.assert_array_equal(first, second)


def test_a_seed_gives_the_same_state_and_another_one_another() -> None:
    first, again, other = (fitted(seed).state() for seed in (0, 0, 1))
    assert first.keys() == again.keys() == other.keys()
    assert all(np.array_equal(array, again[name]) for name, array in first.items())
    assert not np.array_equal(first["encoder.0.0.weight"], other["encoder.0.0.weight"])


def test_the_seed_augments_the_images_that_the_machine_learns_from(pretrained: DeepFeaturesCNN) -> None:
    means = [each.state()["machine.mean"] for each in (pretrained, fitted(1, weights="package"))]
    assert means[0].shape != means[1].shape or not np.array_equal(*means)


def test_the_mask_head_learns_and_leaves_the_encoder_and_the_classes_alone(pretrained: DeepFeaturesCNN) -> None:
    two = fitted(weights="package", second_head=True)
    prediction = two.predict(draw(4, 3).without_truth())
    assert prediction.masks.shape == (4, SIZE, SIZE) and prediction.masks.dtype == bool
    assert [set(row) for row in two.history] == [{"epoch", "learning_rate", "train_segmentation", "validation_iou"}]
    plain, state = pretrained.state(), two.state()
    assert {name.split(".")[0] for name in state.keys() - plain.keys()} == {"head"}
    assert all(np.array_equal(array, state[name]) for name, array in plain.items())
    assert two.parameters() - pretrained.parameters() == sum(each.numel() for each in two.network.head.parameters())


def test_unknown_classes_in_the_training_subset_are_left_out(pretrained: DeepFeaturesCNN) -> None:
    train = draw(9, 1)
    known = np.where(np.arange(9) < 6, train.labels, -1)
    method = DeepFeaturesCNN(CLASSES, SIZE, weights="none")
    method.fit(Samples(train.image_ids, train.images, known, train.masks), draw(6, 2), Run(0, ONE_EPOCH))
    assert np.isfinite(method.predict(draw(4, 3).without_truth()).probabilities).all()


def test_it_predicts_after_a_fit_and_images_of_its_size_alone(pretrained: DeepFeaturesCNN) -> None:
    unfitted = DeepFeaturesCNN(CLASSES, SIZE, weights="none")
    with pytest.raises(RuntimeError, match="predicts after fit or restore"):
        unfitted.predict(draw(2, 0))
    with pytest.raises(RuntimeError, match="has a state after fit or restore"):
        unfitted.state()
    small = draw(2, 0)
    small = Samples(small.image_ids, small.images[:, :32, :32], small.labels, small.masks[:, :32, :32])
    with pytest.raises(InputError, match="64×64"):
        pretrained.predict(small)
