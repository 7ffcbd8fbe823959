"""Decode pictures and masks, and refuse damaged ones (OpenCV would fill the rest of a cut JPEG with grey)."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from PIL import Image

from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

FETCH_ANEW = "delete it and run again to fetch it anew"


def read_picture(path: Path, remedy: str = FETCH_ANEW) -> np.ndarray:
    """The picture as stored, RGB uint8 [h, w, 3]; InputError, with this remedy, if missing, cut short or no picture."""
    try:
        with Image.open(path) as image:
            return np.array(image.convert("RGB"))
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing: {remedy.removeprefix('delete it and ')}.") from error
    # Pillow reports damage by any of these, according to the format and to where the file is cut.
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        struct.error,
        Image.DecompressionBombError,
    ) as error:
        raise InputError(f"{path} is truncated or not a picture ({error}): {remedy}.") from error


def read_codes(path: Path, cell_above: int, nucleus_above: int) -> np.ndarray:
    """Mask codes uint8 [h, w] of a grey picture: above `cell_above` is the cell, above `nucleus_above` its nucleus."""
    grey = read_picture(path)[..., 0]
    codes = np.full(grey.shape, BACKGROUND, np.uint8)
    codes[grey > cell_above] = CYTOPLASM
    codes[grey > nucleus_above] = NUCLEUS
    return codes
