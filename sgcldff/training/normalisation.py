"""Component 1: "pixel intensity normalization" (Research Method 1), on the device where the images lie."""

from __future__ import annotations

import torch
from torch import Tensor

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of red, green, blue in [0, 1]


def normalise(images: Tensor, how: str) -> Tensor:
    """uint8 [N, H, W, 3] -> float32 [N, 3, H, W] in channels-last order (faster convolutions).

    `fixed`: 0..255 to -1..1, as the weights of EfficientNet-Lite0 and of the R50-ViT expect; `imagenet`: by mean and SD
    of ImageNet, as most other pretrained weights do; `image`: each channel of each image to mean 0 and SD 1, which
    takes most of the stain's tint out.
    """
    if how == "imagenet":
        mean, deviation = (torch.tensor(each, device=images.device) for each in (IMAGENET_MEAN, IMAGENET_DEVIATION))
        values = (images.float() / 255 - mean) / deviation
    else:
        values = images.float() / 127.5 - 1
    if how == "image":
        # Summed in float64: in float32 the mean of an image is off by as much as 1e-4.
        deviation, mean = torch.std_mean(values.double(), dim=(1, 2), correction=0, keepdim=True)
        values = (values - mean.float()) / deviation.float().clamp(min=1e-3)
    return values.permute(0, 3, 1, 2)
