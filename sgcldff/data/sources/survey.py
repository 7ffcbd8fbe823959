"""What must be decided over all files of a dataset before one is read: bits that are used, and what white means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sgcldff.data.image_files import BYTE, PUT_AGAIN, channel_bits, is_turned, opened, read_deep, white_is_zero
from sgcldff.data.sources.mask_pixels import border_is_white, read_pixels
from sgcldff.errors import InputError

DEPTHS = (8, 10, 12, 14, 16)  # of sensors
MOST_MASKS = 50  # that are read to decide what white means, evenly spaced


@dataclass(frozen=True)
class Header:
    """Of one file: more than 8 bits a channel, an EXIF orientation, white stored as 0."""

    deep: bool
    turned: bool
    inverted: bool


@dataclass(frozen=True)
class Survey:
    """depth: bits that deep images fill, None without any; deep, turned, inverted: how many images have more than 8
    bits, how many are turned, how many masks store white as 0; as_stored: whether those are read as they are stored;
    largest: value of the deep images."""

    depth: int | None = None
    deep: int = 0
    turned: int = 0
    inverted: int = 0
    as_stored: bool = False
    largest: int = 0


def survey(images: Sequence[Path], bare: Sequence[Path], masks: Sequence[Path], declared: int | None) -> Survey:
    """Look at the headers of all files, and at the values of those that ask for a decision.

    bare: the images without a mask, which are turned as their EXIF says; declared: bits that the person named. A file
    that cannot be opened decides nothing: it is refused when it is read. Raises InputError as `read_pixels`.
    """
    deep = [file for file in images if (header := _header(file)) and header.deep]
    turned = [file for file in bare if (header := _header(file)) and header.turned]
    inverted = [file for file in masks if (header := _header(file)) and header.inverted]
    largest = max((_largest(*_state(file)) for file in deep), default=0)
    found = next((depth for depth in DEPTHS if largest < 2**depth), DEPTHS[-1])
    step = max(1, len(inverted) // MOST_MASKS)
    return Survey(
        depth=declared or (found if deep else None),
        deep=len(deep),
        turned=len(turned),
        inverted=len(inverted),
        # Some programs store the mask as ever and name white 0 (ImageJ's inverted lookup table), others turn both.
        as_stored=border_is_white([read_pixels(file, PUT_AGAIN) for file in inverted[::step]]),
        largest=largest,
    )


def _header(file: Path) -> Header | None:
    return _header_at(*_state(file)) if file.exists() else None


def _state(file: Path) -> tuple[Path, int, int]:
    state = file.stat()
    return file, state.st_size, state.st_mtime_ns


@cache
def _header_at(file: Path, _size: int, _time: int) -> Header | None:
    try:
        with opened(file, PUT_AGAIN) as image:
            deep = channel_bits(image) > BYTE
            return Header(deep, image.format in ("JPEG", "MPO", "TIFF") and is_turned(image), white_is_zero(image))
    except InputError:
        return None


@cache
def _largest(file: Path, _size: int, _time: int) -> int:
    try:
        with opened(file, PUT_AGAIN) as image:
            return int(read_deep(file, image).max())
    except InputError:
        return 0
