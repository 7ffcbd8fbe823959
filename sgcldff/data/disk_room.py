"""Room on the disk: taken before it is filled, and one sentence where there is too little."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from sgcldff.errors import InputError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def needs_room(folder: Path, size: int) -> Iterator[None]:
    """InputError where the disk of a folder is full; size: bytes that are written there in all, about."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise InputError(
            f"There is no room in {folder}: make {math.ceil(size / 1e8) / 10} GB free and run again; what is finished "
            "is kept."
        ) from error


def create_array(file: Path, shape: tuple[int, ...]) -> None:
    """An array of uint8 on disk; OSError where it has no room.

    A mapped file is made of holes at first, and to fill one on a full disk ends the process without a word.
    """
    part = file.with_suffix(".part")
    np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape).flush()
    if hasattr(os, "posix_fallocate"):
        with part.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, part.stat().st_size)
    os.replace(part, file)
