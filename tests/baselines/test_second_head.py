"""The head for the task that a method's source does not do."""

from __future__ import annotations

import torch

from baselines.second_head import MaskHead


def test_the_mask_has_the_size_of_the_image_and_few_pixels_at_the_start() -> None:
    torch.manual_seed(0)
    maps = [torch.randn(2, channels, side, side) for channels, side in ((8, 16), (16, 8), (32, 4))]
    mask = MaskHead([8, 16, 32], width=4)(maps, (64, 64))
    assert mask.shape == (2, 64, 64) and torch.sigmoid(mask).mean() < 0.35


def test_every_map_has_a_share_in_the_mask() -> None:
    maps = [torch.randn(2, channels, side, side, requires_grad=True) for channels, side in ((8, 16), (16, 8), (32, 4))]
    MaskHead([8, 16, 32], width=4)(maps, (64, 64)).square().sum().backward()
    assert all(each.grad.abs().sum() > 0 for each in maps)
