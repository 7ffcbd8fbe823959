"""SegFormer"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from segmentation_models_pytorch import Segformer
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.model.fusion import upsample
from sgcldff.model.pretrained import hub_weights
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import NetworkMethod

ENCODER = "mit_b0"
DROPOUT = 0.1


class SegFormerNetwork(nn.Module):
    """Pictures [B, 3, H, W] -> {"mask": logits [B, H, W]}."""

    def __init__(self, weights: str) -> None:
        super().__init__()
        if weights == "none":
            whole = Segformer(ENCODER, encoder_weights=None)
        elif weights == "hub":
            with hub_weights(ENCODER):
                whole = Segformer(ENCODER, encoder_weights="imagenet")
        else:
            raise InputError(f"Unknown `weights: {weights}` of {ENCODER}: give hub or none.")
        self.encoder = whole.encoder
        self.decoder = whole.decoder
        self.dropout = nn.Dropout2d(DROPOUT)
        self.mask = whole.segmentation_head[0]

    def forward(self, images: Tensor) -> Outputs:
        fused = self.decoder(self.encoder(images))
        return {"mask": upsample(self.mask(self.dropout(fused)), list(images.shape[-2:]))[:, 0]}


class SegFormer(NetworkMethod):
    """SegFormer"""

    def __init__(
        self, classes: Sequence[str], size: int, *, weights: Literal["hub", "none"] = "hub", **shared: Any
    ) -> None:
        super().__init__(classes, size, weights=weights, **shared)

    def build_network(self, weights: str) -> nn.Module:
        return SegFormerNetwork(weights)
