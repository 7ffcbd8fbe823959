"""Decode images and masks, and refuse damaged ones (OpenCV would fill the rest of a cut JPEG with grey)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps

from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

FETCH_AGAIN = "delete it and run again to fetch it again"
# The remedies for a file that the project fetched and for one that a person downloaded.
PUT_AGAIN = "put the file there as its source gives it"

MOST_PIXELS = 100_000_000  # of an image; those of the sources have at most 5 million
# Pillow's own limit warns at half of what it refuses, and tells no size; the one above is checked before any decoding.
Image.MAX_IMAGE_PIXELS = None

# Pillow's modes that become RGB without loss, and those of greys with more than 8 bits.
OPAQUE_MODES = {"1", "L", "P", "RGB", "RGBX", "YCbCr"}
DEEP_GREYS = {"I;16", "I;16B", "I;16L", "I;16N"}
BYTE = 8  # bits

MOST_NAMED = 8  # Colours in a sentence

# The EXIF tag, and its values for an image that is not shown as it is stored.
ORIENTATION, TURNED = ExifTags.Base.Orientation, range(2, 9)

# Tags of a TIFF.
BITS_PER_SAMPLE, PHOTOMETRIC = 258, 262

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


@contextmanager
def opened(path: Path, remedy: str) -> Iterator[Image.Image]:
    """The image of a file, not decoded yet.

    Raises InputError, with this remedy, where it is missing, no image, too large or of several pages; so do damaged
    pixels, wherever they are decoded while it is open.
    """
    try:
        with Image.open(path) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise InputError(
                    f"{path} has {width}x{height} pixels, and at most {MOST_PIXELS // 10**6} million are read: cut it "
                    "into fields or make it smaller."
                )
            # The further images of a JPEG (MPO) are previews of the first.
            pages = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
            if pages > 1:
                raise InputError(f"{path} has {pages} pages, and one is read: save each as a file of its own.")
            yield image
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing: {remedy.removeprefix('delete it and ')}.") from error
    except _DAMAGE as error:
        raise InputError(f"{path} is truncated or not an image ({error}): {remedy}.") from error


def read_image(path: Path, remedy: str = FETCH_AGAIN, *, turn: bool = False, depth: int | None = None) -> np.ndarray:
    """The image, RGB uint8 [h, w, 3].

    turn: whether one with an EXIF orientation is turned as that says, where no mask may disagree; depth: how many bits
    the values of files with 16 bits a channel fill, of which the upper 8 are kept (12 for those of many cameras).
    Raises InputError, with this remedy, where it is missing, cut short, no image, or too large, and where its pixels
    cannot become RGB of 8 bits without a choice: transparency, colours of print, more than 8 bits a channel, several
    pages, an EXIF orientation.
    """
    with opened(path, remedy) as image:
        bits = channel_bits(image)
        deep = bits > BYTE and (image.mode in DEEP_GREYS or image.mode in ("RGB", "RGBA"))
        if is_turned(image):
            if deep or not turn:
                raise InputError(
                    f"{path} is to be turned or mirrored before it is shown (its EXIF orientation), and nobody knows "
                    "whether its mask is too: save it upright, without that mark."
                )
            image = ImageOps.exif_transpose(image)  # noqa: PLW2901
        if deep:
            if depth is None:
                raise InputError(
                    f"{path} has pixels of the kind {image.mode} with {bits} bits a channel, which have no one meaning "
                    "in colours of 8 bits: save it as RGB or grey with 8 bits a channel."
                )
            pixels = _upper_byte(read_deep(path, image), path, depth)
        elif image.has_transparency_data:
            pixels = _without_alpha(np.array(image.convert("RGBA")), path)
        elif image.mode not in OPAQUE_MODES:
            raise InputError(
                f"{path} has pixels of the kind {image.mode}, which have no one meaning in colours of 8 bits: save "
                "it as RGB or grey with 8 bits a channel."
            )
        else:
            pixels = np.array(image.convert("RGB"))
    return pixels


def is_turned(image: Image.Image) -> bool:
    """Whether an image is shown otherwise than it is stored, by its EXIF orientation."""
    return image.getexif().get(ORIENTATION) in TURNED


def channel_bits(image: Image.Image) -> int:
    """Bits a channel of a file just opened (Pillow's mode tells those of its own copy); 8 where it is silent."""
    if image.format == "TIFF":
        return max(image.tag_v2.get(BITS_PER_SAMPLE, (1,)))
    # A PNG says it in its header, and Pillow in how it decodes it.
    return 16 if any("16" in str(tile.args) for tile in image.tile) and image.format == "PNG" else BYTE


def read_deep(path: Path, image: Image.Image) -> np.ndarray:
    """The values of an opened image with more than 8 bits a channel, uint16 [h, w] or RGB [h, w, 3].

    Raises InputError where some pixels are transparent, or white is 0.
    """
    image.load()  # Pillow sees the damage that OpenCV fills with grey
    if image.mode in DEEP_GREYS:
        if white_is_zero(image):
            raise InputError(f"{path} stores white as 0 in 16 bits: save it with black as 0 (MinIsBlack).")
        return np.array(image).astype(np.uint16)
    # Pillow keeps the upper byte of colours alone.
    values = cv2.imread(str(path), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
    if values is None or values.dtype != np.uint16 or values.ndim != 3:
        raise InputError(f"{path} has colours of 16 bits that cannot be read: save it with 8 bits a channel.")
    if values.shape[2] == 4 and (values[..., 3] < values[..., 3].max()).any():
        raise InputError(f"{path} has transparent pixels, which have no colour of their own: save it without them.")
    return values[..., 2::-1]


def white_is_zero(image: Image.Image) -> bool:
    """Whether an opened file is a TIFF that stores white as 0 (photometric 0, min is white)."""
    return image.format == "TIFF" and image.tag_v2.get(PHOTOMETRIC) == 0


def _upper_byte(values: np.ndarray, path: Path, depth: int) -> np.ndarray:
    """RGB uint8 [h, w, 3] of values that fill `depth` bits."""
    if int(values.max()) >= 2**depth:
        raise InputError(
            f"{path} holds the value {values.max()}, and {depth} bits end at {2**depth - 1}: correct `bit_depth` in "
            "the dataset's arguments."
        )
    upper = (values >> max(depth - BYTE, 0)).astype(np.uint8)
    return upper if upper.ndim == 3 else np.repeat(upper[..., None], 3, axis=2)


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
