"""Group normalisation in place of batch normalisation, and statistics that training leaves alone."""

from __future__ import annotations

import copy

import pytest
import torch
from timm.layers import BatchNormAct2d
from torch import nn

from sgcldff.model.network import SGCLDFFNetwork
from sgcldff.model.norms import adapted, with_norm


def small() -> nn.Sequential:
    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 48, 3, padding=1), nn.BatchNorm2d(48, eps=1e-3), nn.Conv2d(48, 40, 1), BatchNormAct2d(40)]
    network = nn.Sequential(*layers)
    for layer in (network[1], network[3]):
        nn.init.uniform_(layer.weight)
        nn.init.uniform_(layer.bias)
    return network


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randn(4, 3, 16, 16, generator=torch.Generator().manual_seed(1))


def test_fresh_layers_become_torchs_groups_of_sixteen_channels_with_what_follows_them(images):
    before, after = small(), with_norm(small(), "group").eval()
    first = nn.functional.group_norm(before[0](images), 3, before[1].weight, before[1].bias, 1e-3)
    second = nn.functional.group_norm(before[2](first), 2, before[3].weight, before[3].bias)
    torch.testing.assert_close(after(images), second.relu())


def test_an_image_with_the_statistics_that_the_weights_know_is_seen_as_before(images):
    """Both layers take their running statistics from the image alone."""
    before = small()
    for layer in (before[1], before[3]):
        layer.momentum = 1.0
    before.train()(images[:1])
    for layer in (before[1], before[3]):
        layer.running_var *= 1 - 1 / (16 * 16)  # torch keeps the unbiased one
    before.eval()
    after = with_norm(copy.deepcopy(before), "group")
    torch.testing.assert_close(after(images[:1]), before(images[:1]), rtol=1e-4, atol=1e-4)


def test_with_groups_an_image_is_seen_the_same_beside_any_other(images):
    network = with_norm(small(), "group").train()
    alone, beside = network(images[:1]), network(torch.cat([images[:1], 9 * images[1:]]))
    torch.testing.assert_close(alone, beside[:1])


def test_statistics_that_came_with_weights_stay_and_the_others_are_learned(images):
    network = small()
    network[1].running_mean.fill_(0.5)
    with_norm(network, "frozen").train()
    network(images)
    assert (network[1].running_mean == 0.5).all() and network[3].running_mean.any()
    assert network[1].weight.requires_grad


def test_nothing_is_changed_where_batch_normalisation_is_asked_for(images):
    torch.testing.assert_close(with_norm(small(), "batch")(images), small()(images))


@pytest.mark.parametrize("how", ["group", "frozen"])
def test_the_papers_network_runs_with_each(how):
    torch.manual_seed(0)
    network = SGCLDFFNetwork(
        3, 64, saliency=True, fusion=True, width=16, weights="package", gate_at="features", gate="S", heads="both"
    )  # fmt: skip
    network = with_norm(network, how).train()
    outputs = network(torch.randn(2, 3, 64, 64))
    outputs["classes"].sum().backward()
    assert outputs["classes"].isfinite().all()
    assert any(isinstance(each, nn.BatchNorm2d) for each in network.modules()) == (how == "frozen")


def test_adapted_statistics_are_those_of_the_images_and_the_network_itself_stays(images):
    network = small().train()
    network(9 * images)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    other = adapted(network, images.split(2))
    features = network[0](images)
    torch.testing.assert_close(other[1].running_mean, features.mean(dim=(0, 2, 3)))
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    torch.testing.assert_close(other[1].weight, network[1].weight)


def test_frozen_statistics_are_adapted_too(images):
    network = small()
    network[1].running_mean.fill_(0.5)
    other = adapted(with_norm(network, "frozen"), [images])
    torch.testing.assert_close(other[1].running_mean, network[0](images).mean(dim=(0, 2, 3)))


def test_dropout_takes_no_part_in_the_adaptation(images):
    network = nn.Sequential(nn.Dropout(0.9), nn.BatchNorm2d(3)).train()
    torch.testing.assert_close(adapted(network, [images])[1].running_mean, images.mean(dim=(0, 2, 3)))


def test_a_network_without_batch_normalisation_is_not_run_to_adapt_it(images):
    network = with_norm(small(), "group").eval()
    torch.testing.assert_close(adapted(network, iter(()))(images), network(images))
