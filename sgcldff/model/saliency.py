"""Component 2: the saliency module and its gate (Research Method, item 2)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class SaliencyModule(nn.Module):
    """Three 3x3 convolution blocks with batch normalisation and ReLU, two max-pools, a sigmoid.

    [B, 3, H, W] -> S in [0, 1], [B, 1, H/4, W/4] (56x56 for 224x224, as printed). The widths of the
    blocks are not given; 16, 32, 32 keep the module light.
    """

    widths = (16, 32, 32)

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for position, width in enumerate(self.widths):
            if position > 0:
                layers.append(nn.MaxPool2d(2))
            layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            channels = width
        self.blocks = nn.Sequential(*layers)
        self.map = nn.Conv2d(channels, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        return torch.sigmoid(self.map(self.blocks(images)))


def gate(features: Tensor, saliency: Tensor | None) -> Tensor:
    """Element-wise product of feature maps [B, C, h, w] (or the image itself) with S or 1 + S, resized to them.

    Without S (the no_saliency arm) the features pass unchanged.
    """
    if saliency is None:
        return features
    return features * F.interpolate(saliency, size=features.shape[-2:], mode="bilinear", align_corners=False)
