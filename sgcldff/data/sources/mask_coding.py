"""What the pixels of somebody's masks mean, declared in one argument."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sgcldff.data.sources.mask_pixels import LARGEST, MaskPixels, greys_of, packed
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

KINDS = (
    "`0/128/255` (background/cytoplasm/nucleus), `0/1` (background/cell), `nearest 0/255`, `#000000/#ff0000`, palette, "
    "instances, alpha"
)
PALETTE = {0: BACKGROUND, 1: CYTOPLASM, 2: NUCLEUS, 255: UNKNOWN}  # 255 is the void of Pascal VOC
OPAQUE = 128  # from here on, of 255
NEAR = 24  # grey levels by which a JPEG may miss one
_COLOURS = re.compile(r"#[0-9a-f]{6}(/#[0-9a-f]{6}){1,3}", re.IGNORECASE)
_LEVELS = re.compile(r"(nearest )? *(\d+) */ *(\d+)(?: */ *(\d+))?(?: */ *(\d+))?")


@dataclass(frozen=True)
class MaskCoding:
    """kind: levels (exactly), nearest (the nearest level), palette (numbers of colours), instances (0 and cells),
    alpha (what is opaque is the cell), or colours; levels: the greys, or the colours as 0xrrggbb, of background and
    cell, or of background, cytoplasm and nucleus, and of what is unknown or not."""

    kind: str
    levels: tuple[int, ...] = ()

    @property
    def codes(self) -> dict[int, int]:
        """The code of each level; a cell without a nucleus of its own has that of masks with 0 and 255 alone."""
        if len(self.levels) == 2:
            return dict(zip(self.levels, (BACKGROUND, NUCLEUS), strict=True))
        return dict(zip(self.levels, (BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN), strict=False))


def parse_coding(text: str) -> MaskCoding:
    """The coding that an argument declares (KINDS); InputError for any other text."""
    if text in ("palette", "instances", "alpha"):
        return MaskCoding(text)
    if found := _LEVELS.fullmatch(text):
        levels = tuple(int(level) for level in found.groups()[1:] if level)
        if len(set(levels)) == len(levels) and max(levels) <= LARGEST:
            return MaskCoding("nearest" if found[1] else "levels", levels)
    if _COLOURS.fullmatch(text):
        return MaskCoding("colours", tuple(int(colour[1:], 16) for colour in text.split("/")))
    raise InputError(f"The dataset's argument mask_values is {text!r}: give one of {KINDS}.")


def code_pixels(pixels: MaskPixels, coding: MaskCoding) -> np.ndarray | None:
    """Mask codes uint8 [h, w]; None where a pixel has no meaning in this coding."""
    if coding.kind == "palette":  # whatever of it is transparent
        return _looked_up(pixels.values, PALETTE)
    if coding.kind == "alpha":
        return None if pixels.alpha is None else np.where(pixels.alpha >= OPAQUE, NUCLEUS, BACKGROUND).astype(np.uint8)
    if pixels.alpha is not None:
        return None
    if coding.kind == "instances":
        values = pixels.values if pixels.values.ndim == 2 else pixels.values.any(axis=2)
        return np.where(values != 0, NUCLEUS, BACKGROUND).astype(np.uint8)
    if coding.kind == "colours":
        return _looked_up(packed(pixels), coding.codes)
    greys = greys_of(pixels)
    if coding.kind == "levels":
        return _looked_up(greys, coding.codes)
    if greys is None:  # JPEG may tint a grey
        spread = np.ptp(pixels.values.astype(int), axis=-1) if pixels.values.ndim == 3 else np.array(LARGEST)
        if spread.max() > 2 * NEAR:
            return None
        greys = np.round(pixels.values.mean(axis=2)).astype(np.int64)
    nearest = np.abs(greys[..., None] - np.array(coding.levels)).argmin(axis=-1)
    return np.array(list(coding.codes.values()), np.uint8)[nearest]


def joined(masks: Sequence[np.ndarray]) -> np.ndarray:
    """Codes uint8 [h, w] of whole cells, from masks [h, w] of a cell each; what none knows and one calls unknown is."""
    stack = np.stack(masks)
    cell = np.isin(stack, (CYTOPLASM, NUCLEUS)).any(axis=0)
    return np.where(cell, NUCLEUS, np.where((stack == UNKNOWN).any(axis=0), UNKNOWN, BACKGROUND)).astype(np.uint8)


def _looked_up(values: np.ndarray | None, codes: dict[int, int]) -> np.ndarray | None:
    if values is None or values.ndim != 2 or not np.isin(values, list(codes)).all():
        return None
    coded = np.zeros(values.shape, np.uint8)
    for value, code in codes.items():
        coded[values == value] = code
    return coded
