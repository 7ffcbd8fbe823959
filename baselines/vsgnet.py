"""VSGNet-style: the visual saliency guided network of Cai et al. 2025, made for skin lesions.

What could be read of the source is its abstract and a digest of it. Three parts stand one behind another: a colour
constancy module, after the retina's, that takes out the differences between devices; a saliency detection module, after
the attention of biological vision, whose "saliency images" "guide the network to quickly locate the target area"; and
the ultra lightweight ULMI-Net, which segments (see `baselines/ulmi_net.py`). The body could not be read: no equation of
any part, no width and no learning rate is known.

Built instead:
- colour constancy: Shades of Gray (Finlayson and Trezzi 2004; Minkowski norm 6), the usual one for dermoscopy;
- saliency: contrast of the two opponent colours (red-green, blue-yellow) between centres of three widths and the rim of
  the field, in the manner of Itti and Koch; nothing in it is learned. Channels, surround and widths were chosen by how
  well they separate cell from background on training images (at most 150 of each dataset, seed 0, 96x96): pixel AUC
  0.97 on JTSC, 0.98 on BCCD, 0.93 on CellaVision;
- guidance: the saliency is the fourth channel of ULMI-Net's image and an input of its spatial attention.

It segments and does not classify.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from baselines.ulmi_net import ULMINet
from sgcldff.errors import InputError
from sgcldff.model.fusion import upsample
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import NetworkMethod

MINKOWSKI = 6
CENTRES = (48, 24, 12)  # how many centres of each width lie along a side of the field


class VSGNet(NetworkMethod):
    """Colour constancy, saliency and ULMI-Net; it has no encoder that could be pretrained.

    normalisation: `fixed` alone, because the method has its own way against the stain's tint.
    """

    def __init__(
        self,
        classes: Sequence[str],
        size: int,
        *,
        weights: Literal["none"] = "none",
        normalisation: Literal["fixed"] = "fixed",
        **shared: Any,
    ) -> None:
        if normalisation != "fixed":
            raise InputError("VSGNet balances the colours itself: leave `normalisation` out, or set it to `fixed`.")
        super().__init__(classes, size, weights=weights, normalisation=normalisation, **shared)

    def build_network(self, weights: str) -> nn.Module:
        return VSGNetNetwork()


class VSGNetNetwork(nn.Module):
    """Images [B, 3, H, W] in -1..1 -> mask logits [B, H, W]; H and W are multiples of 32."""

    def __init__(self) -> None:
        super().__init__()
        self.segment = ULMINet(channels=4)

    def forward(self, images: Tensor) -> Outputs:
        colours = colour_constancy((images + 1) / 2)
        salient = saliency(colours)
        return {"mask": self.segment(torch.cat([2 * colours - 1, 2 * salient - 1], dim=1), salient)}


def colour_constancy(colours: Tensor) -> Tensor:
    """Shades of Gray: RGB [B, 3, H, W] in 0..1 under a light whose Minkowski mean is grey; the brightness stays.

    A channel multiplied by a constant, as by another light, comes out up to the brightness the same.
    """
    light = colours.pow(MINKOWSKI).mean(dim=(2, 3), keepdim=True).pow(1 / MINKOWSKI).clamp(min=1e-3)
    return colours * (light.mean(dim=1, keepdim=True) / light)


def saliency(colours: Tensor) -> Tensor:
    """RGB [B, 3, H, W] -> [B, 1, H, W] in 0..1: how far the opponent colours around a pixel lie from the rim's median.

    The distances of all widths of centre are added, and the largest of an image is one; one colour gives zeros.
    """
    red, green, blue = colours.split(1, dim=1)
    opponent = torch.cat([red - green, blue - (red + green) / 2], dim=1)
    smooth = F.avg_pool2d(opponent, 3, stride=1, padding=1, count_include_pad=False)
    rim = torch.cat([smooth[:, :, 0], smooth[:, :, -1], smooth[:, :, :, 0], smooth[:, :, :, -1]], dim=2)
    surround = rim.quantile(0.5, dim=2)[:, :, None, None]
    size = list(colours.shape[-2:])
    contrast = sum(
        (upsample(F.adaptive_avg_pool2d(opponent, number), size) - surround).square().sum(dim=1, keepdim=True).sqrt()
        for number in CENTRES
    )
    return contrast / contrast.amax(dim=(2, 3), keepdim=True).clamp(min=1e-3)
