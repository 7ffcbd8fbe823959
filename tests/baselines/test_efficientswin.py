"""EfficientSwin (Patel): two networks side by side, their pooled features, one linear layer."""

from __future__ import annotations

import pytest
import torch

from baselines.efficientswin import EfficientSwin, EfficientSwinNetwork
from sgcldff.errors import InputError

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def network() -> EfficientSwinNetwork:
    torch.manual_seed(0)
    return EfficientSwin(CLASSES, 64).build_network("none").eval()


@pytest.mark.parametrize("size", [64, 224])
def test_it_gives_class_logits_and_no_mask(size: int) -> None:
    with torch.device("meta"):
        outputs = EfficientSwin(CLASSES, size).build_network("none")(torch.zeros(2, 3, size, size))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"classes": (2, 3)}
    assert outputs["classes"].is_meta


def test_one_linear_layer_reads_the_pooled_features_of_both(network: EfficientSwinNetwork) -> None:
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        swin, efficientnet = network.swin(images), network.efficientnet(images)
        assert (swin.shape, efficientnet.shape) == ((2, 768), (2, 1280))
        expected = torch.cat([swin, efficientnet], dim=1) @ network.linear.weight.T + network.linear.bias
        torch.testing.assert_close(network(images)["classes"], expected)


def test_swin_is_the_whole_swin_t(network: EfficientSwinNetwork) -> None:
    assert [len(stage.blocks) for stage in network.swin.layers] == [2, 2, 6, 2]


def test_the_loss_reaches_every_parameter(network: EfficientSwinNetwork) -> None:
    images = torch.randn(2, 3, 64, 64).to(memory_format=torch.channels_last)
    network(images)["classes"].square().sum().backward()
    assert all(each.grad is not None for each in network.parameters())
    assert network.swin.patch_embed.proj.weight.grad.abs().sum() > 0
    assert network.efficientnet.conv_stem.weight.grad.abs().sum() > 0


def test_it_runs_in_half_precision(network: EfficientSwinNetwork) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert network(torch.randn(2, 3, 64, 64))["classes"].isfinite().all()


def test_a_size_that_windows_do_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="size: 80"):
        EfficientSwin(CLASSES, 80)


def test_packaged_weights_are_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        EfficientSwin(CLASSES, 64).build_network("package")
