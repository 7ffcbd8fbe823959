"""Room on the disk: taken before it is filled; where there is too little, one sentence says so."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from sgcldff.errors import InputError
from sgcldff.tables.files import whole_file

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # errors of a disk, a quota or a file that is full


@contextmanager
def needs_room(folder: Path, size: int) -> Iterator[None]:
    """Raises InputError where the disk of a folder is full; size: bytes that are written there in all, about."""
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
    """Write an array of zeros, uint8; OSError where the disk has no room for it.

    All of its room is taken at once. A mapped file is made of holes otherwise, and filling a hole on a full disk ends
    the process without a message.
    """
    with whole_file(file) as unfinished:
        np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=shape).flush()
        if hasattr(os, "posix_fallocate"):
            with unfinished.open("r+b") as stream:
                os.posix_fallocate(stream.fileno(), 0, unfinished.stat().st_size)
