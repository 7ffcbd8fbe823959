"""TransUNet (Chen et al. 2021, arXiv 2102.04306; Medical Image Analysis 97, 2024), R50-ViT-B/16, for the whole cell.

The source, after its published code: a ResNet-50 of three stages (3, 4, 9 blocks; weight standardisation, group
normalisation) takes the image to stride 16; every position of its map is a token of a ViT-B/16 (12 layers, 768
channels); the tokens, folded to a map again, go through the cascaded upsampler, which doubles the size four times and
takes in the maps of strides 8, 4 and 2. Dropout .1 after the embedding and in the MLPs. It segments and does not
classify. At 224 pixels it has 105.28 M parameters (published: 105 M).

Encoder and transformer are timm's, with the ImageNet-21k weights that the source starts from (R50+ViT-B_16). They
follow the network of those weights where the source's own copy differs: the padding of the first pooling (there cut
and filled with zeros) and 32 groups in the shortcuts' normalisation (there one a channel). The class token is dropped
and its position with it, as there; the position embedding is resized to the image (bicubic; there linear).

Training is the common one (the source: SGD, .01). Seen from random weights: four drawn images at 64x64 are learned
in 40 steps at 1e-3 (IoU above .9). No longer training was affordable here, and hub weights were not to be had.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.model.heads import conv3x3
from sgcldff.model.pretrained import hub_network
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

ENCODER = "vit_base_r50_s16_224.orig_in21k"
STRIDE = 16
TOKEN = 768
DROPOUT = 0.1
ENTRY = 512  # channels of the map that enters the cascade
SKIPS = (512, 256, 64, 0)  # channels that each step of the cascade takes from the encoder, at strides 8, 4, 2 and 1
WIDTHS = (256, 128, 64, 16)  # channels that each step gives out


def set_attention(blocks: nn.Sequential) -> None:
    """Attention of timm's blocks as the source has it, and the same from run to run."""
    for block in blocks:
        block.attn.fused_attn = False  # on a GPU, fused kernels' gradients differ from run to run
        block.attn.proj_drop.p = 0.0  # the source has none here; timm knows one rate for attention and MLP


def check_size(size: int) -> None:
    """InputError where the images cannot be divided into tokens."""
    if size % STRIDE:
        raise InputError(f"`size: {size}` does not fit TransUNet: give a multiple of {STRIDE}.")


class HybridEncoder(nn.Module):
    """Images [B, 3, size, size] -> tokens as a map [B, 768, size/16, size/16], and skips at strides 8, 4 and 2."""

    def __init__(self, size: int, weights: str) -> None:
        super().__init__()
        rates = {"pos_drop_rate": DROPOUT, "proj_drop_rate": DROPOUT}
        whole = hub_network(ENCODER, weights, img_size=size, num_classes=0, **rates)
        self.resnet = whole.patch_embed.backbone
        self.project = whole.patch_embed.proj
        self.positions = nn.Parameter(whole.pos_embed[:, whole.num_prefix_tokens :].detach().clone())
        self.dropout = whole.pos_drop
        self.blocks = whole.blocks
        self.norm = whole.norm
        set_attention(self.blocks)

    def forward(self, images: Tensor) -> tuple[Tensor, list[Tensor]]:
        *skips, deepest = self.resnet.forward_intermediates(images, intermediates_only=True)
        tokens = self.project(deepest).flatten(2).transpose(1, 2) + self.positions
        tokens = self.norm(self.blocks(self.dropout(tokens)))
        return tokens.transpose(1, 2).unflatten(2, deepest.shape[-2:]), skips[::-1]


class CascadeStep(nn.Module):
    """Twice the size (bilinear), the skip beside it, two convolutions: [B, C, h, w] -> [B, width, 2h, 2w]."""

    def __init__(self, channels: int, skip: int, width: int) -> None:
        super().__init__()
        self.upsample = nn.UpsamplingBilinear2d(scale_factor=2)
        self.convolve = nn.Sequential(conv3x3(channels + skip, width), conv3x3(width, width))

    def forward(self, features: Tensor, skip: Tensor | None) -> Tensor:
        features = self.upsample(features)
        return self.convolve(features if skip is None else torch.cat([features, skip], dim=1))


class Cascade(nn.ModuleList):
    """The steps from stride 16 to the pixels; entry, skips: channels that enter, and that each step takes in."""

    def __init__(self, entry: int, skips: Sequence[int]) -> None:
        entering = (entry, *WIDTHS[:-1])
        super().__init__(
            CascadeStep(channels, skip, width) for channels, skip, width in zip(entering, skips, WIDTHS, strict=True)
        )

    def forward(self, features: Tensor, skips: Sequence[Tensor]) -> Tensor:
        """skips: at strides 8, 4 and 2; the last step has none."""
        for step, skip in zip(self, [*skips, None], strict=True):
            features = step(features, skip)
        return features


class TransUNetNetwork(nn.Module):
    """Images [B, 3, size, size] -> {"mask": logits [B, size, size]}."""

    def __init__(self, size: int, weights: str) -> None:
        super().__init__()
        self.encoder = HybridEncoder(size, weights)
        self.enter = conv3x3(TOKEN, ENTRY)
        self.cascade = Cascade(ENTRY, SKIPS)
        self.mask = nn.Conv2d(WIDTHS[-1], 1, 3, padding=1)

    def forward(self, images: Tensor) -> Outputs:
        features, skips = self.encoder(images)
        return {"mask": self.mask(self.cascade(self.enter(features), skips))[:, 0]}


class TransUNet(HubNetworkMethod):
    """TransUNet; weights: of ResNet and ViT; the rest: see `NetworkMethod`. The size is a multiple of 16."""

    def __init__(self, classes: Sequence[str], size: int, **shared: Any) -> None:
        super().__init__(classes, size, **shared)
        check_size(size)

    def build_network(self, weights: str) -> nn.Module:
        return TransUNetNetwork(self.size, weights)
