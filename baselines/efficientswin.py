"""EfficientSwin"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from baselines.swin_unet import swin_window
from sgcldff.model.pretrained import hub_network
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import NetworkMethod


class EfficientSwinNetwork(nn.Module):
    """Pictures [B, 3, size, size] -> {"classes": logits [B, K]}."""

    def __init__(self, classes: int, size: int, weights: str) -> None:
        super().__init__()
        window = swin_window(size)
        self.swin = hub_network(
            "swin_tiny_patch4_window7_224.ms_in1k", weights, img_size=size, window_size=window, num_classes=0
        )
        self.efficientnet = hub_network("efficientnet_b0.ra_in1k", weights, num_classes=0)
        self.linear = nn.Linear(self.swin.num_features + self.efficientnet.num_features, classes)

    def forward(self, images: Tensor) -> Outputs:
        pooled = torch.cat([self.swin(images), self.efficientnet(images)], dim=1)
        return {"classes": self.linear(pooled)}


class EfficientSwin(NetworkMethod):
    """EfficientSwin"""

    def __init__(
        self, classes: Sequence[str], size: int, *, weights: Literal["hub", "none"] = "hub", **shared: Any
    ) -> None:
        super().__init__(classes, size, weights=weights, **shared)
        swin_window(size)

    def build_network(self, weights: str) -> nn.Module:
        return EfficientSwinNetwork(len(self.classes), self.size, weights)
