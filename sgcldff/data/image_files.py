"""Decode images and masks, and refuse damaged ones (OpenCV would fill the rest of a cut JPEG with grey)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

FETCH_AGAIN = "delete it and run again to fetch it again"
# The remedies for a file that the project fetched and for one that a person downloaded.
PUT_AGAIN = "put the file there as its source gives it"

MOST_PIXELS = 100_000_000  # of an image; those of the sources have at most 5 million
# Pillow's own limit warns at half of what it refuses, and tells no size; the one above is checked before any decoding.
Image.MAX_IMAGE_PIXELS = None

# Pillow's modes that become RGB without loss. Of 16 bits a channel it keeps the upper 8 where a file has colours, but
# clips greys, which stand here as I;16 or I and are refused.
OPAQUE_MODES = {"1", "L", "P", "RGB", "RGBX", "YCbCr"}

MOST_NAMED = 8  # Colours in a sentence

# The EXIF tag, and its values for an image that is not shown as it is stored.
ORIENTATION, TURNED = ExifTags.Base.Orientation, range(2, 9)

# Pillow reports damage by any of these, according to the format and to where the file is wrong.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    OverflowError,
    struct.error,
)

Colour = tuple[int, int, int]


def read_image(path: Path, remedy: str = FETCH_AGAIN) -> np.ndarray:
    """The image as stored, RGB uint8 [h, w, 3].

    Raises InputError, with this remedy, where it is missing, cut short, no image, or too large, and where its pixels
    cannot become RGB of 8 bits without a choice: transparency, colours of print, greys of more than 8 bits, several
    pages, an EXIF orientation.
    """
    try:
        with Image.open(path) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise InputError(
                    f"{path} has {width}x{height} pixels, and at most {MOST_PIXELS // 10**6} million are read: cut it "
                    "into fields or make it smaller."
                )
            if image.format == "TIFF" and image.n_frames > 1:
                raise InputError(f"{path} has {image.n_frames} pages, and one is read: save each as a file of its own.")
            if image.getexif().get(ORIENTATION) in TURNED:
                raise InputError(
                    f"{path} is to be turned or mirrored before it is shown (its EXIF orientation), and nobody knows "
                    "whether its mask is too: save it upright, without that mark."
                )
            if image.has_transparency_data:
                return _without_alpha(np.array(image.convert("RGBA")), path)
            if image.mode not in OPAQUE_MODES:
                raise InputError(
                    f"{path} has pixels of the kind {image.mode}, which have no one meaning in colours of 8 bits: save "
                    "it as RGB or grey with 8 bits a channel."
                )
            return np.array(image.convert("RGB"))
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing: {remedy.removeprefix('delete it and ')}.") from error
    except _DAMAGE as error:
        raise InputError(f"{path} is truncated or not an image ({error}): {remedy}.") from error


def read_codes(path: Path, cell_above: int, nucleus_above: int) -> np.ndarray:
    """Mask codes uint8 [h, w] of a grey image: above `cell_above` is the cell, above `nucleus_above` its nucleus."""
    grey = read_image(path)[..., 0]
    codes = np.full(grey.shape, BACKGROUND, np.uint8)
    codes[grey > cell_above] = CYTOPLASM
    codes[grey > nucleus_above] = NUCLEUS
    return codes


def grey(level: int) -> Colour:
    """A grey level as a colour."""
    return (level, level, level)


def colours_of(image: np.ndarray) -> list[Colour]:
    """The different colours of an RGB uint8 image [h, w, 3], the darkest greys first."""
    return [(int(value) >> 16, int(value) >> 8 & 255, int(value) & 255) for value in np.unique(_packed(image))]


def code_colours(image: np.ndarray, codes: Mapping[Colour, int], path: Path, remedy: str) -> np.ndarray:
    """Mask codes uint8 [h, w] of an RGB uint8 image [h, w, 3] whose every colour stands in `codes`.

    Raises InputError, with this remedy, for an image with any other colour: it is coded otherwise than promised.
    """
    packed = _packed(image)
    coded = np.zeros(packed.shape, np.uint8)
    known = np.zeros(packed.shape, bool)
    for (red, green, blue), code in codes.items():
        here = packed == (red << 16 | green << 8 | blue)
        coded[here] = code
        known |= here
    if not known.all():
        raise InputError(
            f"The mask {path} has the colours {_named(colours_of(image))}, where only {_named(list(codes))} are "
            f"expected: {remedy}."
        )
    return coded


def _packed(image: np.ndarray) -> np.ndarray:
    """A number a pixel, uint32 [h, w]."""
    return image[..., 0].astype(np.uint32) << 16 | image[..., 1].astype(np.uint32) << 8 | image[..., 2]


def _named(colours: list[Colour]) -> str:
    """Greys by their level, other colours by all three channels."""
    names = [str(red) if red == green == blue else f"({red}, {green}, {blue})" for red, green, blue in colours]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _without_alpha(rgba: np.ndarray, path: Path) -> np.ndarray:
    if (rgba[..., 3] < 255).any():
        raise InputError(f"{path} has transparent pixels, which have no colour of their own: save it without them.")
    return np.ascontiguousarray(rgba[..., :3])
