"""ULMI-Net-style: the ultra lightweight multi-level interconnection network inside VSGNet (Cai et al. 2025).

What could be read of the source: a U-shaped skeleton; an Adaptive Split Channel Attention (ASCA) that "simulates the
parallel mechanism of biological vision dual pathway" (the fast one that locates, the slow one that sees detail); a
Channel-Spatial Parallel Attention (CSPA) "inspired by the multi-level interconnection structure of visual cortices";
very few parameters. No equation and no width could be read: both modules are built here from their names and purposes,
with the widths and the group normalisation of the ultra light networks of that field (MALUNet has 0.18 million
parameters, this one 0.21).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgcldff.model.fusion import upsample
from sgcldff.model.heads import mask_layer

WIDTHS = (16, 24, 32, 48, 64, 96)  # channels of the six levels, at strides 1 to 32
GROUPS = 4  # groups of channels that are normalised together


class ULMINet(nn.Module):
    """Image [B, C, H, W] and saliency [B, 1, H, W] -> mask logits [B, H, W], from log-odds of -2 on.

    Each level halves the map by a max-pool and holds a convolution and an ASCA; the maps of all levels but the deepest
    go over to the decoder through one CSPA.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        entering = (channels, *WIDTHS[:-1])
        self.down = nn.ModuleList(
            nn.Sequential(_convolution(before, width, kernel=3), ASCA(width))
            for before, width in zip(entering, WIDTHS, strict=True)
        )
        self.bridge = CSPA(WIDTHS[:-1])
        self.up = nn.ModuleList(
            nn.Sequential(_convolution(deeper + width, width, kernel=1), ASCA(width))
            for deeper, width in zip(WIDTHS[:0:-1], WIDTHS[-2::-1], strict=True)
        )
        self.mask = mask_layer(WIDTHS[0], 3)

    def forward(self, image: Tensor, saliency: Tensor) -> Tensor:
        maps = [self.down[0](image)]
        for stage in self.down[1:]:
            maps.append(stage(F.max_pool2d(maps[-1], 2)))
        features = maps.pop()
        for stage, skip in zip(self.up, reversed(self.bridge(maps, saliency)), strict=True):
            features = stage(torch.cat([upsample(features, list(skip.shape[-2:])), skip], dim=1))
        return self.mask(features)[:, 0]


class ASCA(nn.Module):
    """[B, C, h, w] -> the same: two pathways of half the channels each, weighed against each other, mixed and added.

    The detail pathway is a 3x3 depthwise convolution, the locating one a 5x5 with holes (a field of 13x13). From the
    pooled maps of both, each pair of channels gets two weights that sum to two.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        half = width // 2
        self.detail = _convolution(half, half, kernel=3, groups=half)
        self.location = _convolution(half, half, kernel=5, dilation=3, groups=half)
        self.weigh = nn.Sequential(nn.Linear(width, half), nn.ReLU(), nn.Linear(half, width))
        self.mix = nn.Sequential(nn.Conv2d(width, width, 1, bias=False), nn.GroupNorm(GROUPS, width))

    def forward(self, features: Tensor) -> Tensor:
        first, second = features.chunk(2, dim=1)
        # In float32 whatever the rest: torch 2.14's gradient of a dilated depthwise convolution in bfloat16 on a CPU
        # reads memory that is not its own (values that are not finite, or a crash).
        with torch.autocast(features.device.type, enabled=False):
            location = self.location(second.float())
        pathways = torch.cat([self.detail(first), location], dim=1)
        return F.relu(features + self.mix(pathways * self.weights(pathways)))

    def weights(self, pathways: Tensor) -> Tensor:
        """[B, C, h, w] -> [B, C, 1, 1]: channel c of the detail pathway and channel c of the other sum to two."""
        scores = self.weigh(pathways.mean(dim=(2, 3))).unflatten(1, (2, -1))
        return 2 * scores.softmax(dim=1).flatten(1)[:, :, None, None]


class CSPA(nn.Module):
    """Maps of falling resolution -> the same maps, weighed by channel and by position side by side.

    Levels are interconnected: the weights of each level's channels come from the pooled maps of all of them, and one
    7x7 convolution, the same at every level, makes the spatial weights from the mean, the maximum and the saliency.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        total = sum(widths)
        self.widths = list(widths)
        self.channel = nn.Sequential(
            nn.Linear(total, total // 4), nn.ReLU(), nn.Linear(total // 4, total), nn.Sigmoid()
        )
        self.spatial = nn.Sequential(nn.Conv2d(3, 1, 7, padding=3), nn.Sigmoid())

    def forward(self, maps: Sequence[Tensor], saliency: Tensor) -> list[Tensor]:
        pooled = torch.cat([each.mean(dim=(2, 3)) for each in maps], dim=1)
        channels = self.channel(pooled).split(self.widths, dim=1)
        weighed = []
        for each, by_channel in zip(maps, channels, strict=True):
            guide = F.interpolate(saliency, size=each.shape[-2:], mode="area").to(each.dtype)
            seen = torch.cat([each.mean(dim=1, keepdim=True), each.amax(dim=1, keepdim=True), guide], dim=1)
            weighed.append(each * (by_channel[:, :, None, None] + self.spatial(seen)))
        return weighed


def _convolution(channels: int, width: int, kernel: int, dilation: int = 1, groups: int = 1) -> nn.Sequential:
    """A convolution that keeps the map's size, with group normalisation and ReLU."""
    padding = dilation * (kernel // 2)
    convolution = nn.Conv2d(channels, width, kernel, padding=padding, dilation=dilation, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.GroupNorm(GROUPS, width), nn.ReLU())
