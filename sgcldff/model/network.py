"""SG-CLDFF: the saliency module, the backbone, the fusion and the two heads composed (Figure 1)."""

from __future__ import annotations

import zlib

import torch
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.model.backbone import EfficientSwin
from sgcldff.model.fusion import CrossLayerFusion, DeepestMap
from sgcldff.model.heads import ClassificationHead, SegmentationHead
from sgcldff.model.saliency import SaliencyModule

GATES = ("S", "1+S")
HEADS = ("both", "classes", "mask")


class SGCLDFFNetwork(nn.Module):
    """Normalised images [B, 3, H, W] -> {"classes": [B, K], "mask": [B, H, W], "saliency": [B, 1, H/4, W/4]}.

    "classes" and "mask" are logits. Without the saliency module there is no "saliency".
    saliency, fusion: the two components that the ablations take away; width: channels of F_fused; weights, gate_at: see
    `EfficientSwin`; gate: what the maps are multiplied by, `S` or `1+S` (which takes nothing away where S is 0).
    heads: `both`, or that of the `classes` or of the `mask` alone, whose output is then the only one beside the map.
    Raises InputError for another gate or other heads.
    """

    def __init__(
        self,
        classes: int,
        size: int,
        *,
        saliency: bool,
        fusion: bool,
        width: int,
        weights: str,
        gate_at: str,
        gate: str,
        heads: str,
    ) -> None:
        super().__init__()
        if gate not in GATES:
            raise InputError(f"Unknown `gate: {gate}`: give one of {', '.join(GATES)}.")
        if heads not in HEADS:
            raise InputError(f"Unknown `heads: {heads}`: give one of {', '.join(HEADS)}.")
        self.gate = gate
        seed = torch.initial_seed()

        def draw_from(component: str) -> None:
            """Each component draws its initial weights from its own stream: the arms start from the same ones."""
            torch.manual_seed(zlib.crc32(f"{component} {seed}".encode()))

        draw_from("saliency")
        self.saliency = SaliencyModule() if saliency else None
        draw_from("fusion")
        self.fusion = CrossLayerFusion(width) if fusion else DeepestMap(width)
        draw_from("backbone")
        self.backbone = EfficientSwin(size, weights, gate_at, levels=self.fusion.levels)
        draw_from("segment")
        self.segment = SegmentationHead(width) if heads != "classes" else None
        draw_from("classify")
        self.classify = ClassificationHead(width, classes) if heads != "mask" else None

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        saliency = None if self.saliency is None else self.saliency(images)
        factor = 1 + saliency if saliency is not None and self.gate == "1+S" else saliency
        fused = self.fusion(self.backbone(images, factor))
        heads = {"classes": self.classify, "mask": self.segment}
        outputs = {name: head(fused) for name, head in heads.items() if head is not None}
        if saliency is not None:
            outputs["saliency"] = saliency
        return outputs
