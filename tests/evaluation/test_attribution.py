from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from sgcldff.evaluation.attribution import choose, grad_cam, saliency_maps
from sgcldff.model.network import SGCLDFFNetwork

SIZE = 64


def network(saliency: bool = True) -> SGCLDFFNetwork:
    torch.manual_seed(0)
    return SGCLDFFNetwork(
        3, SIZE, saliency=saliency, fusion=True, width=16, weights="none", gate_at="features"
    )  # fmt: skip


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randn(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))


def test_grad_cam_is_the_rectified_sum_of_channels_weighted_by_their_mean_gradients(images):
    """Against Selvaraju et al. 2017, equations 1 and 2, written out with autograd."""
    net = network().eval()
    found = grad_cam(net, images, [0, 2])
    stored = {}
    net.fusion.register_forward_hook(lambda _, __, output: stored.update(fused=output))
    for row, target in enumerate([0, 2]):
        logits = net(images[row : row + 1])["classes"]
        gradient = torch.autograd.grad(logits[0, target], stored["fused"])[0]
        coarse = torch.relu((gradient.mean(dim=(2, 3), keepdim=True) * stored["fused"]).sum(dim=1, keepdim=True))
        expected = torch.nn.functional.interpolate(coarse, (SIZE, SIZE), mode="bilinear")[0, 0].detach().numpy()
        np.testing.assert_allclose(found[row], expected / expected.max(), atol=1e-5)


def test_grad_cam_leaves_the_network_without_gradients_and_in_its_evaluation_mode(images):
    net = network()
    grad_cam(net, images, [0, 1])
    assert not net.training
    assert all(parameter.grad is None for parameter in net.parameters())


def test_saliency_is_shown_at_the_size_of_the_images(images):
    maps = saliency_maps(network(), images)
    assert maps.shape == (2, SIZE, SIZE)
    assert maps.min() >= 0
    assert maps.max() <= 1


def test_an_arm_without_the_module_has_no_saliency_map(images):
    assert saliency_maps(network(saliency=False), images) is None


def test_typical_images_are_right_and_of_middling_confidence_and_failed_ones_are_confidently_wrong():
    first = [0.6, 0.7, 0.95, 0.2, 0.4]
    frame = pd.DataFrame(
        {"image_id": list("abcde"), "label": ["x"] * 5, "p_x": first, "p_y": [1 - each for each in first]}
    )
    chosen = choose(frame, 1)
    assert list(chosen["image_id"]) == ["b", "d"]
    assert list(chosen["predicted"]) == ["x", "y"]


def test_where_fewer_images_failed_fewer_are_shown():
    frame = pd.DataFrame({"image_id": ["a", "b"], "label": ["x", "x"], "p_x": [0.9, 0.8], "p_y": [0.1, 0.2]})
    assert len(choose(frame, 2)) == 2
