"""Swin-Unet: its size, patch expanding, the twins of its encoder's blocks, windows, and where its weights go."""

from __future__ import annotations

from typing import Any

import pytest
import timm
import torch
from torch import Tensor

from baselines import swin_unet
from baselines.swin_unet import ENCODER, PatchExpanding, SwinUnet, SwinUnetNetwork, swin_window
from sgcldff.errors import InputError

CLASSES = ("a", "b", "c")


def without_memory(size: int) -> SwinUnetNetwork:
    with torch.device("meta"):
        return SwinUnet(CLASSES, size).build_network("none")


@pytest.fixture(scope="module")
def network() -> SwinUnetNetwork:
    torch.manual_seed(0)
    return SwinUnet(CLASSES, 64).build_network("none")


def test_it_has_the_published_number_of_parameters() -> None:
    assert round(sum(each.numel() for each in without_memory(224).parameters()) / 1e6, 2) == 27.17


@pytest.mark.parametrize("size", [64, 224])
def test_it_gives_a_mask_of_the_images_size_and_no_classes(size: int) -> None:
    outputs = without_memory(size)(torch.zeros(2, 3, size, size, device="meta"))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"mask": (2, size, size)}
    assert outputs["mask"].is_meta


def test_patch_expanding_spreads_the_channels_of_a_position_over_its_block() -> None:
    expanding = PatchExpanding(8, 2, 2)
    expanding.linear.weight.data, expanding.norm = torch.eye(8), torch.nn.Identity()
    features = torch.arange(32.0).reshape(1, 2, 2, 8)
    spread = expanding(features)
    assert spread.shape == (1, 4, 4, 2)
    assert torch.equal(spread[0, 2:, :2].reshape(-1), features[0, 1, 0])


def test_every_stage_has_two_blocks_and_the_decoder_mirrors_the_encoder(network: SwinUnetNetwork) -> None:
    assert [len(stage.blocks) for stage in network.encoder.layers] == [2, 2, 2, 2]
    assert [stage.blocks[0].dim for stage in network.decoder] == [384, 192, 96]
    for stage, twin in zip(network.decoder, reversed(network.encoder.layers[:3]), strict=True):
        for one, other in zip(stage.blocks, twin.blocks, strict=True):
            assert one.window_size == other.window_size and one.shift_size == other.shift_size
            assert one.drop_path1.drop_prob == other.drop_path1.drop_prob


def test_stochastic_depth_rises_to_the_rate_of_the_source(network: SwinUnetNetwork) -> None:
    rates = [block.drop_path2.drop_prob for stage in network.encoder.layers for block in stage.blocks]
    assert rates == pytest.approx([0.2 * place / 7 for place in range(8)])


def test_twins_start_from_weights_of_their_own_without_pretraining(network: SwinUnetNetwork) -> None:
    one, other = network.encoder.layers[0].blocks[0], network.decoder[2].blocks[0]
    assert not torch.equal(one.mlp.fc1.weight, other.mlp.fc1.weight)


def test_encoder_and_decoder_both_take_the_weights_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    source = timm.create_model(ENCODER)
    stored = {"state_dict": source.state_dict()}

    def hub_network(name: str, weights: str, **options: Any) -> torch.nn.Module:
        assert weights == "hub"
        return timm.create_model(name, pretrained=True, pretrained_cfg_overlay=stored, **options)

    monkeypatch.setattr(swin_unet, "hub_network", hub_network)
    network, taken = SwinUnet(CLASSES, 64).build_network("hub"), source.state_dict()
    changed = {name for name, value in network.encoder.state_dict().items() if not same(value, taken[name])}
    assert changed == {name for name in network.encoder.state_dict() if "relative_position_bias_table" in name}
    for stage, layer in zip(network.decoder, (2, 1, 0), strict=True):
        assert same(stage.blocks[1].mlp.fc1.weight, taken[f"layers.{layer}.blocks.1.mlp.fc1.weight"])


def same(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and torch.equal(one, other)


def test_the_loss_reaches_every_parameter(network: SwinUnetNetwork) -> None:
    # Away from training mode: stochastic depth may leave out a block.
    images = torch.randn(1, 3, 64, 64).to(memory_format=torch.channels_last)
    network.eval()(images)["mask"].square().sum().backward()
    assert all(each.grad is not None for each in network.parameters())
    assert network.encoder.patch_embed.proj.weight.grad.abs().sum() > 0


def test_it_runs_in_half_precision(network: SwinUnetNetwork) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert network(torch.randn(1, 3, 64, 64))["mask"].isfinite().all()


@pytest.mark.parametrize(("size", "window"), [(64, 2), (96, 3), (224, 7), (384, 12)])
def test_windows_are_a_thirty_second_of_the_image(size: int, window: int) -> None:
    assert swin_window(size) == window


@pytest.mark.parametrize("size", [32, 80])
def test_a_size_that_windows_do_not_fit_is_refused(size: int) -> None:
    with pytest.raises(InputError, match=f"size: {size}"):
        SwinUnet(CLASSES, size)


def test_packaged_weights_are_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        SwinUnet(CLASSES, 64).build_network("package")
