"""Objects as points (CenterNet; Zhou et al. 2019, arXiv 1904.07850): targets, losses and decoding of a detector.

An object is the peak of its class's heat map at a quarter of the resolution; its size and the part of its centre's
position that the coarse grid loses are regressed there. Numbers as in Section 3 and in the authors' code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from sgcldff.method import BACKGROUND, UNKNOWN

STRIDE = 4  # pixels of the image to one position of the maps
FOCUSING, FORGIVING = 2, 4  # alpha and beta of the focal loss
SIZE_WEIGHT, OFFSET_WEIGHT = 0.1, 1.0
# Share of the largest annotated region below which another one is a scrap of the mask and no object.
SMALLEST_PART = 0.1


@dataclass
class Targets:
    """What the maps should say of B images with M objects in all; h, w = H / 4, W / 4.

    heat: float [B, K, h, w]; known: float [B, 1, h, w], 0 where the mask is UNKNOWN; where: int64 [M, 3], image, row
    and column of each object; sizes: float [M, 2], width and height; offsets: float [M, 2], x and y in [0, 1); both in
    units of the maps.
    """

    heat: Tensor
    known: Tensor
    where: Tensor
    sizes: Tensor
    offsets: Tensor

    def to(self, device: torch.device) -> Targets:
        """The same on a device."""
        return Targets(*(each.to(device) for each in vars(self).values()))


def boxes_of(mask: np.ndarray) -> np.ndarray:
    """Boxes of the annotated cells: float64 [n, 4], x0, y0, x1, y1 in pixels; mask: uint8 [H, W], prepared codes."""
    cell = ((mask != BACKGROUND) & (mask != UNKNOWN)).astype(np.uint8)
    _, _, regions, _ = cv2.connectedComponentsWithStats(cell)
    x, y, width, height, area = regions[1:].T.astype(np.float64)
    boxes = np.stack([x, y, x + width, y + height], axis=1)
    return boxes[area >= SMALLEST_PART * area.max(initial=0)]


def radius(width: float, height: float, overlap: float = 0.7) -> int:
    """Of the Gaussian that forgives near misses.

    The root of the authors' code, r = -o(w + h) + sqrt(o²(w + h)² + 4 o(1 - o) w h), rounded down; of its three cases
    this one is always the smallest. It lacks the quadratic formula's division by 2 · 4 o, so that a box moved by it
    overlaps the object's by less than `overlap`; it is kept, as every CenterNet is trained with it.
    """
    half = overlap * (width + height)
    return int(-half + math.sqrt(half**2 + 4 * overlap * (1 - overlap) * width * height))


def encode(masks: np.ndarray, labels: np.ndarray, classes: int) -> Targets:
    """Targets of the images' annotated cells, each of its image's class.

    masks: uint8 [B, H, W] in the prepared codes; labels: int64 [B].
    """
    height, width = masks.shape[1] // STRIDE, masks.shape[2] // STRIDE
    heat = np.zeros((len(masks), classes, height, width), np.float32)
    rows, columns = np.ogrid[:height, :width]
    where, sizes, offsets = [], [], []
    for index, (mask, label) in enumerate(zip(masks, labels, strict=True)):
        for x0, y0, x1, y1 in boxes_of(mask) / STRIDE:
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            column, row = int(x), int(y)
            reach = radius(math.ceil(x1 - x0), math.ceil(y1 - y0))
            distance = (columns - column) ** 2 + (rows - row) ** 2
            blob = np.exp(-distance / (2 * ((2 * reach + 1) / 6) ** 2))
            blob[(abs(rows - row) > reach) | (abs(columns - column) > reach)] = 0
            np.maximum(heat[index, label], blob, out=heat[index, label], casting="same_kind")
            where.append((index, row, column))
            sizes.append((x1 - x0, y1 - y0))
            offsets.append((x - column, y - row))
    known = masks[:, None, STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE] != UNKNOWN
    return Targets(
        torch.from_numpy(heat),
        torch.from_numpy(known).float(),
        torch.tensor(where, dtype=torch.int64).reshape(-1, 3),
        torch.tensor(sizes, dtype=torch.float32).reshape(-1, 2),
        torch.tensor(offsets, dtype=torch.float32).reshape(-1, 2),
    )


def focal_loss(logits: Tensor, targets: Targets) -> Tensor:
    """Penalty-reduced focal loss (equation 1), summed and divided by the number of objects; logits [B, K, h, w]."""
    logits = logits.float()
    probability = torch.sigmoid(logits)
    at_peak = (targets.heat == 1).float()
    hit = (1 - probability) ** FOCUSING * F.logsigmoid(logits)
    miss = (1 - targets.heat) ** FORGIVING * probability**FOCUSING * F.logsigmoid(-logits)
    return -(targets.known * (at_peak * hit + (1 - at_peak) * miss)).sum() / max(len(targets.where), 1)


def distance_loss(values: Tensor, where: Tensor, wanted: Tensor) -> Tensor:
    """L1 distance at the objects' positions, summed and divided by their number (equations 2 and 3).

    values: [B, 2, h, w]; where, wanted: as in `Targets`. No object gives 0.
    """
    image, row, column = where.unbind(dim=1)
    predicted = values.float()[image, :, row, column]
    return (predicted - wanted).abs().sum() / max(len(where), 1)


def detection_losses(heat: Tensor, sizes: Tensor, offsets: Tensor, targets: Targets) -> dict[str, Tensor]:
    """The three terms of L_det (equation 4), weighted: logits [B, K, h, w], sizes and offsets [B, 2, h, w]."""
    return {
        "centre": focal_loss(heat, targets),
        "size": SIZE_WEIGHT * distance_loss(sizes, targets.where, targets.sizes),
        "offset": OFFSET_WEIGHT * distance_loss(offsets, targets.where, targets.offsets),
    }


def best_box(heat: Tensor, sizes: Tensor, offsets: Tensor) -> Tensor:
    """The box of each image's highest peak over all classes: float [B, 4], x0, y0, x1, y1 in pixels."""
    batch, _, _, width = heat.shape
    position = heat.amax(dim=1).flatten(1).argmax(dim=1)
    every, row, column = torch.arange(batch, device=heat.device), position // width, position % width
    centre = torch.stack([column, row], dim=1) + offsets[every, :, row, column]
    half = sizes[every, :, row, column] / 2
    return STRIDE * torch.cat([centre - half, centre + half], dim=1)
