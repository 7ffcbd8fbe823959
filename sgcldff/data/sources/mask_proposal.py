"""The words that would read masks which are refused."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from sgcldff.data.sources.mask_coding import NEAR, PALETTE, MaskCoding, code_pixels
from sgcldff.data.sources.mask_pixels import LARGEST, MaskPixels, border, greys_of, packed
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

REGIONS = (BACKGROUND, CYTOPLASM, NUCLEUS)
CLEAN = 0.9  # a mask that was resized or saved as JPEG has at least this share of its pixels near to its levels


def proposal(masks: Sequence[MaskPixels]) -> str:
    """The coding that would read these masks, as text for `mask_values`; "" where none is likely."""
    if not masks:
        return ""
    if any(mask.alpha is not None for mask in masks):
        return "alpha"
    greys = [greys_of(mask) for mask in masks]
    known = [grey for grey in greys if grey is not None]
    if len(known) < len(greys):
        if all(mask.numbered and set(np.unique(mask.values)) <= set(PALETTE) for mask in masks):
            return "palette"
        tinted = [mask for mask, grey in zip(masks, greys, strict=True) if grey is None]
        if any(code_pixels(mask, MaskCoding("nearest", (0, 255))) is None for mask in tinted):
            colours = [packed(mask) for mask in masks]
            levels = [int(colour) for colour in np.unique(np.concatenate([colour.ravel() for colour in colours]))]
            few = len(levels) <= len(REGIONS)
            return "/".join(f"#{level:06x}" for level in _ordered(levels, colours)) if few else "instances"
        known += [np.round(mask.values.mean(axis=2)).astype(np.int64) for mask in tinted]
    values, counts = np.unique(np.concatenate([grey.ravel() for grey in known]), return_counts=True)
    levels = [int(value) for value in values]
    for usual in ((0, 1), (0, 1, 2), (0, 1, 2, 255)):
        if set(levels) <= set(usual):
            return "/".join(map(str, usual))
    if len(levels) <= len(REGIONS) and levels[0] >= 0 and levels[-1] <= LARGEST:
        return "/".join(map(str, _ordered(levels, known)))
    for nearest in ("0/255", "0/128/255"):
        distance = np.abs(values[:, None] - np.array([int(level) for level in nearest.split("/")])).min(axis=1)
        if 128 < levels[-1] <= 255 and counts[distance <= NEAR].sum() >= CLEAN * counts.sum():
            return f"nearest {nearest}"
    return "instances" if levels[0] == 0 else ""


def _ordered(levels: Sequence[int], masks: Sequence[np.ndarray]) -> list[int]:
    """Levels from outside to inside: what lies at most of the border, then what meets it most for its area."""
    edge, often = np.unique(np.concatenate([border(mask) for mask in masks]), return_counts=True)
    background = int(edge[often.argmax()])

    def outside(level: int) -> float:
        met, area = 0, 0
        for mask in masks:
            here = (mask == level).astype(np.uint8)
            met += int((cv2.dilate(here, np.ones((3, 3), np.uint8)) & (mask == background)).sum())
            area += int(here.sum())
        return met / area

    return [background, *sorted(set(levels) - {background}, key=outside, reverse=True)]
