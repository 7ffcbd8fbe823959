"""A pretrained CNN that is not trained any further, and the features that are read off it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from baselines.second_head import MaskHead
from sgcldff.model.cnn_stages import efficientnet_lite0
from sgcldff.training.loop import Outputs, network_outputs

STAGE_CHANNELS = (24, 40, 112, 320)  # channels of the four stages of EfficientNet-Lite0, at strides 4, 8, 16 and 32

# Features of the network's two output layers: the pooled last map, and the logits of the ImageNet classes.
LAYER_FEATURES = (1280, 1000)


class Frozen(nn.Module):
    """Keeps its `encoder` as it came: no gradients, and its batch normalisation in evaluation mode even in training."""

    encoder: nn.Module

    def freeze(self, encoder: nn.Module) -> None:
        self.encoder = encoder.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> Frozen:
        super().train(mode)
        self.encoder.eval()
        return self


class PooledStages(Frozen):
    """Mean and standard deviation of every channel of the four stages; with `mask_head` a mask from the same maps.

    The standard deviation tells a structure that fills a part of the image from a tint of the whole of it.
    """

    def __init__(self, weights: str, mask_head: bool = False) -> None:
        """weights: see `efficientnet_lite0`."""
        super().__init__()
        network = efficientnet_lite0(weights)
        blocks = network.blocks
        first = nn.Sequential(network.conv_stem, network.bn1, blocks[0], blocks[1])
        rest = [blocks[2], nn.Sequential(blocks[3], blocks[4]), nn.Sequential(blocks[5], blocks[6])]
        self.freeze(nn.ModuleList([first, *rest]))
        self.head = MaskHead(STAGE_CHANNELS) if mask_head else None

    def forward(self, images: Tensor) -> Outputs:
        """images: [B, 3, H, W]; "features": [B, 2 * 496], all means, then all deviations; "mask": logits [B, H, W]."""
        maps = [images]
        for stage in self.encoder:
            maps.append(stage(maps[-1]))
        maps = maps[1:]
        positions = [each.flatten(2) for each in maps]
        means = [each.mean(dim=2) for each in positions]
        deviations = [each.std(dim=2, correction=0) for each in positions]
        outputs = {"features": torch.cat(means + deviations, dim=1)}
        return outputs if self.head is None else outputs | {"mask": self.head(maps, tuple(images.shape[-2:]))}


class OutputLayers(Frozen):
    """The two output layers of the whole CNN side by side: [B, 1280 + 1000]."""

    def __init__(self, weights: str) -> None:
        super().__init__()
        self.freeze(efficientnet_lite0(weights))

    def forward(self, images: Tensor) -> Outputs:
        pooled = self.encoder.global_pool(self.encoder.forward_features(images))
        return {"features": torch.cat([pooled, self.encoder.classifier(pooled)], dim=1)}


def read_off(network: nn.Module, images: np.ndarray, normalisation: str, device: str) -> dict[str, np.ndarray]:
    """All outputs of a network for images uint8 [N, H, W, 3], by name, in their order; float32, batch by batch."""
    batches: dict[str, list[np.ndarray]] = {}
    for outputs in network_outputs(network, images, normalisation, device):
        for name, output in outputs.items():
            batches.setdefault(name, []).append(output.cpu().numpy())
    return {name: np.concatenate(outputs) for name, outputs in batches.items()}
