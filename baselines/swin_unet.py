"""Swin-Unet (Cao et al. 2022, ECCV workshops) for the mask of the whole cell: a U-Net of Swin Transformer blocks alone.

The source, after its published code: patches of 4x4 pixels, an encoder of Swin-T's widths and heads with two blocks a
stage, a decoder that mirrors it and doubles the size by patch expanding (linear, then channels spread over 2x2
positions), skips joined by a linear layer, and a last expanding by 4 to the pixels. Skips are taken where the code
takes them, ahead of each stage's blocks. Encoder and decoder stages of equal width both start from Swin-T's
ImageNet-1k weights; of its third stage's six blocks the first two are taken. Stochastic depth .2. It segments and
does not classify. At 224 pixels it has 27.17 M parameters, as published.

Left open: sizes other than 224. Windows are a thirty-second of the image wide (7 at 224), Swin's own rule: they
divide every map, and the deepest map is one window. timm resizes the relative positions of the weights to the window.

Training is the common one (the source: SGD, .01). On JTSC's training and validation subsets at 64x64, seed 0, random
weights, five epochs of batches of 8: 4e-4 reached a validation IoU of .925, 1e-4 of .929. Not tried with hub weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from timm.layers import DropPath
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.model.pretrained import hub_network
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

ENCODER = "swin_tiny_patch4_window7_224.ms_in1k"
DEPTH = 2  # blocks of each stage
WIDTHS = (96, 192, 384, 768)
PATCH = 4
# Rate of the last encoder block; it rises to it from 0, and the decoder's blocks have that of their twins.
STOCHASTIC_DEPTH = 0.2


def swin_window(size: int) -> int:
    """Positions along a window's side for images of this size.

    Raises InputError where Swin's windows do not fit the size.
    """
    if size % 32 or size < 64:
        raise InputError(f"`size: {size}` does not fit Swin's windows: give a multiple of 32 from 64 on.")
    return size // 32


def swin(size: int, weights: str) -> nn.Module:
    """timm's Swin-T with two blocks in every stage and without its head."""
    network = hub_network(ENCODER, weights, img_size=size, window_size=swin_window(size), num_classes=0)
    # Cut after loading: timm cannot load the weights of Swin-T into fewer blocks than it has.
    for stage in network.layers:
        stage.blocks = stage.blocks[:DEPTH]
    blocks = [block for stage in network.layers for block in stage.blocks]
    for block, rate in zip(blocks, np.linspace(0, STOCHASTIC_DEPTH, len(blocks)), strict=True):
        block.drop_path1, block.drop_path2 = DropPath(float(rate)), DropPath(float(rate))
    return network


class PatchExpanding(nn.Module):
    """Each position's channels spread over factor x factor positions: [B, h, w, C] -> [B, fh, fw, width]."""

    def __init__(self, channels: int, width: int, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.linear = linear(channels, factor**2 * width, bias=False)
        self.norm = nn.LayerNorm(width)

    def forward(self, features: Tensor) -> Tensor:
        spread = self.linear(features).unflatten(3, (self.factor, self.factor, -1))
        return self.norm(spread.permute(0, 1, 3, 2, 4, 5).flatten(3, 4).flatten(1, 2))


class MirrorStage(nn.Module):
    """Twice the size, joined with the encoder's map, Swin blocks: [B, h, w, 2C] -> [B, 2h, 2w, C]."""

    def __init__(self, width: int, blocks: nn.Module) -> None:
        super().__init__()
        self.expand = PatchExpanding(2 * width, width, 2)
        self.join = linear(2 * width, width)
        self.blocks = blocks

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        return self.blocks(self.join(torch.cat([self.expand(features), skip], dim=-1)))


class SwinUnetNetwork(nn.Module):
    """Images [B, 3, size, size] -> {"mask": logits [B, size, size]}."""

    def __init__(self, size: int, weights: str) -> None:
        super().__init__()
        self.encoder = swin(size, weights)
        stages = swin(size, weights).layers
        self.decoder = nn.ModuleList(MirrorStage(WIDTHS[i], stages[i].blocks) for i in (2, 1, 0))
        self.norm = nn.LayerNorm(WIDTHS[0])
        self.expand = PatchExpanding(WIDTHS[0], WIDTHS[0], PATCH)
        self.mask = nn.Linear(WIDTHS[0], 1, bias=False)

    def forward(self, images: Tensor) -> Outputs:
        features = self.encoder.patch_embed(images)
        skips = []
        for stage in self.encoder.layers:
            features = stage.downsample(features)
            skips.append(features)
            features = stage.blocks(features)
        features = self.encoder.norm(features)
        for stage, skip in zip(self.decoder, skips[-2::-1], strict=True):
            features = stage(features, skip)
        return {"mask": self.mask(self.expand(self.norm(features)))[..., 0]}


def linear(channels: int, width: int, bias: bool = True) -> nn.Linear:
    """A linear layer with Swin's initial weights."""
    layer = nn.Linear(channels, width, bias=bias)
    nn.init.trunc_normal_(layer.weight, std=0.02)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


class SwinUnet(HubNetworkMethod):
    """Swin-Unet; weights: of encoder and decoder; the rest: see `NetworkMethod`. Sizes: see `swin_window`."""

    def __init__(self, classes: Sequence[str], size: int, **shared: Any) -> None:
        super().__init__(classes, size, **shared)
        swin_window(size)

    def build_network(self, weights: str) -> nn.Module:
        return SwinUnetNetwork(self.size, weights)
