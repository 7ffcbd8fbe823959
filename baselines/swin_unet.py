"""Swin-Unet (Cao et al. 2022, ECCV workshops) for the mask of the whole cell: a U-Net of Swin Transformer blocks alone.

The source, after its text and its published code: patches of 4 x 4 pixels, an encoder of Swin-T's widths and heads with
two blocks a stage, a decoder that mirrors it and doubles the size by patch expanding (linear, then channels spread over
2 x 2 positions), skips joined by a linear layer, and a last expanding by 4 to the pixels. Skips are taken where the code
takes them, ahead of each stage's blocks. Encoder and decoder stages of equal width both start from Swin-T's ImageNet-1k
weights; of the third stage's six blocks the first two are taken. Stochastic depth .2. It segments alone, and so does this.
Left open: other sizes than 224. Windows are a thirty-second of the picture wide (7 at 224), Swin's own rule: they divide
every map, and the deepest map is one window. timm resizes the relative positions of the weights to the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.model.pretrained import hub_network
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import NetworkMethod

ENCODER = "swin_tiny_patch4_window7_224.ms_in1k"
DEPTHS = (2, 2, 2, 2)
WIDTHS = (96, 192, 384, 768)
PATCH = 4
STOCHASTIC_DEPTH = 0.2


def swin_window(size: int) -> int:
    """Positions along a window's side for pictures of this size.

    Raises InputError where Swin's windows do not fit the size.
    """
    if size % 32 or size < 64:
        raise InputError(f"`size: {size}` does not fit Swin's windows: give a multiple of 32 from 64 on.")
    return size // 32


def swin(size: int, weights: str) -> nn.Module:
    """timm's Swin-T with two blocks in every stage and without its head."""
    return hub_network(
        ENCODER,
        weights,
        img_size=size,
        window_size=swin_window(size),
        depths=DEPTHS,
        drop_path_rate=STOCHASTIC_DEPTH,
        num_classes=0,
        pretrained_strict=False,  # the weights hold the left-out blocks of the third stage as well
    )


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
    """Pictures [B, 3, size, size] -> {"mask": logits [B, size, size]}."""

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


class SwinUnet(NetworkMethod):
    """Swin-Unet; weights: of encoder and decoder; the rest: see `NetworkMethod`. Sizes: see `swin_window`."""

    def __init__(
        self, classes: Sequence[str], size: int, *, weights: Literal["hub", "none"] = "hub", **shared: Any
    ) -> None:
        super().__init__(classes, size, weights=weights, **shared)
        swin_window(size)

    def build_network(self, weights: str) -> nn.Module:
        return SwinUnetNetwork(self.size, weights)
