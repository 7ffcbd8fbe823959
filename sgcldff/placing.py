"""What a person has put into a dataset's raw folder, as the graph sees it before any job runs.

Only the standard library is imported here: the Snakefile asks in the environment that Snakemake itself runs in.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

UNPACKED = "unpacked"
"""Folder that the project itself fills, with what was in archives."""


def placed(folder: Path) -> list[Path]:
    """The files and folders that were put there, sorted.

    Hidden ones, what is unpacked there, and links that lead nowhere (a drive that is not mounted) do not count.
    """
    return sorted(
        entry
        for entry in folder.glob("*")
        if not entry.name.startswith(".") and entry.name != UNPACKED and entry.exists()
    )


def state(top: Path) -> str:
    """A checksum of the names, sizes and times of all files that were put there, at any depth.

    It changes when a file is added, replaced or taken away, and not when something is unpacked.
    """
    told = hashlib.sha256()
    for entry in placed(top):
        below = (folder / name for folder, _, names in walk(entry) for name in names if not name.startswith("."))
        for file in [entry] if entry.is_file() else sorted(file for file in below if file.exists()):
            status = file.stat()
            told.update(f"{file.relative_to(top)}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return told.hexdigest()


def walk(top: Path, onerror: Callable[[OSError], object] | None = None) -> Iterator[tuple[Path, list[str], list[str]]]:
    """As `os.walk`, folders in order; links are followed, and no folder twice: one may lead to a folder above it."""
    entered: set[str] = set()
    for folder, folders, names in os.walk(top, followlinks=True, onerror=onerror):
        if os.path.realpath(folder) in entered:
            folders[:] = []
            continue
        entered.add(os.path.realpath(folder))
        folders.sort()
        yield Path(folder), folders, names
