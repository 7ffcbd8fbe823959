"""Component 3: the EfficientSwin backbone, CNN stages with light Swin Transformer blocks (Research Method, item 3).

The paper gives the sizes of F1, F2 and F3 and no block counts. Read here: each CNN stage's map is projected to the
printed width and refined by one pair of Swin blocks (plain and shifted windows), the least that lets windows exchange
information; the next CNN stage goes on from the map before the projection, so that its pretrained weights meet the
channels they were trained on. Windows are a thirty-second of the image wide, Swin's own rule (7 positions at 224,
12 at 384): at every size they divide all three maps.
"""

from __future__ import annotations

from timm.models.swin_transformer import SwinTransformerBlock
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.model.cnn_stages import CHANNELS, cnn_stages
from sgcldff.model.saliency import gate

WIDTHS = (64, 128, 256)  # channels of F1, F2, F3 as printed; the strides are 4, 8 and 16 (56, 28 and 14 pixels of 224)
GATES = ("features", "image")


class SwinPair(nn.Module):
    """1x1 projection to `width` channels, then a pair of Swin blocks; [B, C, side, side] -> [B, width, side, side]."""

    def __init__(self, channels: int, width: int, side: int, window: int) -> None:
        super().__init__()
        self.project = nn.Sequential(nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width))
        heads = width // 32  # Swin's own rule: 32 channels a head
        self.blocks = nn.Sequential(
            *(
                SwinTransformerBlock(width, (side, side), num_heads=heads, window_size=window, shift_size=shift)
                for shift in (0, window // 2)
            )
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, features: Tensor) -> Tensor:
        tokens = self.project(features).permute(0, 2, 3, 1)  # timm's block takes [B, H, W, C]
        return self.norm(self.blocks(tokens)).permute(0, 3, 1, 2).contiguous()


class EfficientSwin(nn.Module):
    """Images [B, 3, size, size] and S -> (F1, F2, F3).

    size: divisible by 32; weights: of the CNN stages; gate_at: where S is multiplied in, `features` (every stage's map,
    "intermediate feature maps") or `image` (the image before the backbone); levels: which of F1, F2, F3 are wanted,
    the others are left out and are returned as None.
    """

    def __init__(self, size: int, weights: str, gate_at: str, levels: tuple[int, ...]) -> None:
        super().__init__()
        if size % 32 or size < 64:
            raise InputError(
                f"`size: {size}` does not fit the EfficientSwin backbone: give a multiple of 32 from 64 on."
            )
        if gate_at not in GATES:
            raise InputError(f"Unknown `gate_at: {gate_at}`: give one of {', '.join(GATES)}.")
        self.gate_at = gate_at
        self.stages = cnn_stages(weights)
        # All three are drawn, wanted or not: the arms that leave some out start the others from the same weights.
        pairs = [SwinPair(CHANNELS[i], WIDTHS[i], size // (4 * 2**i), size // 32) for i in range(len(WIDTHS))]
        self.swin = nn.ModuleDict({f"f{i + 1}": pairs[i] for i in levels})

    def forward(self, images: Tensor, saliency: Tensor | None) -> list[Tensor | None]:
        maps: list[Tensor | None] = []
        features = gate(images, saliency) if self.gate_at == "image" else images
        for position, stage in enumerate(self.stages):
            features = stage(features)
            if self.gate_at == "features":
                features = gate(features, saliency)
            name = f"f{position + 1}"
            maps.append(self.swin[name](features) if name in self.swin else None)
        return maps
