"""The pixels of a mask by what its file says: bit depth, palette, transparency, and which of black and white is 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sgcldff.data.image_files import BYTE, MOST_NAMED, channel_bits, is_turned, opened, read_deep, white_is_zero
from sgcldff.errors import InputError

LARGEST = 2**16 - 1
GREYS = {"1", "L", "I", "I;16", "I;16B", "I;16L", "I;16N", "F"}


@dataclass(frozen=True)
class MaskPixels:
    """A mask as it is stored. values: greys or numbers of colours, int [h, w], or RGB uint8 [h, w, 3]; numbered:
    whether they are numbers of colours, whose RGB is `colours` [h, w, 3]; alpha: uint8 [h, w], None where opaque.
    """

    values: np.ndarray
    numbered: bool
    colours: np.ndarray | None
    alpha: np.ndarray | None


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


def greys_of(pixels: MaskPixels) -> np.ndarray | None:
    """The greys of a mask, int [h, w]; None where it has colours."""
    shown = pixels.colours if pixels.colours is not None else pixels.values
    if shown.ndim == 2:
        return shown
    return shown[..., 0].astype(np.int64) if (shown == shown[..., :1]).all() else None


def packed(pixels: MaskPixels) -> np.ndarray:
    """The colours of a mask as 0xrrggbb, int [h, w]."""
    shown = pixels.colours if pixels.colours is not None else pixels.values
    shown = shown.astype(np.int64)
    return shown * 0x10101 if shown.ndim == 2 else shown[..., 0] << 16 | shown[..., 1] << 8 | shown[..., 2]


def border(grey: np.ndarray) -> np.ndarray:
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def border_is_white(masks: Sequence[MaskPixels]) -> bool:
    """Whether most of the border of masks is nearer to white than to black: they are stored inverted, or shown so."""
    shares = [(border(grey) * 2 > max(grey.max(), 1)).mean() for mask in masks if (grey := greys_of(mask)) is not None]
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
