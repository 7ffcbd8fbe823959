"""UNet++ (Zhou et al. 2018).

The source's abstract: "a deeply-supervised encoder-decoder network where the encoder and decoder sub-networks are
connected through a series of nested, dense skip pathways", for segmentation. Built: the UnetPlusPlus of
segmentation_models_pytorch. The source leaves the encoder free; here it is EfficientNet-Lite0 with ImageNet weights,
from which SG-CLDFF's backbone is built too, so that the two differ in method and not in pretraining. Deep supervision
(an output from every depth of the nest, averaged, or pruned for speed) is left out: the library has none.

The mask starts from log-odds of -2, as SG-CLDFF's does, and no longer from the library's even odds. Measured on the
training and validation subsets of JTSC (split of seed 0, 96x96, weights of seeds 0 and 1): after one epoch the
validation IoU is 0.91 and 0.88, and 0.79 twice from even odds; after four epochs all are at 0.96.

With `second_head` it also classifies: SG-CLDFF's class head reads the encoder's map at a sixteenth of the image, as
deep as SG-CLDFF's own CNN goes, and both tasks are trained together with the common losses. The deepest map, at a
thirty-second, has nine positions at 96x96: on BCCD, whose cells are small, a head there named worse (docs/settings.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segmentation_models_pytorch import UnetPlusPlus
from torch import nn

from baselines.unet import MaskNetwork, take_weights
from sgcldff.model.cnn_stages import efficientnet_lite0
from sgcldff.model.heads import ClassificationHead
from sgcldff.training.network_method import NetworkMethod

CLASS_LEVEL = -2  # of the encoder's maps: a sixteenth of the image


class UNetPlusPlus(NetworkMethod):
    """UNet++ with an EfficientNet-Lite0 encoder; second_head: classify too (the source segments alone)."""

    class_maps = "network.encoder.model.blocks.4"  # what the class head reads

    def __init__(self, classes: Sequence[str], size: int, *, second_head: bool = False, **shared: Any) -> None:
        super().__init__(classes, size, **shared)
        self.second_head = second_head

    def build_network(self, weights: str) -> nn.Module:
        network = UnetPlusPlus("tu-tf_efficientnet_lite0", encoder_weights=None, classes=1)
        take_weights(network.encoder.model, efficientnet_lite0(weights))
        channels = network.encoder.out_channels[CLASS_LEVEL]
        head = ClassificationHead(channels, len(self.classes)) if self.second_head else None
        return MaskNetwork(network, head, CLASS_LEVEL)
