"""Training images are like those that are tested: batch normalisation meets in clean images what it met in training.

Noise at its full strength in every training image scored clean smears of BCCD at a macro-F1 of .4 that scored .8 when
it was drawn from none to its strength (docs/settings.md). Drawn smears are too easy to show that in a score after
seconds of training; the statistics that caused it show it at once.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import torch
from configuration import CONFIG
from torch import nn

from sgcldff.config.training import Augmentation
from sgcldff.data import augment
from sgcldff.data.sources.synthetic import SyntheticSmears
from sgcldff.model.cnn_stages import efficientnet_lite0
from sgcldff.training.batches import to_tensor

AUGMENTATION = Augmentation(**CONFIG["training"]["augmentation"])


def smears(count: int, seed: int) -> np.ndarray:
    source = SyntheticSmears("rapid", count, seed=seed, size=64)
    images = [source.draw(index)[0] for index in range(count)]
    return np.stack([cv2.resize(image, (64, 64), interpolation=cv2.INTER_AREA) for image in images])


def distance_of_clean_images() -> float:
    """How far clean images lie from the running means of augmented ones, in running SDs, mean over all layers."""
    network = efficientnet_lite0("package")
    layers = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # the mean of all batches
    images = smears(48, seed=0)
    with torch.no_grad():
        for epoch in range(2):
            generators = [np.random.default_rng([epoch, index]) for index in range(len(images))]
            pairs = zip(images, generators, strict=True)
            varied = np.stack([augment.augment(image, [], AUGMENTATION, generator)[0] for image, generator in pairs])
            for batch in np.split(varied, 3):
                network.train()(to_tensor(batch, "fixed"))
        distances: list[float] = []

        def measure(layer: nn.BatchNorm2d, inputs: tuple[torch.Tensor, ...]) -> None:
            away = (inputs[0].mean(dim=(0, 2, 3)) - layer.running_mean).abs()
            distances.append((away / (layer.running_var + layer.eps).sqrt()).mean().item())

        for layer in layers:
            layer.register_forward_pre_hook(measure)
        network.eval()(to_tensor(smears(48, seed=1), "fixed"))
    return float(np.mean(distances))


def test_clean_images_look_to_a_network_like_those_that_it_was_trained_on(monkeypatch) -> None:
    drawn = distance_of_clean_images()
    real = augment.draw
    monkeypatch.setattr(augment, "draw", lambda own, *given: replace(real(own, *given), noise=own.noise))
    constant = distance_of_clean_images()
    assert drawn < 0.2 and constant > 1.5 * drawn
