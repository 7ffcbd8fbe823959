"""SegFormer (Xie et al. 2021, NeurIPS), B0, for the mask of the whole cell.

The source, after its published code: a Mix Transformer gives maps at strides 4, 8, 16 and 32; each is projected to
256 channels, brought to stride 4 (bilinear), and a 1x1 convolution with batch normalisation fuses the four; dropout
of whole channels (.1), a 1x1 convolution to logits, and bilinear upsampling by 4. It segments and does not classify.

Encoder and decoder are segmentation_models_pytorch's, with the ImageNet-1k weights of its hub. Its dropout and the
last upsampling are the source's (the package has no dropout and aligns corners). 3.7 M parameters, as published.

B0 of the source's six sizes: on JTSC's training and validation subsets at 96x96, seed 0, random weights and batches of
8, B1 (13.7 M) gained nothing worth its size in four epochs (validation IoU .949 against .943). Training is the common
one (the source: AdamW, 6e-5, ten times that in the head): in eight epochs 4e-4 reached .953 and 1e-4 .940.
"""

from __future__ import annotations

from collections.abc import Mapping

from segmentation_models_pytorch import Segformer
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.model.fusion import upsample
from sgcldff.model.pretrained import hub_weights, take_file
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

ENCODER = "mit_b0"
DROPOUT = 0.1


class SegFormerNetwork(nn.Module):
    """Images [B, 3, H, W] -> {"mask": logits [B, H, W]}.

    Raises InputError where the weights are not to be had or the value is unknown.
    """

    def __init__(self, weights: str | Mapping[str, str]) -> None:
        super().__init__()
        if isinstance(weights, Mapping):
            whole = Segformer(ENCODER, encoder_weights=None)
            take_file(whole.encoder, weights, ENCODER)
        elif weights == "none":
            whole = Segformer(ENCODER, encoder_weights=None)
        elif weights == "hub":
            with hub_weights(ENCODER):
                whole = Segformer(ENCODER, encoder_weights="imagenet")
        else:
            raise InputError(f"Unknown `weights: {weights}` of {ENCODER}: give hub, none, or a file with its sha256.")
        self.encoder = whole.encoder
        self.decoder = whole.decoder
        self.dropout = nn.Dropout2d(DROPOUT)
        self.mask = whole.segmentation_head[0]

    def forward(self, images: Tensor) -> Outputs:
        fused = self.decoder(self.encoder(images))
        return {"mask": upsample(self.mask(self.dropout(fused)), list(images.shape[-2:]))[:, 0]}


class SegFormer(HubNetworkMethod):
    """SegFormer; weights: of the encoder; the rest: see `NetworkMethod`."""

    def build_network(self, weights: str | Mapping[str, str]) -> nn.Module:
        return SegFormerNetwork(weights)
