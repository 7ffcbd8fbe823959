"""Component 4: cross-layer deep feature fusion, and what stands in for it (Research Method, items 3 and 4)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgcldff.model.backbone import WIDTHS


class CrossLayerFusion(nn.Module):
    """F_fused = Conv1x1([F1, resize(F2), resize(F3)]), all at the size of F1.

    The paper writes Downsample(F3), but F3 (14x14) is smaller than F1 (56x56): both deeper maps are upsampled.
    64 + 128 + 256 = 448 channels enter; the width that leaves is not given.
    """

    levels = (0, 1, 2)

    def __init__(self, width: int) -> None:
        super().__init__()
        self.reduce = conv1x1(sum(WIDTHS), width)

    def forward(self, maps: list[Tensor]) -> Tensor:
        size = maps[0].shape[-2:]
        return self.reduce(torch.cat([maps[0], *(upsample(deeper, size) for deeper in maps[1:])], dim=1))


class DeepestMap(nn.Module):
    """What the no_fusion arm has instead: F3 alone, brought to the size of F1 and to the same width.

    The decoder behind it is the same, so that the arm tests the fusion and not the lack of a decoder.
    """

    levels = (2,)

    def __init__(self, width: int) -> None:
        super().__init__()
        self.reduce = conv1x1(WIDTHS[-1], width)

    def forward(self, maps: list[Tensor | None]) -> Tensor:
        deepest = maps[-1]
        return self.reduce(upsample(deepest, [4 * side for side in deepest.shape[-2:]]))


def conv1x1(channels: int, width: int) -> nn.Sequential:
    """1x1 convolution with batch normalisation and ReLU."""
    return nn.Sequential(nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU())


def upsample(features: Tensor, size: list[int]) -> Tensor:
    """Bilinear resize of [B, C, h, w] to `size`."""
    return F.interpolate(features, size=size, mode="bilinear", align_corners=False)
