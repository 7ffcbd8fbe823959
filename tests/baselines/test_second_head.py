"""The head for the task that a method's source does not do."""

from __future__ import annotations

import torch

from baselines.second_head import ClassHead, MaskHead


def test_the_mask_has_the_size_of_the_image_and_few_pixels_at_the_start() -> None:
    torch.manual_seed(0)
    maps = [torch.randn(2, channels, side, side) for channels, side in ((8, 16), (16, 8), (32, 4))]
    mask = MaskHead([8, 16, 32], width=4)(maps, (64, 64))
    assert mask.shape == (2, 64, 64) and torch.sigmoid(mask).mean() < 0.35


def test_every_map_has_a_share_in_the_mask() -> None:
    maps = [torch.randn(2, channels, side, side, requires_grad=True) for channels, side in ((8, 16), (16, 8), (32, 4))]
    MaskHead([8, 16, 32], width=4)(maps, (64, 64)).square().sum().backward()
    assert all(each.grad.abs().sum() > 0 for each in maps)


def test_the_class_head_is_a_linear_layer_of_the_mean_over_the_positions() -> None:
    head, features = ClassHead(3, 2).eval(), torch.randn(4, 3, 5, 6)
    expected = features.flatten(2).mean(dim=2) @ head.linear.weight.T + head.linear.bias
    assert torch.allclose(head(features), expected, atol=1e-6)


def test_the_class_head_drops_features_only_while_it_learns() -> None:
    head, features = ClassHead(64, 2, dropout=0.5), torch.ones(1, 64, 2, 2)
    assert not torch.equal(head(features), head(features))
    head.eval()
    assert torch.equal(head(features), head(features))
