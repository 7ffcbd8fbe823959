"""The augmentation of `sgcldff.data.augment` for a whole batch on a device, from the same draws.

Image by image it gives what the CPU gives: a grey level more or less in a few pixels of ten thousand, where the two
interpolate to either side of a half (a test holds them together).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from sgcldff.data.augment import Variant
from sgcldff.data.stain_shift import BACKGROUND_PERCENTILE, FLARE


def augment_batch(
    images: Tensor, maps: Sequence[Tensor], variants: Sequence[Variant], table: Tensor
) -> tuple[Tensor, list[Tensor]]:
    """The variant of each image of a batch and of the maps that lie over it, on their device.

    images: uint8 [B, H, W, 3]; maps: uint8 [B, H, W] each, at least one; variants: B; table: `noise_table`.
    """
    batch, height, width, channels = images.shape
    device = images.device
    grid = _grid(variants, height, width, device)
    if variants[0].stain is not None:
        images = _restained(images, np.stack([variant.stain for variant in variants]))
    moved = F.grid_sample(images.permute(0, 3, 1, 2).float(), grid, "bilinear", "reflection", align_corners=True)
    varied = moved.round().permute(0, 2, 3, 1).contiguous()
    mean = varied.double().mean(dim=(1, 2, 3), keepdim=True).float()
    drawn = [[variant.contrast, variant.noise] for variant in variants]
    contrast, noise = torch.tensor(drawn, dtype=torch.float32, device=device).T[..., None, None, None]
    varied = (varied - mean) * contrast + mean
    starts = torch.tensor([variant.window for variant in variants], device=device)
    window = starts[:, None] + torch.arange(height * width * channels, device=device)
    varied += noise * table[window % len(table)].view(batch, height, width, channels)
    varied = varied.round_().clamp_(0, 255).to(torch.uint8)
    stacked = F.grid_sample(torch.stack(list(maps), dim=1).float(), grid, "nearest", "reflection", align_corners=True)
    return varied, list(stacked.to(torch.uint8).unbind(dim=1))


def _restained(images: Tensor, matrices: np.ndarray) -> Tensor:
    """`restain` for uint8 [B, H, W, 3] and float64 [B, 3, 3]; float [B, H, W, 3] of whole numbers."""
    pixels = images.flatten(1, 2)
    place = BACKGROUND_PERCENTILE / 100 * (pixels.shape[1] - 1)
    below = math.floor(place)
    # Not torch.quantile, which refuses the pixels of a large batch.
    ordered = pixels.sort(dim=1).values[:, below : below + 2].float()
    background = torch.lerp(ordered[:, :1], ordered[:, -1:], place - below) + FLARE
    density = torch.log(background / (pixels.float() + FLARE))
    matrix = torch.tensor(matrices, dtype=torch.float32, device=images.device)
    light = background * torch.exp(-torch.einsum("bij,bnj->bni", matrix, density))
    return (light - FLARE).round().clamp(0, 255).view(images.shape)


def _grid(variants: Sequence[Variant], height: int, width: int, device: torch.device) -> Tensor:
    """Where each pixel of a variant comes from, [B, H, W, 2]: x and y from -1 to 1, as `grid_sample` takes them."""
    inverse = np.stack([cv2.invertAffineTransform(variant.matrix) for variant in variants])
    matrix = torch.tensor(inverse, dtype=torch.float32, device=device)
    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float32, device=device),
        torch.arange(width, dtype=torch.float32, device=device),
        indexing="ij",
    )
    source = torch.einsum("bij,jhw->bhwi", matrix, torch.stack([x, y, torch.ones_like(x)]))
    return 2 * source / torch.tensor([width - 1, height - 1], dtype=torch.float32, device=device) - 1
