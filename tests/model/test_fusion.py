"""Cross-layer fusion, and the stand-in of the arm without it."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from sgcldff.model.fusion import CrossLayerFusion, DeepestMap

MAPS = [torch.randn(2, 64, 16, 16), torch.randn(2, 128, 8, 8), torch.randn(2, 256, 4, 4)]


def test_fusion_is_a_1x1_convolution_of_all_maps_at_the_size_of_the_first() -> None:
    fusion = CrossLayerFusion(128).eval()
    larger = [F.interpolate(each, size=(16, 16), mode="bilinear") for each in MAPS[1:]]
    stacked = torch.cat([MAPS[0], *larger], dim=1)
    assert stacked.shape[1] == 448
    weight = fusion.reduce[0].weight[:, :, 0, 0]
    by_hand = torch.einsum("oc,bchw->bohw", weight, stacked) / (1 + fusion.reduce[1].eps) ** 0.5
    with torch.inference_mode():
        assert torch.allclose(fusion(MAPS), by_hand.clamp(min=0), atol=1e-5)


def test_every_map_reaches_the_fused_one() -> None:
    fusion = CrossLayerFusion(8)
    maps = [each.clone().requires_grad_() for each in MAPS]
    fusion(maps).square().sum().backward()
    assert all(each.grad.abs().sum() > 0 for each in maps)


def test_the_stand_in_gives_the_same_shape_from_the_deepest_map_alone() -> None:
    assert DeepestMap(128)([None, None, MAPS[2]]).shape == CrossLayerFusion(128)(MAPS).shape == (2, 128, 16, 16)
