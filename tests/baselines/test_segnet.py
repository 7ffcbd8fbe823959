"""SegNet: pooling that remembers, unpooling that puts back, VGG16's blocks and the mirrored decoder."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional as F

from baselines.segnet import SegNet, SegNetNetwork, max_pool, max_unpool, vgg16_stages
from sgcldff.errors import InputError

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def network() -> nn.Module:
    torch.manual_seed(0)
    return SegNet(CLASSES, 64).build_network("none").eval()


def test_pooling_keeps_the_maximum_and_the_pixel_it_came_from() -> None:
    window = torch.tensor([[[[1.0, 2.0, 9.0, 0.0], [5.0, 3.0, 0.0, 0.0]]]])
    pooled, winner = max_pool(window)
    assert pooled.tolist() == [[[[5.0, 9.0]]]]
    assert winner.tolist() == [[[[2, 0]]]]


def test_unpooling_puts_each_value_back_on_its_pixel() -> None:
    winner = torch.tensor([[[[2, 0]]]], dtype=torch.uint8)
    sparse = max_unpool(torch.tensor([[[[7.0, 8.0]]]]), winner)
    assert sparse.tolist() == [[[[0.0, 0.0, 8.0, 0.0], [7.0, 0.0, 0.0, 0.0]]]]


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_both_together_are_those_of_torch(layout: torch.memory_format) -> None:
    maps = torch.randn(2, 3, 8, 12).to(memory_format=layout)
    pooled, positions = F.max_pool2d(maps, 2, return_indices=True)
    assert torch.equal(max_unpool(*max_pool(maps)), F.max_unpool2d(pooled, positions, 2))


def test_unpooling_hands_the_gradient_to_the_value_that_was_put_there() -> None:
    _, winner = max_pool(torch.randn(2, 3, 8, 8))
    values, weights = torch.randn(2, 3, 4, 4, requires_grad=True), torch.randn(2, 3, 8, 8)
    (max_unpool(values, winner) * weights).sum().backward()
    at_winners = max_unpool(torch.ones(2, 3, 4, 4), winner) * weights
    assert torch.equal(values.grad, F.avg_pool2d(at_winners, 2, divisor_override=1))


def test_unpooling_keeps_half_precision() -> None:
    pooled, winner = max_pool(torch.randn(1, 2, 4, 4, dtype=torch.bfloat16))
    assert max_unpool(pooled, winner).dtype == torch.bfloat16


def test_on_a_gpu_nothing_is_left_on_the_cpu() -> None:
    with FakeTensorMode(), torch.device("cuda"):
        assert SegNetNetwork("none")(torch.zeros(2, 3, 64, 64))["mask"].device.type == "cuda"


def test_the_encoder_is_the_thirteen_convolutions_of_vgg16() -> None:
    stages = vgg16_stages("none")
    widths = [[layer.out_channels for layer in stage if isinstance(layer, nn.Conv2d)] for stage in stages]
    assert widths == [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3]


def test_the_decoder_mirrors_the_encoder(network: nn.Module) -> None:
    def widths(module: nn.Module) -> list[tuple[int, int]]:
        return [(each.in_channels, each.out_channels) for each in module.modules() if isinstance(each, nn.Conv2d)]

    mirrored = [(out, into) for into, out in reversed(widths(network.encoder))]
    assert widths(network.decoder) + [(64, 3)] == mirrored


def test_it_gives_a_mask_of_the_images_size_and_no_classes(network: nn.Module) -> None:
    outputs = network(torch.randn(1, 3, 96, 96))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"mask": (1, 96, 96)}


def test_the_mask_starts_from_few_cell_pixels(network: nn.Module) -> None:
    assert torch.equal(network.mask.bias, torch.tensor([-2.0]))


def test_the_encoder_starts_with_what_the_hub_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = nn.Module()
    marked.features = nn.Sequential(nn.Conv2d(3, 64, 3), nn.MaxPool2d(2), nn.Conv2d(64, 128, 3), nn.MaxPool2d(2))
    monkeypatch.setattr(
        "baselines.segnet.hub_network", lambda name, weights: {("vgg16_bn.tv_in1k", "hub"): marked}[name, weights]
    )
    first, second = vgg16_stages("hub")
    assert first[0] is marked.features[0] and second[0] is marked.features[2]


def test_packaged_weights_are_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        SegNet(CLASSES, 64).build_network("package")


def test_the_loss_reaches_every_parameter(network: nn.Module) -> None:
    network(torch.randn(1, 3, 64, 64))["mask"].square().sum().backward()
    assert all(each.grad is not None for each in network.parameters())
    assert network.encoder[0][0].weight.grad.abs().sum() > 0
    network.zero_grad()
