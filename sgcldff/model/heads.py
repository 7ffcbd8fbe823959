"""Component 5: the segmentation and the classification head on F_fused (Research Method, item 5)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sgcldff.model.fusion import upsample


def conv3x3(channels: int, width: int) -> nn.Sequential:
    """3x3 convolution with batch normalisation and ReLU."""
    return nn.Sequential(nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())


def start_as_background(layer: nn.Conv2d) -> None:
    """Let the mask start from log-odds of -2.

    A cell covers a twentieth to a third of an image: the first epochs are not spent on learning that most pixels are
    background.
    """
    nn.init.constant_(layer.bias, -2.0)


def mask_layer(channels: int, kernel: int) -> nn.Conv2d:
    """[B, C, H, W] -> mask logits [B, 1, H, W], from background on."""
    layer = nn.Conv2d(channels, 1, kernel, padding=kernel // 2)
    nn.init.xavier_uniform_(layer.weight)
    start_as_background(layer)
    return layer


class SegmentationHead(nn.Module):
    """[B, C, H/4, W/4] -> mask logits [B, H, W]: a convolution at each of three scales, upsampled by two between."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.coarse = conv3x3(channels, 64)
        self.fine = conv3x3(64, 32)
        self.mask = mask_layer(32, 3)

    def forward(self, fused: Tensor) -> Tensor:
        height, width = fused.shape[-2:]
        fine = self.fine(upsample(self.coarse(fused), [2 * height, 2 * width]))
        return self.mask(upsample(fine, [4 * height, 4 * width]))[:, 0]


class ClassificationHead(nn.Module):
    """[B, C, H/4, W/4] -> class logits [B, K]: a convolution, mean and maximum over the positions, dropout, linear.

    The maximum stands beside the mean because a cell can be a twentieth of the field.
    """

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.features = conv3x3(channels, channels)
        self.dropout = nn.Dropout(0.2)
        self.linear = nn.Linear(2 * channels, classes)

    def forward(self, fused: Tensor) -> Tensor:
        features = self.features(fused).flatten(2)
        pooled = torch.cat([features.mean(dim=2), features.amax(dim=2)], dim=1)
        return self.linear(self.dropout(pooled))
