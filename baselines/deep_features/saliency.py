"""Saliency from pairs of disjoint windows: what has the colours of an inner window and not those around it.

After Rahtu et al. 2010 ("Segmenting salient objects from images and videos", ECCV), where the idea is written out: for
a pixel of colour c in an inner window K with the outer window B around it, the saliency is the posterior probability
p(K | c) = p(c | K) p0 / (p(c | K) p0 + p(c | B) (1 - p0)), the densities being histograms of the two windows.
"""

from __future__ import annotations

import cv2
import numpy as np

# Pixels a side at which saliency is computed: larger images are reduced, and the cost does not grow with them.
WORKING_SIZE = 96

# Of the inner window, as shares of the image's: leukocytes are .15 to .4 wide in BCCD and .35 to .7 in JTSC.
INNER_SIDES = (0.15, 0.25, 0.4, 0.6)
PRIOR = 0.3  # p0, the share of the salient object that is expected (Rahtu 2010 take 0.25)
LEVELS = 16  # of each histogram; hue has one more, for colours too grey to have one
LEAST_SATURATION = 0.08  # below it a colour has no hue
LEAST_SALIENCY = 0.5  # an image none of whose pixels is more likely inside than outside has no salient region


def enhance(image: np.ndarray, strength: float) -> np.ndarray:
    """Local contrast: the difference from a wide Gaussian mean, added `strength` times; float32 [H, W, 3] in [0, 1].

    image: uint8 [H, W, 3], RGB. The width of the Gaussian, an eighth of the side, is about that of a leukocyte.
    """
    values = image.astype(np.float32)
    wide = cv2.GaussianBlur(values, (0, 0), len(image) / 8)
    return np.clip(cv2.GaussianBlur(values, (3, 3), 0) + strength * (values - wide), 0, 255) / np.float32(255)


def colour_codes(enhanced: np.ndarray) -> np.ndarray:
    """Levels of hue, saturation and value, int64 [3, H, W], of float32 [H, W, 3] RGB in [0, 1]."""
    hue, saturation, value = cv2.split(cv2.cvtColor(enhanced, cv2.COLOR_RGB2HSV))
    shares = np.stack([hue / 360, saturation, value])
    codes = np.minimum((shares * LEVELS).astype(np.int64), LEVELS - 1)
    codes[0, saturation < LEAST_SATURATION] = LEVELS
    return codes


def window_saliency(image: np.ndarray, strength: float) -> np.ndarray:
    """Saliency of each pixel, float32 [H, W] in [0, 1], of an image uint8 [H, W, 3], RGB.

    The inner windows slide over the image at four sizes; the outer one is the rest of the image. A pixel gets the
    mean posterior of the inner windows of a size that hold it, and the mean over the sizes. (Outer windows of 1.7 times
    the inner side gave training masks of JTSC .02 less IoU, those of BCCD as much.)
    strength: of `enhance`.
    """
    height, width = image.shape[:2]
    small = image
    if max(height, width) > WORKING_SIZE:
        small = cv2.resize(image, (WORKING_SIZE, WORKING_SIZE), interpolation=cv2.INTER_AREA)
    codes = colour_codes(enhance(small, strength))
    counted = np.eye(LEVELS + 1, dtype=np.float32)[codes]
    sums = np.pad(counted.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0), (0, 0)))
    maps = [_at_one_size(codes, sums, round(share * len(small))) for share in INNER_SIDES]
    return cv2.resize(np.mean(maps, axis=0), (width, height), interpolation=cv2.INTER_LINEAR)


def _at_one_size(codes: np.ndarray, sums: np.ndarray, side: int) -> np.ndarray:
    """Mean posterior of the inner windows of one side. sums: float32 [3, H + 1, W + 1, levels], integral histograms."""
    size = codes.shape[1]
    starts = np.unique(np.append(np.arange(0, size - side + 1, max(1, side // 4)), size - side))
    tops, lefts = (each.ravel() for each in np.meshgrid(starts, starts, indexing="ij"))
    ends = tops + side, lefts + side
    inner = sums[:, ends[0], ends[1]] - sums[:, tops, ends[1]] - sums[:, ends[0], lefts] + sums[:, tops, lefts]
    odds = _log_density(inner) - _log_density(sums[:, -1:, -1] - inner)
    saliency, windows = np.zeros((2, size, size), dtype=np.float32)
    for window, (top, left) in enumerate(zip(tops, lefts, strict=True)):
        place = slice(top, top + side), slice(left, left + side)
        total = sum(odds[channel, window][codes[(channel, *place)]] for channel in range(3))
        saliency[place] += 1 / (1 + (1 - PRIOR) / PRIOR * np.exp(-total))
        windows[place] += 1
    return saliency / windows


def _log_density(histograms: np.ndarray) -> np.ndarray:
    """Of float32 [3, N, levels]; half of each count is shared with the neighbouring levels (hue is a circle)."""
    spread = histograms.copy()
    spread[..., 1:LEVELS] += histograms[..., : LEVELS - 1] / 2
    spread[..., : LEVELS - 1] += histograms[..., 1:LEVELS] / 2
    spread[0, ..., 0] += histograms[0, ..., LEVELS - 1] / 2
    spread[0, ..., LEVELS - 1] += histograms[0, ..., 0] / 2
    # The floor keeps the odds of a colour that one window lacks finite.
    return np.log(spread / spread.sum(axis=-1, keepdims=True).clip(min=1) + 1e-3)


def salient_region(saliency: np.ndarray, threshold: float, growth: float) -> np.ndarray:
    """The region around the most salient pixel, bool [H, W]: its convex hull, grown; empty where nothing is salient.

    saliency: float32 [H, W]; threshold: share of its maximum; growth: in equivalent radii of the hull. A cell is nearly
    convex, and its pale rim is less salient than its nucleus. (The region with the most saliency in all was another
    reading: in BCCD it was red cells in every tenth image.)
    """
    smooth = cv2.GaussianBlur(saliency, (0, 0), len(saliency) / WORKING_SIZE)
    peak = np.unravel_index(smooth.argmax(), smooth.shape)
    if smooth[peak] < LEAST_SALIENCY:
        return np.zeros(saliency.shape, dtype=bool)
    _, regions = cv2.connectedComponents((smooth >= threshold * smooth[peak]).astype(np.uint8), connectivity=4)
    salient = (regions == regions[peak]).astype(np.uint8)
    outlines, _ = cv2.findContours(salient, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outside = np.ones(saliency.shape, dtype=np.uint8)
    cv2.fillConvexPoly(outside, cv2.convexHull(np.concatenate(outlines)), 0)
    radius = np.sqrt((outside == 0).sum() / np.pi)
    return cv2.distanceTransform(outside, cv2.DIST_L2, 5) <= growth * radius
