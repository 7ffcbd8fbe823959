"""ResNeXt-CC-style: cross-layer fusion over a ResNeXt-50 with channel attention (Luo et al. 2024, Sci. Rep. 14:18439).

The source's abstract says: images go from RGB to HSV; a ResNeXt carries a cross-layer deep-feature fusion module and
ECA channel attention; a modified softmax loss and a centre loss train it together; data C-NMC 2019. Its body could not
be read, and no code of it was found: depth, layers fused, widths, the softmax's modification and the weight of the
centre loss are not known from it. Hence "-style", and in their places:

- ResNeXt-50 (32x4d) with an ECA module (Wang et al. 2020) at the end of every residual block;
- fusion in the form that SG-CLDFF calls inspired by this network (resize, concatenate, 1x1 convolution): the maps of
  stages 2 to 4 (strides 8, 16, 32), each projected to 256 channels and brought to the size of the first, give 512
  channels and pass another ECA module;
- "modified softmax" in its established sense (Liu et al. 2017, SphereFace, Section 3.1): class weights of unit norm and
  no bias, so that the logit of class j is ||x|| cos(theta_j). The class weighting of the common loss stays;
- the centre loss of Wen et al. (2016) with their lambda of 0.003 and their update of the centres (alpha 0.5).

Learning rate, schedule and augmentation are common to all methods. The source classifies alone; with `second_head` the
shared mask head reads the stage-1 map and the fused one, and both tasks are trained together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from timm.layers import EcaModule
from torch import Tensor, nn
from torch.nn import functional as F

from baselines.second_head import MaskHead
from sgcldff.model.fusion import conv1x1, upsample
from sgcldff.model.pretrained import hub_network
from sgcldff.training.batches import Batch
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

BACKBONE = "resnext50_32x4d.a1h_in1k"
STAGES = (256, 512, 1024, 2048)  # channels of the four stages, at strides 4, 8, 16 and 32
PROJECTED, FUSED = 256, 512
# Of the running statistics of batch normalisation. An epoch has few steps here: at the usual 0.1 the statistics of so
# many layers lag behind young weights, and validation judges, and may stop, a network that is better than it looks.
MOMENTUM = 0.2


def unit_rgb(images: Tensor, normalisation: str) -> Tensor:
    """Normalised images back to RGB in [0, 1] (see `normalise`), [B, 3, H, W].

    `fixed` is undone exactly. `image` took each channel's mean and SD away: they are set to 1/2 and 1/6, so that
    three SD to either side fill the range. Hues are then those of the image stretched to a grey mean, and the stain's
    own tint is not among them.
    """
    return (images + 1) / 2 if normalisation == "fixed" else (images / 6 + 0.5).clamp(0, 1)


def rgb_to_hsv(rgb: Tensor) -> Tensor:
    """Hue, saturation and value, each in [0, 1] (a grey pixel has hue 0); [B, 3, H, W] in [0, 1]."""
    red, green, blue = rgb.unbind(dim=1)
    value, brightest = rgb.max(dim=1)
    chroma = value - rgb.amin(dim=1)
    divisor = chroma.clamp(min=1e-6)
    sectors = torch.stack(
        [((green - blue) / divisor) % 6, (blue - red) / divisor + 2, (red - green) / divisor + 4], dim=1
    )
    hue = sectors.gather(1, brightest[:, None])[:, 0] / 6 * (chroma > 0)
    return torch.stack([hue, chroma / value.clamp(min=1e-6), value], dim=1)


def eca_resnext(weights: str) -> nn.Module:
    """ResNeXt-50 that returns its four stages' maps, with an ECA module in every block.

    The pretrained weights know no ECA: its 16 kernels stay random, and all other weights are the hub's.
    Raises InputError as `hub_network`.
    """
    maps = {"features_only": True, "out_indices": (1, 2, 3, 4)}
    network = hub_network(BACKBONE, "none", block_args={"attn_layer": "eca"}, **maps)
    if weights != "none":
        pretrained = hub_network(BACKBONE, weights, **maps).state_dict()
        own = {name: tensor for name, tensor in network.state_dict().items() if ".se." in name}
        network.load_state_dict(pretrained | own)
    return network


class CentreLoss(nn.Module):
    """L_C = 1/2 mean_i ||x_i - c_{y_i}||^2 (Wen et al. 2016, equation 2, as a mean over the batch).

    While training, each centre then moves by alpha towards the features of its class in the batch (equation 4):
    c_j += alpha * sum_{i: y_i = j}(x_i - c_j) / (1 + n_j). The centres are no weights of the optimiser.
    """

    centres: Tensor

    def __init__(self, classes: int, channels: int, alpha: float = 0.5) -> None:
        super().__init__()
        self.alpha = alpha
        self.register_buffer("centres", torch.zeros(classes, channels))

    def forward(self, features: Tensor, labels: Tensor) -> Tensor:
        """features: [B, C]; labels: int64 [B]; returns the loss before the centres moved."""
        # A product with the one-hot labels adds up in the same order on every run; index_add on a GPU does not.
        member = F.one_hot(labels, len(self.centres)).to(features.dtype)
        difference = features - member @ self.centres
        if self.training:
            step = member.T @ difference.detach() / (1 + member.sum(dim=0))[:, None]
            self.centres = self.centres + self.alpha * step
        return difference.square().sum(dim=1).mean() / 2


class ResNeXtCCNetwork(nn.Module):
    """HSV, ECA-ResNeXt-50, cross-layer fusion, modified softmax; with `second_head` also the shared mask head."""

    def __init__(self, classes: int, weights: str, normalisation: str, second_head: bool) -> None:
        super().__init__()
        self.normalisation = normalisation
        self.backbone = eca_resnext(weights)
        self.project = nn.ModuleList(conv1x1(channels, PROJECTED) for channels in STAGES[1:])
        self.fuse = nn.Sequential(conv1x1(PROJECTED * len(self.project), FUSED), EcaModule(FUSED))
        self.class_directions = nn.Parameter(nn.init.xavier_uniform_(torch.empty(classes, FUSED)))
        self.centre_loss = CentreLoss(classes, FUSED)
        self.mask_head = MaskHead((STAGES[0], FUSED)) if second_head else None
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = MOMENTUM

    def forward(self, images: Tensor) -> Outputs:
        """images: [B, 3, H, W], normalised; "features" are what the centre loss draws together, [B, 512]."""
        hsv = rgb_to_hsv(unit_rgb(images, self.normalisation))
        first, *deeper = self.backbone(2 * hsv - 1)  # in the range that the common normalisation gives
        size = list(deeper[0].shape[-2:])
        projected = [upsample(project(each), size) for project, each in zip(self.project, deeper, strict=True)]
        fused = self.fuse(torch.cat(projected, dim=1))
        features = fused.mean(dim=(2, 3))
        outputs = {"classes": F.linear(features, F.normalize(self.class_directions)), "features": features}
        if self.mask_head is not None:
            outputs["mask"] = self.mask_head([first, fused], tuple(images.shape[-2:]))
        return outputs


class ResNeXtCC(HubNetworkMethod):
    """ResNeXt-CC-style classification.

    centre_weight: lambda of the centre loss; second_head: the shared mask head too; the rest: see `NetworkMethod`.
    """

    class_maps = "fuse"

    def __init__(
        self,
        classes: Sequence[str],
        size: int,
        *,
        normalisation: Literal["fixed", "image"] = "fixed",
        centre_weight: float = 0.003,
        second_head: bool = False,
        **shared: Any,
    ) -> None:
        super().__init__(classes, size, normalisation=normalisation, **shared)
        self.centre_weight = centre_weight
        self.second_head = second_head

    def build_network(self, weights: str) -> nn.Module:
        return ResNeXtCCNetwork(len(self.classes), weights, self.normalisation, self.second_head)

    def extra_loss(self, outputs: Outputs, batch: Batch) -> dict[str, Tensor]:
        return {"centre": self.centre_weight * self.network.centre_loss(outputs["features"].float(), batch.labels)}
