"""ResNeXt-CC-style: HSV, attention in every block, three stages fused, normalised softmax, centre loss, mask head."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
import timm
import torch
from timm.layers import EcaModule
from torch import nn

import baselines.resnext_cc
from baselines.resnext_cc import CentreLoss, ResNeXtCC, ResNeXtCCNetwork, eca_resnext, rgb_to_hsv, unit_rgb
from sgcldff.errors import InputError
from sgcldff.training.batches import Batch, to_tensor

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def network() -> ResNeXtCCNetwork:
    torch.manual_seed(0)
    return ResNeXtCCNetwork(3, "none", "fixed", second_head=True)


def colours() -> np.ndarray:
    """Random colours and the corners of the cube, uint8 [1, 1, N, 3]: greys, black, ties between channels."""
    corners = np.stack(np.meshgrid(*[[0, 128, 255]] * 3), axis=-1).reshape(-1, 3)
    return np.concatenate([corners, np.random.default_rng(0).integers(0, 256, (200, 3))])[None, None].astype(np.uint8)


def test_the_normalisation_is_undone_and_hsv_is_that_of_colorsys() -> None:
    images = colours()
    hsv = rgb_to_hsv(unit_rgb(to_tensor(images, "fixed"), "fixed"))[0, :, 0].T.numpy()
    expected = np.array([colorsys.rgb_to_hsv(*colour / 255) for colour in images[0, 0]])
    turn = np.abs(hsv[:, 0] - expected[:, 0])
    assert np.minimum(turn, 1 - turn).max() < 1e-4  # a hue of 1 is one of 0
    assert np.abs(hsv[:, 1:] - expected[:, 1:]).max() < 1e-5


def test_an_image_normalised_by_itself_is_stretched_to_three_deviations_around_mid_grey() -> None:
    images = np.random.default_rng(0).normal(120, 20, (1, 32, 32, 3)).clip(0, 255).astype(np.uint8)
    rgb = unit_rgb(to_tensor(images, "image"), "image")
    assert rgb.min() >= 0 and rgb.max() <= 1
    assert torch.allclose(rgb.mean(dim=(0, 2, 3)), torch.full((3,), 0.5), atol=1e-3)
    assert torch.allclose(rgb.std(dim=(0, 2, 3)), torch.full((3,), 1 / 6), atol=3e-3)


def test_hue_passes_gradients_to_the_image() -> None:
    rgb = torch.rand(1, 3, 4, 4, requires_grad=True)
    rgb_to_hsv(rgb)[:, 0].sum().backward()
    assert torch.isfinite(rgb.grad).all() and rgb.grad.abs().sum() > 0


def test_every_residual_block_ends_in_channel_attention(network: ResNeXtCCNetwork) -> None:
    blocks = [each for each in network.backbone.modules() if hasattr(each, "conv3")]
    assert len(blocks) == 16
    assert all(isinstance(block.se, EcaModule) for block in blocks)


def test_the_hubs_weights_fill_everything_but_the_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    def from_the_hub(name: str, weights: str, **options: object) -> nn.Module:
        made = timm.create_model(name, pretrained=False, **options)
        if weights == "hub":
            stored.update(made.state_dict())
        return made

    stored: dict[str, torch.Tensor] = {}
    monkeypatch.setattr(baselines.resnext_cc, "hub_network", from_the_hub)
    loaded = eca_resnext("hub").state_dict()
    assert len(stored) > 200 and {name for name in loaded if ".se." in name} == loaded.keys() - stored.keys()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in stored.items())


def test_an_unknown_source_of_weights_is_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        eca_resnext("package")


def test_stages_two_to_four_all_reach_the_fused_features(network: ResNeXtCCNetwork) -> None:
    images = torch.rand(2, 3, 64, 64)
    whole = network.eval()(images)["features"]
    for project in network.project:
        silenced = project.register_forward_hook(lambda _, __, output: torch.zeros_like(output))
        assert not torch.allclose(network(images)["features"], whole)
        silenced.remove()


def test_a_logit_is_the_length_of_the_features_times_a_cosine(network: ResNeXtCCNetwork) -> None:
    outputs = network.eval()(torch.rand(2, 3, 64, 64))
    for features, logits in zip(outputs["features"], outputs["classes"], strict=True):
        for direction, logit in zip(network.class_directions, logits, strict=True):
            assert torch.isclose(logit, features.norm() * nn.functional.cosine_similarity(features, direction, dim=0))


def test_the_centre_loss_and_its_centres_are_those_of_a_hand_computation() -> None:
    loss = CentreLoss(classes=3, channels=2)
    features = torch.tensor([[2.0, 0.0], [4.0, 0.0], [0.0, 3.0]], requires_grad=True)
    value = loss(features, torch.tensor([0, 0, 2]))
    # From centres at zero: half the mean of 4, 16 and 9.
    assert value.item() == pytest.approx(29 / 6)
    # Class 0 moves by 0.5 * (2 + 4) / (1 + 2), class 2 by 0.5 * 3 / (1 + 1); class 1 was not there.
    assert torch.allclose(loss.centres, torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.0, 0.75]]))
    value.backward()
    assert torch.allclose(features.grad, features.detach() / 3)


def test_centres_stand_still_outside_training_and_are_part_of_the_state() -> None:
    loss = CentreLoss(classes=2, channels=2)
    loss(torch.ones(2, 2), torch.tensor([0, 1]))
    moved = loss.state_dict()["centres"].clone()
    loss.eval()(torch.ones(2, 2), torch.tensor([0, 1]))
    assert moved.abs().sum() > 0 and torch.equal(loss.centres, moved)


def test_the_centre_loss_is_added_with_its_weight() -> None:
    method = ResNeXtCC(CLASSES, 64, weights="none", centre_weight=0.5)
    method.network = nn.Module()
    method.network.centre_loss = CentreLoss(3, 2)
    batch = Batch(torch.empty(0), torch.tensor([1]), torch.empty(0), None)
    losses = method.extra_loss({"features": torch.tensor([[2.0, 0.0]])}, batch)
    assert {name: value.item() for name, value in losses.items()} == {"centre": 1.0}


def test_only_the_variant_with_the_second_head_segments(network: ResNeXtCCNetwork) -> None:
    images = torch.rand(2, 3, 64, 64)
    assert network.eval()(images)["mask"].shape == (2, 64, 64)
    network.mask_head, head = None, network.mask_head
    assert "mask" not in network(images)
    network.mask_head = head


def test_every_weight_is_reached_by_the_losses() -> None:
    torch.manual_seed(0)
    method = ResNeXtCC(CLASSES, 64, weights="none", second_head=True)
    method.network = method.build_network("none")
    # Blocks start as identities: their last normalisation is zero, and nothing would reach what stands before it.
    for name, parameter in method.network.named_parameters():
        if name.endswith("bn3.weight"):
            nn.init.ones_(parameter)
    outputs = method.network(torch.rand(2, 3, 64, 64))
    batch = Batch(torch.empty(0), torch.tensor([0, 2]), torch.empty(0), None)
    centre = method.extra_loss(outputs, batch)["centre"]
    (outputs["classes"].square().sum() + outputs["mask"].square().sum() + centre).backward()
    idle = [name for name, each in method.network.named_parameters() if each.grad is None or not each.grad.abs().sum()]
    assert idle == []
