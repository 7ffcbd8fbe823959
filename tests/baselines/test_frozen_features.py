"""Frozen features read by neighbours and by a linear layer: what they learn, store and refuse."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import save_file
from sklearn.neighbors import KNeighborsClassifier

from baselines import frozen_features
from baselines.frozen_features import FrozenFeatures
from sgcldff.errors import InputError
from sgcldff.method import Run, Samples

CLASSES = ("violet", "pink", "grey")
COLOURS = np.array([(120, 60, 170), (220, 150, 160), (150, 150, 150)])


def smears(count: int, seed: int) -> Samples:
    """Images of 64 pixels in the colour of their class, with noise."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % len(CLASSES)
    images = COLOURS[labels][:, None, None] + generator.normal(0, 10, (count, 64, 64, 3))
    names = [f"{seed}-{number}" for number in range(count)]
    return Samples(names, np.clip(images, 0, 255).astype(np.uint8), labels, np.full((count, 64, 64), 255, np.uint8))


@pytest.fixture(scope="module", params=["knn", "linear"])
def fitted(request: pytest.FixtureRequest) -> FrozenFeatures:
    method = FrozenFeatures(CLASSES, 64, reader=request.param)
    assert method.fit(smears(18, 0), smears(9, 1), Run(0, None)) == []
    return method


def test_images_in_the_colour_of_a_class_are_of_that_class(fitted: FrozenFeatures) -> None:
    samples = smears(12, 2)
    prediction = fitted.predict(samples.without_truth())
    assert prediction.masks is None and np.array_equal(prediction.probabilities.argmax(axis=1), samples.labels)
    np.testing.assert_allclose(prediction.probabilities.sum(axis=1), 1)


def test_a_restored_method_predicts_the_same_bits(fitted: FrozenFeatures) -> None:
    other, samples = FrozenFeatures(CLASSES, 64, reader=fitted.reader, weights="none"), smears(6, 3)
    other.restore(fitted.state())
    assert np.array_equal(other.predict(samples).probabilities, fitted.predict(samples).probabilities)


@pytest.mark.parametrize("reader", ["knn", "linear"])
@pytest.mark.parametrize("left", [[0], [0, 2]])
def test_a_class_without_training_images_has_no_probability(reader: str, left: list[int]) -> None:
    train, kept = smears(18, 0), np.flatnonzero(np.isin(np.arange(18) % 3, left))
    some = Samples([train.image_ids[i] for i in kept], train.images[kept], train.labels[kept], train.masks[kept])
    method = FrozenFeatures(CLASSES, 64, reader=reader)
    method.fit(some, smears(9, 1), Run(0, None))
    absent = [index for index in range(3) if index not in left]
    probabilities = method.predict(smears(6, 2)).probabilities
    assert (probabilities[:, absent] == 0).all() and np.isfinite(probabilities).all()


def test_one_neighbour_is_that_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    features, shown = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in generator.normal(size=(2, 40, 8)))
    labels = generator.integers(0, 3, 40)
    learned = {"features": features, "labels": labels, "neighbours": np.array(1)}
    ours = FrozenFeatures(CLASSES, 64)._probabilities(learned, shown).argmax(axis=1)
    assert np.array_equal(ours, KNeighborsClassifier(1, metric="cosine").fit(features, labels).predict(shown))


def test_a_vision_transformer_of_a_file_describes_images_at_its_own_size(tmp_path: Path) -> None:
    torch.manual_seed(0)
    source = timm.create_model("vit_tiny_patch16_224", img_size=32, num_classes=0, depth=1)
    file = tmp_path / "vit.safetensors"
    save_file(source.state_dict(), file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    real = timm.create_model

    def shallow(name: str, **options: object) -> torch.nn.Module:
        return real(name, **(options | {"depth": 1}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timm, "create_model", shallow)
        weights = {"file": str(file), "sha256": digest}
        described = frozen_features.Described("vit_tiny_patch16_224", weights, 32).eval()
    images = torch.randn(2, 3, 32, 32)
    expected = torch.nn.functional.normalize(source.eval()(images), dim=1)
    torch.testing.assert_close(described(images)["features"], expected)


def test_a_network_that_timm_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="timm has no network `model: vit_of_mine`"):
        FrozenFeatures(CLASSES, 64, model="vit_of_mine")
