"""VGG-U-Net: VGG16's five blocks as the levels of a U-Net, full resolution included."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from baselines.vgg_unet import LEVELS, VGGUNet
from sgcldff.errors import InputError

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def network() -> nn.Module:
    torch.manual_seed(0)
    return VGGUNet(CLASSES, 64).build_network("none").eval()


def test_it_gives_a_mask_of_the_images_size_and_no_classes(network: nn.Module) -> None:
    outputs = network(torch.randn(1, 3, 96, 96))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"mask": (1, 96, 96)}


def test_every_level_of_the_decoder_sees_the_map_of_its_block(network: nn.Module) -> None:
    """Half of what enters a merging convolution is the block's map: without it the output differs."""
    assert [merge[0][0].in_channels for merge in network.merge] == [2 * width for width in LEVELS[-2::-1]]
    images = torch.randn(1, 3, 64, 64)
    before = network(images)["mask"]
    for merge in network.merge:
        weight = merge[0][0].weight
        kept = weight.detach().clone()
        with torch.no_grad():
            weight[:, weight.shape[1] // 2 :] = 0
        assert not torch.equal(network(images)["mask"], before)
        with torch.no_grad():
            weight.copy_(kept)


def test_the_finest_skip_has_the_images_resolution(network: nn.Module) -> None:
    seen = []
    hook = network.merge[-1].register_forward_hook(lambda _, given, __: seen.append(tuple(given[0].shape[-2:])))
    network(torch.randn(1, 3, 64, 64))
    hook.remove()
    assert seen == [(64, 64)]


def test_the_mask_starts_from_few_cell_pixels(network: nn.Module) -> None:
    assert torch.equal(network.mask.bias, torch.tensor([-2.0]))


def test_packaged_weights_are_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        VGGUNet(CLASSES, 64).build_network("package")


def test_the_loss_reaches_every_parameter(network: nn.Module) -> None:
    network(torch.randn(1, 3, 64, 64))["mask"].square().sum().backward()
    assert all(each.grad is not None for each in network.parameters())
    assert network.encoder[0][0].weight.grad.abs().sum() > 0
    network.zero_grad()
