"""What the pixels of somebody's masks mean, declared in one argument, and the words to declare it in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sgcldff.data.image_files import BYTE, MOST_NAMED, channel_bits, is_turned, opened, read_deep, white_is_zero
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

KINDS = (
    "`0/128/255` (background/cytoplasm/nucleus), `0/1` (background/cell), `nearest 0/255`, palette, instances, alpha"
)
PALETTE = {0: BACKGROUND, 1: CYTOPLASM, 2: NUCLEUS, 255: UNKNOWN}  # 255 is the void of Pascal VOC
OPAQUE = 128  # from here on, of 255
LARGEST = 2**16 - 1
# A mask that was resized or saved as JPEG has at least this share of its pixels this near to its levels.
NEAR, CLEAN = 24, 0.9
GREYS = {"1", "L", "I", "I;16", "I;16B", "I;16L", "I;16N", "F"}
_LEVELS = re.compile(r"(nearest )? *(\d+) */ *(\d+)(?: */ *(\d+))?(?: */ *(\d+))?")


@dataclass(frozen=True)
class MaskCoding:
    """kind: levels (exactly), nearest (the nearest level), palette (numbers of colours), instances (0 and cells), or
    alpha (what is opaque is the cell); levels: the greys of background and cytoplasm, nucleus and unknown or not."""

    kind: str
    levels: tuple[int, ...] = ()

    @property
    def codes(self) -> dict[int, int]:
        """The code of each level."""
        return dict(zip(self.levels, (BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN), strict=False))


@dataclass(frozen=True)
class MaskPixels:
    """A mask as it is stored. values: greys or numbers of colours, int [h, w], or RGB uint8 [h, w, 3]; numbered:
    whether they are numbers of colours, whose RGB is `colours` [h, w, 3]; alpha: uint8 [h, w], None where opaque.
    """

    values: np.ndarray
    numbered: bool
    colours: np.ndarray | None
    alpha: np.ndarray | None


def parse_coding(text: str) -> MaskCoding:
    """The coding that an argument declares (KINDS); InputError for any other text."""
    if text in ("palette", "instances", "alpha"):
        return MaskCoding(text)
    if found := _LEVELS.fullmatch(text):
        levels = tuple(int(level) for level in found.groups()[1:] if level)
        if len(set(levels)) == len(levels) and max(levels) <= LARGEST:
            return MaskCoding("nearest" if found[1] else "levels", levels)
    raise InputError(f"The dataset's argument mask_values is {text!r}: give one of {KINDS}.")


def read_pixels(path: Path, remedy: str, *, as_stored: bool = False) -> MaskPixels:
    """A mask by what its file says: bit depth, palette, transparency, and white as 0 unless `as_stored`.

    Raises InputError as `read_image`, and for colours of print and for fractions.
    """
    with opened(path, remedy) as image:
        bits, inverted = channel_bits(image), white_is_zero(image)
        if is_turned(image):
            raise InputError(f"The mask {path} is to be turned or mirrored (its EXIF orientation): save it upright.")
        alpha = None
        if image.has_transparency_data:
            alpha = np.array(image.convert("RGBA"))[..., 3]
            alpha = None if (alpha == 255).all() else alpha
        if image.mode in ("P", "PA"):
            numbers = np.array(image.getchannel(0) if image.mode == "PA" else image).astype(np.int64)
            return MaskPixels(numbers, True, np.array(image.convert("RGBA"))[..., :3], alpha)
        if image.mode in GREYS:
            values = np.array(image)
            if image.mode == "F" and not np.array_equal(values, np.round(values)):
                raise InputError(f"The mask {path} holds fractions: save it with whole numbers.")
            values = values.astype(np.int64) * (255 if image.mode == "1" else 1)
            deep = image.mode not in ("1", "L")  # which Pillow reads as they are stored
            if inverted and deep != as_stored:
                values = (LARGEST if deep else 255) - values
            return MaskPixels(values, False, None, alpha)
        if image.mode not in ("LA", "RGB", "RGBA", "RGBX", "YCbCr"):
            raise InputError(f"The mask {path} has pixels of the kind {image.mode}: save it as grey with 8 bits.")
        deep_colours = bits > BYTE and image.mode in ("RGB", "RGBA")
        colours = read_deep(path, image) if deep_colours else np.array(image.convert("RGB"))
        is_grey = (colours == colours[..., :1]).all()
        return MaskPixels(colours[..., 0].astype(np.int64) if is_grey else colours, False, None, alpha)


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


def greys_of(pixels: MaskPixels) -> np.ndarray | None:
    """The greys of a mask, int [h, w]; None where it has colours."""
    shown = pixels.colours if pixels.colours is not None else pixels.values
    if shown.ndim == 2:
        return shown
    return shown[..., 0].astype(np.int64) if (shown == shown[..., :1]).all() else None


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
            return ""
        known += [np.round(mask.values.mean(axis=2)).astype(np.int64) for mask in tinted]
    values, counts = np.unique(np.concatenate([grey.ravel() for grey in known]), return_counts=True)
    levels = [int(value) for value in values]
    if set(levels) <= {0, 1}:
        return "0/1"
    if set(levels) <= {0, 1, 2}:
        return "0/1/2"
    if set(levels) <= {0, 1, 2, 255}:
        return "0/1/2/255"
    if len(levels) <= 3:
        edge, often = np.unique(np.concatenate([_border(grey) for grey in known]), return_counts=True)
        background = int(edge[often.argmax()])
        return "/".join(map(str, sorted(levels, key=lambda level: abs(level - background))))
    for nearest in ("0/255", "0/128/255"):
        distance = np.abs(values[:, None] - np.array([int(level) for level in nearest.split("/")])).min(axis=1)
        if values.max() <= 255 and counts[distance <= NEAR].sum() >= CLEAN * counts.sum() and values.max() > 128:
            return f"nearest {nearest}"
    return "instances" if 0 in levels else ""


def border_is_white(masks: Sequence[MaskPixels]) -> bool:
    """Whether most of the border of masks is nearer to white than to black: they are stored inverted, or shown so."""
    shares = [(_border(grey) * 2 > max(grey.max(), 1)).mean() for mask in masks if (grey := greys_of(mask)) is not None]
    return bool(shares) and float(np.mean(shares)) > 0.5


def described(pixels: MaskPixels) -> str:
    """The values of a mask in words."""
    if pixels.alpha is not None:
        return "transparent pixels"
    shown = pixels.colours if pixels.colours is not None else pixels.values
    greys = greys_of(pixels)
    flat = np.unique(greys) if greys is not None else np.unique(shown.reshape(-1, 3), axis=0)
    names = [str(value) if np.ndim(value) == 0 else str(tuple(int(channel) for channel in value)) for value in flat]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"the colours {', '.join(names[:MOST_NAMED])}{more}"


def _border(grey: np.ndarray) -> np.ndarray:
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def _looked_up(values: np.ndarray | None, codes: dict[int, int]) -> np.ndarray | None:
    if values is None or values.ndim != 2 or not np.isin(values, list(codes)).all():
        return None
    coded = np.zeros(values.shape, np.uint8)
    for value, code in codes.items():
        coded[values == value] = code
    return coded
