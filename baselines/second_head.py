"""The mask head that a method which only classifies is given: the same for every method, and said in its title.

The paper prints an IoU for methods that only classify. A method with `second_head: true` answers both questions: this
head reads the maps that its network has anyway, and both tasks are trained together with the losses of SG-CLDFF. (One
that only outlines is given SG-CLDFF's own class head.)
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from sgcldff.model.fusion import upsample
from sgcldff.model.heads import conv3x3, mask_layer


class MaskHead(nn.Module):
    """Maps of falling resolution -> mask logits of the whole cell.

    Each map is projected to `width` channels, brought to the size of the first, and added; two convolutions follow, and
    the logits are brought to the size of the image. They start from log-odds of -2, as SG-CLDFF's (most pixels are
    background).
    """

    def __init__(self, channels: Sequence[int], width: int = 64) -> None:
        """channels: of each map, the finest first."""
        super().__init__()
        self.project = nn.ModuleList(nn.Conv2d(each, width, 1, bias=False) for each in channels)
        self.refine = nn.Sequential(conv3x3(width, width), conv3x3(width, width))
        self.mask = mask_layer(width, 1)

    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """maps: [B, C_i, h_i, w_i], as declared; size: (H, W) of the image. Returns [B, H, W]."""
        finest = list(maps[0].shape[-2:])
        merged = sum(upsample(project(each), finest) for project, each in zip(self.project, maps, strict=True))
        return upsample(self.mask(self.refine(merged)), list(size))[:, 0]
