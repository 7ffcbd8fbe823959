"""U-Net with ResNet features: a mask of the image's size, its weights, its start."""

from __future__ import annotations

import pytest
import timm
import torch
from segmentation_models_pytorch import Unet
from torch import nn

from baselines.unet import UNet, take_weights
from sgcldff.errors import InputError

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def network() -> nn.Module:
    torch.manual_seed(0)
    return UNet(CLASSES, 64).build_network("none").eval()


@pytest.mark.parametrize("size", [64, 96])
def test_it_gives_a_mask_of_the_images_size_and_no_classes(size: int, network: nn.Module) -> None:
    outputs = network(torch.randn(1, 3, size, size))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"mask": (1, size, size)}


def test_the_mask_starts_from_few_cell_pixels(network: nn.Module) -> None:
    assert torch.equal(network.network.segmentation_head[0].bias, torch.tensor([-2.0]))


def test_its_encoder_takes_every_weight_of_the_classification_network() -> None:
    encoder, source = Unet("resnet34", encoder_weights=None).encoder, timm.create_model("resnet34")
    take_weights(encoder, source)
    trunk = {name: tensor for name, tensor in source.state_dict().items() if not name.startswith("fc.")}
    assert encoder.state_dict().keys() == trunk.keys()
    assert all(torch.equal(tensor, trunk[name]) for name, tensor in encoder.state_dict().items())


def test_the_encoder_starts_with_what_the_hub_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    source = timm.create_model("resnet34")
    monkeypatch.setattr(
        "baselines.unet.hub_network", lambda name, weights: {("resnet34.a1_in1k", "hub"): source}[name, weights]
    )
    encoder = UNet(CLASSES, 64).build_network("hub").network.encoder
    assert torch.equal(encoder.layer4[2].conv2.weight, source.layer4[2].conv2.weight)


def test_its_weights_come_from_the_hub_unless_asked_otherwise() -> None:
    assert UNet(CLASSES, 64).weights == "hub"


def test_packaged_weights_are_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        UNet(CLASSES, 64).build_network("package")


def test_the_loss_reaches_every_parameter(network: nn.Module) -> None:
    network(torch.randn(1, 3, 64, 64))["mask"].square().sum().backward()
    assert all(each.grad is not None for each in network.parameters())
    assert network.network.encoder.conv1.weight.grad.abs().sum() > 0
    network.zero_grad()
