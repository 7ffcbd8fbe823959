"""Explainable-CNN-style: the preparation of its images, and a plain CNN that classifies alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from torch import nn

import baselines.explainable_cnn
from baselines.explainable_cnn import ExplainableCNN, PlainCNN, mask_background
from sgcldff.config.python_files import argument_types
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, NUCLEUS, Run, Samples
from sgcldff.training import network_method


def test_the_cell_stays_as_it_is_and_the_field_turns_black(draw) -> None:
    image, mask = draw([(48, 48, 18, 3)])
    masked = mask_background(image)
    kept = masked.any(axis=2)
    assert kept[mask == NUCLEUS].all() and kept[mask != BACKGROUND].mean() > 0.98
    assert np.array_equal(masked[kept], image[kept])
    assert kept[mask == BACKGROUND].mean() < 0.3 and not masked[[0, 0, -1, -1], [0, -1, 0, -1]].any()


def test_erosion_takes_specks_away(draw) -> None:
    image, _ = draw([(30, 48, 16, 1)])
    speck = image.copy()
    cv2.circle(speck, (84, 10), 1, (60, 20, 90), -1)
    assert not mask_background(speck)[5:16, 79:90].any()


@pytest.mark.parametrize("factor", [2, 3])
def test_the_kept_region_scales_with_the_image(draw, factor: int) -> None:
    image, _ = draw([(48, 48, 18, 2)])
    large = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    small_share, large_share = ((mask_background(each) > 0).any(axis=2).mean() for each in (image, large))
    assert large_share == pytest.approx(small_share, abs=0.04)


def test_an_image_of_one_colour_is_prepared_too() -> None:
    assert mask_background(np.full((64, 64, 3), 200, np.uint8)).shape == (64, 64, 3)


@pytest.mark.parametrize("size", [64, 96, 224])
def test_it_classifies_alone_at_every_size(size: int) -> None:
    outputs = PlainCNN(4, size).eval()(torch.rand(1, 3, size, size))
    assert {name: tuple(each.shape) for name, each in outputs.items()} == {"classes": (1, 4)}


def test_five_convolutions_each_followed_by_pooling_and_dropout() -> None:
    network = PlainCNN(4, 64)
    kinds = [type(each) for each in network.features.modules() if not list(each.children())]
    assert kinds == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU, nn.MaxPool2d, nn.Dropout2d] * 5


def test_it_sees_masked_images_in_training_and_in_prediction(draw, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []

    def fit(_, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        seen.extend([train.images, validation.images])
        return []

    def predict(_, images: np.ndarray, *__: str) -> tuple[None, None]:
        seen.append(images)
        return None, None

    monkeypatch.setattr(baselines.explainable_cnn.NetworkMethod, "fit", fit)
    monkeypatch.setattr(network_method, "predict_network", predict)
    image, mask = draw([(48, 48, 18, 2)])
    samples = Samples(["a"], image[None], np.zeros(1, np.int64), mask[None])
    method = ExplainableCNN(("a", "b"), 96)
    method.fit(samples, samples, Run(0))
    method.network = nn.Identity()
    method.predict(samples)
    assert len(seen) == 3 and all(np.array_equal(each[0], mask_background(image)) for each in seen)
    assert np.array_equal(samples.images[0], image)


def test_it_has_no_pretrained_weights_to_choose() -> None:
    assert ExplainableCNN(("a",), 64, normalisation="image").weights == "none"
    assert argument_types("baselines.explainable_cnn.ExplainableCNN")["weights"] == ["none"]


def test_images_of_another_size_are_refused_before_anything_is_prepared(draw) -> None:
    image, mask = draw([(48, 48, 18, 2)])
    samples = Samples(["a"], image[None], np.zeros(1, np.int64), mask[None])
    with pytest.raises(InputError, match="64×64"):
        ExplainableCNN(("a",), 64).fit(samples, samples, Run(0))
