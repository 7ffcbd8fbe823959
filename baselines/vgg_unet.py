"""VGG-U-Net, the best of the three networks that Kadry et al. 2021 compared on leukocytes.

What could be read of the source is said in `baselines/segnet.py`: the names of the networks and their scores, and not
how they were built. VGG-U-Net is a U-Net (Ronneberger et al. 2015) whose contracting path is VGG16, pretrained on
ImageNet: so is this Kadry-style build. The five blocks of VGG16 (with batch normalisation, as the SegNet beside it) are
the five levels of the U-Net; going up, a transposed 2x2 convolution doubles the map, the map of the same level is
concatenated, full resolution included, and two 3x3 convolutions with batch normalisation and ReLU follow. Each level of
the decoder is as wide as its block of VGG16; a 1x1 convolution gives the mask, from log-odds of -2 on.

It segments and does not classify.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from baselines.segnet import vgg16_stages
from sgcldff.model.heads import conv3x3, mask_layer
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

LEVELS = (64, 128, 256, 512, 512)  # channels of the five blocks of VGG16, at strides 1 to 16


class VGGUNet(HubNetworkMethod):
    """U-Net on VGG16 with batch normalisation; weights: of the encoder, from the `hub` or `none`."""

    def build_network(self, weights: str) -> nn.Module:
        return VGGUNetNetwork(weights)


class VGGUNetNetwork(nn.Module):
    """[B, 3, H, W] -> mask logits [B, H, W]; H and W are multiples of 16."""

    def __init__(self, weights: str) -> None:
        super().__init__()
        self.encoder = vgg16_stages(weights)
        going_up = list(zip(LEVELS[:0:-1], LEVELS[-2::-1], strict=True))
        self.up = nn.ModuleList(nn.ConvTranspose2d(deeper, width, 2, stride=2) for deeper, width in going_up)
        self.merge = nn.ModuleList(
            nn.Sequential(conv3x3(2 * width, width), conv3x3(width, width)) for _, width in going_up
        )
        self.mask = mask_layer(LEVELS[0], 1)

    def forward(self, images: Tensor) -> Outputs:
        skips = [self.encoder[0](images)]
        for stage in self.encoder[1:]:
            skips.append(stage(F.max_pool2d(skips[-1], 2)))
        features = skips.pop()
        for up, merge in zip(self.up, self.merge, strict=True):
            features = merge(torch.cat([up(features), skips.pop()], dim=1))
        return {"mask": self.mask(features)[:, 0]}
