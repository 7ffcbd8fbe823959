"""Saliency-CenterNet-style: detection in two stages (Zheng et al. 2022, J. Biophotonics, doi 10.1002/jbio.202200174).

The source's abstract says: white cells are small salient objects in a large smear; first, Itti's visual attention model
with an adaptive center-surround difference operator locates regions of interest; then a modified CenterNet gives, on
the sub-images of these regions, each cell's box and class. Its body could not be read, and no code of it was found: the
operator and CenterNet's modifications are not known. Hence "-style", and in their places:

- stage 1: Itti's model with a surround that adapts to the place (`itti_saliency`). An image here is a field with one
  annotated cell: the most salient window alone is taken, for training and prediction alike, and brought to the size of
  the image. On training images of JTSC, BCCD and CellaVision it holds the whole cell in 99, 100 and 98 % and never
  less than 97 % of one;
- stage 2: CenterNet as its authors describe it (`centre_points`), with ResNet-18 and three upsampling steps of 256, 128
  and 64 channels. Deformable convolutions, which have no deterministic gradient on a GPU, are plain ones.

From detection to the two tasks of this benchmark:

- class: the softmax over the classes' highest heat-map logits, which is their odds brought to a sum of one. The common
  class-weighted cross-entropy on these logits is trained beside CenterNet's losses; the source does not have it;
- mask: a box is none. It is the salient region within the detected box: there the surround is known, so a pixel's
  difference from the colour just outside the box says what belongs to the object. The threshold was chosen on training
  images of JTSC, BCCD and CellaVision at 96 pixels: with the true boxes the regions reach a mean IoU of 0.95, 0.89
  and 0.83. No mask is learned beyond its box.

Boxes come from the training masks; an image without a known mask takes part in the classification alone. Learning
rate, schedule and augmentation are common to all methods.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn

from baselines.centre_points import STRIDE, best_box, detection_losses, encode
from baselines.itti_saliency import most_salient_window
from sgcldff.data.resizing import resize_codes, resize_image
from sgcldff.method import Prediction, Run, Samples
from sgcldff.model.heads import conv3x3
from sgcldff.model.pretrained import hub_network
from sgcldff.training.batches import Batch
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

BACKBONE, DEEPEST = "resnet18.a1_in1k", 512
UPSAMPLED = (256, 128, 64)
SURROUND = 0.2  # width of the surround, as a share of the detected box's longer side
THRESHOLD = 0.15  # share of the largest colour difference within the box above which a pixel is salient


def up(channels: int, width: int) -> nn.Sequential:
    """A 3x3 convolution, then twice the resolution by a learned upsampling of 4x4."""
    upsampling = nn.ConvTranspose2d(width, width, 4, stride=2, padding=1, bias=False)
    return nn.Sequential(conv3x3(channels, width), upsampling, nn.BatchNorm2d(width), nn.ReLU())


def head(outputs: int) -> nn.Sequential:
    """The head of one map: a 3x3 convolution, ReLU, and a 1x1 convolution."""
    width = UPSAMPLED[-1]
    return nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, outputs, 1))


class CenterNet(nn.Module):
    """ResNet-18, three upsampling steps, and heads for the classes' heat maps, sizes and offsets at stride 4."""

    def __init__(self, classes: int, size: int, weights: str) -> None:
        super().__init__()
        self.backbone = hub_network(BACKBONE, weights, features_only=True, out_indices=(4,))
        widths = zip((DEEPEST, *UPSAMPLED), UPSAMPLED, strict=False)
        self.upsample = nn.Sequential(*(up(channels, width) for channels, width in widths))
        self.heat, self.sizes, self.offsets = head(classes), head(2), head(2)
        # Every position starts with a peak's probability of a tenth (Lin et al. 2017), an object in the middle of its
        # position and half as wide and high as the image.
        for each, start in ((self.heat, -2.19), (self.sizes, size / STRIDE / 2), (self.offsets, 0.5)):
            nn.init.constant_(each[-1].bias, start)
        for each in (self.sizes, self.offsets):
            nn.init.normal_(each[-1].weight, std=0.001)

    def forward(self, images: Tensor) -> Outputs:
        """images: [B, 3, H, W]; "heat": logits [B, K, H/4, W/4]; "sizes", "offsets": [B, 2, H/4, W/4].

        Outside training, "mask" is the detected box, so that the better epoch is the one with the better boxes, too.
        """
        features = self.upsample(self.backbone(images)[0])
        maps = {"heat": self.heat(features), "sizes": self.sizes(features), "offsets": self.offsets(features)}
        outputs = maps | {"classes": maps["heat"].amax(dim=(2, 3))}
        return outputs if self.training else outputs | {"mask": filled(best_box(**maps), *images.shape[-2:])}


class SaliencyCenterNet(HubNetworkMethod):
    """Saliency-CenterNet-style detection, read as class and mask; arguments: see `NetworkMethod`."""

    def build_network(self, weights: str) -> nn.Module:
        return CenterNet(len(self.classes), self.size, weights)

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        self.check_subsets(train, validation)
        return super().fit(*(focus(samples, windows_of(samples)) for samples in (train, validation)), run)

    def extra_loss(self, outputs: Outputs, batch: Batch) -> dict[str, Tensor]:
        heat, sizes, offsets = (outputs[name] for name in ("heat", "sizes", "offsets"))
        targets = encode(batch.masks.cpu().numpy(), batch.labels.cpu().numpy(), len(self.classes))
        return detection_losses(heat, sizes, offsets, targets.to(heat.device))

    def predict(self, samples: Samples) -> Prediction:
        self.check(samples)
        windows = windows_of(samples)
        detected = super().predict(focus(samples, windows))
        boxes = [box_in_image(mask, window) for mask, window in zip(detected.masks, windows, strict=True)]
        masks = [salient_region(image, box) for image, box in zip(samples.images, boxes, strict=True)]
        return replace(detected, masks=np.stack(masks))


def filled(boxes: Tensor, height: int, width: int) -> Tensor:
    """Mask logits [B, H, W]: 1 where a pixel's middle is within its image's box, else -1; boxes: [B, 4] in pixels."""
    left, top, right, bottom = boxes[:, :, None].unbind(dim=1)
    y = torch.arange(height, device=boxes.device) + 0.5
    x = torch.arange(width, device=boxes.device) + 0.5
    return 2.0 * (((y > top) & (y < bottom))[:, :, None] & ((x > left) & (x < right))[:, None]) - 1


def box_in_image(mask: np.ndarray, window: np.ndarray) -> np.ndarray:
    """x0, y0, x1, y1 in pixels of the image, float64 [4], of a box filled in its window; an empty one has no area.

    mask: bool [H, W], the window at the size of the image; window: left, top and side in the image.
    """
    left, top, side = window
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return np.zeros(4)
    box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
    return [left, top, left, top] + box * side / len(mask)


def windows_of(samples: Samples) -> np.ndarray:
    """The most salient window of each image, int64 [N, 3]: left, top and side in pixels."""
    return np.array([most_salient_window(image) for image in samples.images])


def focus(samples: Samples, windows: np.ndarray) -> Samples:
    """The samples' windows, each brought to the size of the image."""
    size = samples.images.shape[1]
    within = [(slice(top, top + side), slice(left, left + side)) for left, top, side in windows]
    images = [resize_image(image[place], size) for image, place in zip(samples.images, within, strict=True)]
    masks = [resize_codes(mask[place], size) for mask, place in zip(samples.masks, within, strict=True)]
    return replace(samples, images=np.stack(images), masks=np.stack(masks))


def salient_region(image: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The largest region within the box whose colour differs from the surround's, without holes; bool [H, W].

    image: uint8 [H, W, 3], RGB; box: x0, y0, x1, y1 in pixels, within the image. The surround is a frame around the
    box, as far as the image holds it; its colour is the median in Lab. A box without area gives an empty mask, and
    one without a surround is the mask.
    """
    x0, y0, x1, y1 = np.round(box).astype(int)
    inside = np.zeros(image.shape[:2], bool)
    inside[y0:y1, x0:x1] = True
    if not inside.any():
        return inside
    width = max(2, round(SURROUND * max(x1 - x0, y1 - y0)))
    surround = np.zeros_like(inside)
    surround[max(y0 - width, 0) : y1 + width, max(x0 - width, 0) : x1 + width] = True
    surround &= ~inside
    if not surround.any():
        return inside
    colours = cv2.GaussianBlur(cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), (0, 0), len(image) / 96)
    difference = np.linalg.norm(colours - np.median(colours[surround], axis=0), axis=2) * inside
    count, regions, statistics, _ = cv2.connectedComponentsWithStats(
        (difference > THRESHOLD * difference.max()).astype(np.uint8)
    )
    if count < 2:
        return inside
    return ndimage.binary_fill_holes(regions == 1 + statistics[1:, cv2.CC_STAT_AREA].argmax())
