"""What a person has put into a dataset's raw folder, as the graph sees it before any job runs.

Only the standard library is imported here: the Snakefile asks in the environment that Snakemake itself runs in.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePath

UNPACKED = "unpacked-archives"  # folder that the project itself fills, with what was in archives
CLUTTER = {"__MACOSX", "Thumbs.db", "desktop.ini"}  # what file managers leave behind, beside hidden files


def is_clutter(path: PurePath) -> bool:
    """Whether a path leads to or through what a file manager left behind, or is hidden."""
    return any(part in CLUTTER or part.startswith(".") for part in path.parts)


def manual_files(folder: Path) -> list[Path]:
    """The files and folders that were put there, sorted.

    Clutter, what is unpacked there, and links that lead nowhere (a drive that is not mounted) do not count.
    """
    return sorted(
        entry
        for entry in folder.glob("*")
        if not is_clutter(PurePath(entry.name)) and entry.name != UNPACKED and _is_there(entry)
    )


def checksum(top: Path) -> str:
    """A checksum of the names, sizes and times of all files that were put there, at any depth.

    It changes when a file is added, replaced or taken away, and not when something is unpacked.
    """
    digest = hashlib.sha256()
    files: list[Path] = []
    for folder, folders, names in walk(top):
        if folder == top:
            folders[:] = [name for name in folders if name != UNPACKED]
        files += [folder / name for name in names if not is_clutter((folder / name).relative_to(top))]
    for file in sorted(filter(_is_there, files)):
        digest.update(os.fsencode(file.relative_to(top)) + b"\0")
        # Of one that may not be looked at the name counts; `fetch` says what to do about it.
        with suppress(PermissionError):
            status = file.stat()
            digest.update(f"{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def walk(top: Path, onerror: Callable[[OSError], object] | None = None) -> Iterator[tuple[Path, list[str], list[str]]]:
    """As `os.walk`, folders in order, without hidden ones; links are followed once all that is no link has been walked.

    No folder is walked twice: a link may lead to one above it, or to one that stands beside it.
    """
    entered: set[str] = set()
    starts = [str(top)]
    for start in starts:
        for folder, folders, names in os.walk(start, onerror=onerror):
            if os.path.realpath(folder) in entered:
                folders[:] = []
                continue
            entered.add(os.path.realpath(folder))
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            starts += [link for name in folders if os.path.islink(link := os.path.join(folder, name))]
            yield Path(folder), folders, names


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except PermissionError:
        return True
