"""The losses of Experimental Setup 5: weighted cross-entropy, Dice + binary cross-entropy, saliency alignment.

Neither the weights between them nor the class weights are given: the three terms are summed with weight one (alignment
with lambda), and a class weighs in inverse proportion to its frequency. Everything is computed in float32.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from sgcldff.method import BACKGROUND, UNKNOWN


def class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """n / (K · n_c) for each class, float32 [K]: the mean weight of a training image is one.

    A class without training images weighs 0: it never appears as a target.
    """
    counts = np.bincount(labels, minlength=classes)
    return np.divide(counts.sum(), classes * counts, out=np.zeros(classes), where=counts > 0).astype(np.float32)


def segmentation_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Dice + binary cross-entropy of the whole cell; logits [B, H, W], masks uint8 [B, H, W] in the prepared codes.

    Pixels coded UNKNOWN count in neither; the soft Dice is taken per image, over images that have known pixels. A
    batch without any known pixel gives 0.
    """
    logits = logits.float()
    known = (masks != UNKNOWN).float()
    cell = ((masks != UNKNOWN) & (masks != BACKGROUND)).float()
    cross_entropy = (F.binary_cross_entropy_with_logits(logits, cell, reduction="none") * known).sum()
    cell_probability = torch.sigmoid(logits) * known
    overlap = (cell_probability * cell).sum(dim=(1, 2))
    total = cell_probability.sum(dim=(1, 2)) + cell.sum(dim=(1, 2))
    annotated = (known.sum(dim=(1, 2)) > 0).float()
    dice = ((1 - (2 * overlap + 1) / (total + 1)) * annotated).sum() / annotated.sum().clamp(min=1)
    return cross_entropy / known.sum().clamp(min=1) + dice


def alignment_loss(saliency: Tensor, prior: Tensor) -> Tensor:
    """mean |S - A| (Research Method, item 2), without lambda.

    saliency: S, [B, 1, h, w] in [0, 1]; prior: A, [B, H, W] in [0, 1], brought to the size of S by area averaging.
    """
    resized = F.adaptive_avg_pool2d(prior[:, None].float(), saliency.shape[-2:])
    return (saliency.float() - resized).abs().mean()
