"""EfficientSwin (Patel et al. 2024, FRUCT): Swin-T and EfficientNet-B0 side by side, for the class.

The source, after its published code: both networks see the image and start from ImageNet weights; their pooled
features (768 and 1280) are concatenated, and one linear layer gives the classes. Adam at 1e-3, at most 35 epochs,
batches of 32, unweighted cross-entropy, no augmentation. It classifies and does not segment. (The backbone of SG-
CLDFF bears the same name and is another network.)

Built: the same network, trained by the common recipe but for the learning rate, which config.yaml sets to the
source's. Left open: sizes other than 224; windows are a thirty-second of the image wide, as in Swin-Unet here.

Seen on JTSC's training and validation subsets at 64x64, seed 0, random weights, five epochs of batches of 8: 1e-3
trains (training loss 2.34 to .89, best validation macro-F1 .48), 4e-4 alike (1.67 to .85, .60): 30 validation
images do not tell them apart. From random weights the batch normalisation's running statistics lag: on four
images the training loss falls to 0 within ten steps, and predictions follow only some eighty steps later. Hub
weights bring their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from baselines.swin_unet import swin_window
from sgcldff.model.pretrained import hub_network
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

SWIN = "swin_tiny_patch4_window7_224.ms_in1k"
EFFICIENTNET = "efficientnet_b0.ra_in1k"


class EfficientSwinNetwork(nn.Module):
    """Images [B, 3, size, size] -> {"classes": logits [B, K]}."""

    def __init__(self, classes: int, size: int, weights: str) -> None:
        super().__init__()
        self.swin = hub_network(SWIN, weights, img_size=size, window_size=swin_window(size), num_classes=0)
        self.efficientnet = hub_network(EFFICIENTNET, weights, num_classes=0)
        self.maps = nn.Identity()  # names what is pooled
        self.linear = nn.Linear(self.swin.num_features + self.efficientnet.num_features, classes)

    def forward(self, images: Tensor) -> Outputs:
        swin = self.swin.forward_features(images).permute(0, 3, 1, 2)
        # Both are a thirty-second of the image wide: their maps are pooled together.
        maps = self.maps(torch.cat([swin, self.efficientnet.forward_features(images)], dim=1))
        return {"classes": self.linear(maps.mean(dim=(2, 3)))}


class EfficientSwin(HubNetworkMethod):
    """EfficientSwin; weights: of both networks; the rest: see `NetworkMethod`. Sizes: see `swin_window`."""

    class_maps = "maps"

    def __init__(self, classes: Sequence[str], size: int, **shared: Any) -> None:
        super().__init__(classes, size, **shared)
        swin_window(size)

    def build_network(self, weights: str) -> nn.Module:
        return EfficientSwinNetwork(len(self.classes), self.size, weights)
