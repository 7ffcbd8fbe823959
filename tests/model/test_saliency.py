"""The saliency module and its gate."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from sgcldff.model.saliency import SaliencyModule, gate


@pytest.mark.parametrize(("size", "side"), [(224, 56), (96, 24)])
def test_saliency_has_the_printed_size_and_lies_between_zero_and_one(size: int, side: int) -> None:
    saliency = SaliencyModule().eval()(3 * torch.randn(1, 3, size, size))
    assert saliency.shape == (1, 1, side, side)
    assert 0 <= saliency.min() < saliency.max() <= 1


def test_the_module_has_three_convolution_blocks_and_two_pools_as_described() -> None:
    kinds = [type(layer) for layer in SaliencyModule().blocks]
    block = [nn.Conv2d, nn.BatchNorm2d, nn.ReLU]
    assert kinds == [*block, nn.MaxPool2d, *block, nn.MaxPool2d, *block]


def test_the_gate_multiplies_every_channel_with_the_resized_map() -> None:
    features = torch.randn(2, 5, 8, 8)
    saliency = torch.rand(2, 1, 8, 8)
    assert torch.equal(gate(features, saliency), features * saliency)
    constant = torch.full((2, 1, 16, 16), 0.25)
    assert torch.allclose(gate(features, constant), features / 4)


def test_without_saliency_the_features_pass_unchanged() -> None:
    features = torch.randn(1, 2, 4, 4)
    assert gate(features, None) is features


def test_the_gate_passes_gradients_to_the_module() -> None:
    module = SaliencyModule()
    gate(torch.randn(2, 5, 16, 16), module(torch.randn(2, 3, 64, 64))).sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in module.map.parameters())
