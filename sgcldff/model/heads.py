"""Component 5: the segmentation and the classification head on F_fused (Research Method, item 5)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sgcldff.model.fusion import upsample


def conv3x3(channels: int, width: int) -> nn.Sequential:
    """3x3 convolution with batch normalisation and ReLU."""
    return nn.Sequential(nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())


class SegmentationHead(nn.Module):
    """[B, C, H/4, W/4] -> mask logits [B, H, W]: a convolution at each of the three scales, upsampled by two between.

    A cell covers a twentieth to a third of a picture: the mask starts from log-odds of -2, so that the first epochs are
    not spent on learning that most pixels are background.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.coarse = conv3x3(channels, 64)
        self.fine = conv3x3(64, 32)
        self.mask = nn.Conv2d(32, 1, 3, padding=1)
        nn.init.xavier_uniform_(self.mask.weight)
        nn.init.constant_(self.mask.bias, -2.0)

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
