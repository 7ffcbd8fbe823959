"""U-Net, SegFormer's decoder and TransUNet on EfficientNet-Lite0, whose ImageNet weights a package carries.

The sources' own encoders have their pretrained weights on a hub alone. Where none is at hand they start from random
weights, and a comparison with them says more about the start than about the design. These three stand beside them: the
design of the source on the encoder that SG-CLDFF and UNet++ start from as well.

- `LiteUNet`: the U-Net of segmentation_models_pytorch, as `unet.py`.
- `LiteSegFormer`: SegFormer's all-MLP decoder and its dropout over the maps of strides 4 to 32, as `segformer.py`; the
  Mix Transformer is what is exchanged, and no attention is left.
- `LiteTransUNet`: as `transunet.py`, with EfficientNet-Lite0 down to stride 16 in place of the ResNet-50, and a ViT-Ti
  (12 layers, 192 channels) in place of the ViT-B. The transformer starts from random weights: no package has any.

Swin-Unet has no such variant: it is a transformer from its first layer on. All masks start from log-odds of -2, as
SG-CLDFF's and UNet++'s do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import timm
from segmentation_models_pytorch import Unet
from segmentation_models_pytorch.base import SegmentationModel
from segmentation_models_pytorch.decoders.segformer.decoder import SegformerDecoder
from segmentation_models_pytorch.encoders import get_encoder
from torch import Tensor, nn

from baselines.segformer import DROPOUT as CHANNEL_DROPOUT
from baselines.transunet import DROPOUT, WIDTHS, Cascade, check_size, set_attention
from baselines.unet import MaskNetwork, take_weights
from sgcldff.model.cnn_stages import efficientnet_lite0
from sgcldff.model.fusion import upsample
from sgcldff.model.heads import conv3x3, start_as_background
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import NetworkMethod

ENCODER = "tu-tf_efficientnet_lite0"
DECODED = 256  # channels of SegFormer's decoder
TOKEN = 192
TRANSFORMER = "vit_tiny_patch16_224"
ENTRY = 128  # channels of the map that enters TransUNet's cascade: a fourth of the source's, as the tokens are


def lite0_encoder(weights: str, depth: int = 5) -> nn.Module:
    """Images [B, 3, H, W] -> maps at strides 1 (the image), 2, 4 … 2^depth; raises InputError as `hub_network` does."""
    encoder = get_encoder(ENCODER, weights=None, depth=depth)
    take_weights(encoder.model, efficientnet_lite0(weights))
    return encoder


class LiteUNet(NetworkMethod):
    """U-Net with an EfficientNet-Lite0 encoder; weights: of the encoder."""

    def build_network(self, weights: str) -> nn.Module:
        network: SegmentationModel = Unet(ENCODER, encoder_weights=None, classes=1)
        take_weights(network.encoder.model, efficientnet_lite0(weights))
        return MaskNetwork(network)


class LiteSegFormerNetwork(nn.Module):
    """Images [B, 3, H, W] -> {"mask": logits [B, H, W]}."""

    def __init__(self, weights: str) -> None:
        super().__init__()
        self.encoder = lite0_encoder(weights)
        image, _, *channels = self.encoder.out_channels
        self.decoder = SegformerDecoder([image, 0, *channels], segmentation_channels=DECODED)
        self.dropout = nn.Dropout2d(CHANNEL_DROPOUT)
        self.mask = nn.Conv2d(DECODED, 1, 1)
        start_as_background(self.mask)

    def forward(self, images: Tensor) -> Outputs:
        image, halved, *maps = self.encoder(images)
        fused = self.decoder([image, halved[:, :0], *maps])  # the source has no map at stride 2
        return {"mask": upsample(self.mask(self.dropout(fused)), list(images.shape[-2:]))[:, 0]}


class LiteSegFormer(NetworkMethod):
    """SegFormer's decoder on EfficientNet-Lite0; weights: of the encoder."""

    def build_network(self, weights: str) -> nn.Module:
        return LiteSegFormerNetwork(weights)


class LiteTransUNetNetwork(nn.Module):
    """Images [B, 3, size, size] -> {"mask": logits [B, size, size]}."""

    def __init__(self, size: int, weights: str) -> None:
        super().__init__()
        self.encoder = lite0_encoder(weights, depth=4)
        _, *skips, deepest = self.encoder.out_channels
        rates = {"pos_drop_rate": DROPOUT, "proj_drop_rate": DROPOUT}
        transformer = timm.create_model(TRANSFORMER, pretrained=False, img_size=size, num_classes=0, **rates)
        self.project = nn.Conv2d(deepest, TOKEN, 1)
        self.positions = nn.Parameter(transformer.pos_embed[:, transformer.num_prefix_tokens :].detach().clone())
        self.dropout, self.blocks, self.norm = transformer.pos_drop, transformer.blocks, transformer.norm
        set_attention(self.blocks)
        self.enter = conv3x3(TOKEN, ENTRY)
        self.cascade = Cascade(ENTRY, (*skips[::-1], 0))
        self.mask = nn.Conv2d(WIDTHS[-1], 1, 3, padding=1)
        start_as_background(self.mask)

    def forward(self, images: Tensor) -> Outputs:
        _, *skips, deepest = self.encoder(images)
        tokens = self.project(deepest).flatten(2).transpose(1, 2) + self.positions
        tokens = self.norm(self.blocks(self.dropout(tokens)))
        features = self.enter(tokens.transpose(1, 2).unflatten(2, deepest.shape[-2:]))
        return {"mask": self.mask(self.cascade(features, skips[::-1]))[:, 0]}


class LiteTransUNet(NetworkMethod):
    """TransUNet on EfficientNet-Lite0 with a ViT-Ti; weights: of the encoder. The size is a multiple of 16."""

    def __init__(self, classes: Sequence[str], size: int, **shared: Any) -> None:
        super().__init__(classes, size, **shared)
        check_size(size)

    def build_network(self, weights: str) -> nn.Module:
        return LiteTransUNetNetwork(self.size, weights)
