"""SegNet, one of the three networks that Kadry et al. 2021 compared on leukocytes (SegNet, U-Net, VGG-U-Net).

What could be read of Kadry et al. ("Automated segmentation of leukocyte from hematological images: a study using
various CNN schemes") is the abstract and the introduction: pretrained networks on LISC, BCCD and ALL-IDB2, VGG-U-Net
ahead of the other two (Jaccard 91.5 %). How they were built and trained could not be read. SegNet itself is known from
Badrinarayanan et al. 2017 and its published network definition, and is built as there: the thirteen convolutions of
VGG16 with batch normalisation, whose five max-pools remember which pixel of each 2x2 window won; a mirrored decoder
that puts every value back on that pixel (zeros elsewhere) and convolves, with batch normalisation and ReLU; weights
drawn after He et al.; the last convolution gives the logits.

Different from the source: its training (SGD at 0.1, median frequency balancing) is the common one here; a sigmoid on
one channel stands for the soft-max of two, and starts from log-odds of -2; batch normalisation is in the pretrained
VGG16 already, and its statistics, which the published code computes again after training, are running ones that
follow the weights closely (momentum 0.3). It segments and does not classify.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgcldff.model.heads import conv3x3, start_as_background
from sgcldff.model.pretrained import hub_network
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

# Of the running statistics. At torch's 0.1 they lag behind the weights in a network of 25 normalised layers: four
# images that it knew by heart in training it got wrong in prediction.
MOMENTUM = 0.3

# Channels that enter and leave the convolutions of each decoder stage, the deepest stage first.
DECODER = ((512, 512, 512, 512), (512, 512, 512, 256), (256, 256, 256, 128), (128, 128, 64), (64, 64))


class SegNet(HubNetworkMethod):
    """SegNet on VGG16 with batch normalisation; weights: of the encoder, from the `hub` or `none`."""

    def build_network(self, weights: str) -> nn.Module:
        return SegNetNetwork(weights)


class SegNetNetwork(nn.Module):
    """[B, 3, H, W] -> mask logits [B, H, W]; H and W are multiples of 32."""

    def __init__(self, weights: str) -> None:
        super().__init__()
        self.encoder = vgg16_stages(weights)
        self.decoder = nn.ModuleList(
            nn.Sequential(*(conv3x3(before, after) for before, after in zip(chain, chain[1:], strict=False)))
            for chain in DECODER
        )
        self.mask = nn.Conv2d(DECODER[-1][-1], 1, 3, padding=1)
        for module in [*self.decoder.modules(), self.mask]:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = MOMENTUM
        start_as_background(self.mask)

    def forward(self, images: Tensor) -> Outputs:
        features, winners = images, []
        for stage in self.encoder:
            features, winner = max_pool(stage(features))
            winners.append(winner)
        for stage, winner in zip(self.decoder, reversed(winners), strict=True):
            features = stage(max_unpool(features, winner))
        return {"mask": self.mask(features)[:, 0]}


def vgg16_stages(weights: str) -> nn.ModuleList:
    """The five blocks of VGG16 with batch normalisation, without their max-pools: 64, 128, 256, 512, 512 channels.

    weights: `hub` or `none`. Raises InputError where they are not to be had.
    """
    # The classifier behind the blocks is not used: where no stored weights ask for its 120 million, it is made tiny.
    classifier = {"mlp_ratio": 1 / 4096, "num_classes": 0} if weights == "none" else {}
    stages: list[list[nn.Module]] = [[]]
    for layer in hub_network("vgg16_bn.tv_in1k", weights, **classifier).features:
        if isinstance(layer, nn.MaxPool2d):
            stages.append([])
        else:
            stages[-1].append(layer)
    return nn.ModuleList(nn.Sequential(*layers) for layers in stages if layers)


def max_pool(features: Tensor) -> tuple[Tensor, Tensor]:
    """[B, C, 2h, 2w] -> the maxima of the 2x2 windows [B, C, h, w], and which of its pixels each is (uint8, 0 to 3)."""
    pooled, position = F.max_pool2d(features, 2, return_indices=True)
    row, column = position // features.shape[-1], position % features.shape[-1]
    return pooled, (2 * (row % 2) + column % 2).to(torch.uint8)


def max_unpool(pooled: Tensor, winner: Tensor) -> Tensor:
    """The inverse of `max_pool`: each value on the pixel that won, zeros on the other three; [B, C, 2h, 2w].

    Made of comparisons, because torch has no deterministic max_unpool2d on a GPU.
    """
    pixels = torch.arange(4, dtype=torch.uint8, device=pooled.device)[:, None, None]
    spread = torch.where(winner[:, :, None] == pixels, pooled[:, :, None], 0)
    return F.pixel_shuffle(spread.flatten(1, 2), 2)
