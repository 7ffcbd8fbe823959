"""Images that a person names: files, folders and patterns, each with a name that no other one of them has."""

from __future__ import annotations

import glob
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePath

from sgcldff.data.sources.folder_files import SUFFIXES
from sgcldff.data.sources.manual_files import is_clutter, walk

JOINT = "__"  # between the folder and the file in a name


@dataclass(frozen=True)
class OwnImage:
    """A file, and the name that what is made of it is stored under."""

    path: Path
    name: str


@dataclass(frozen=True)
class FoundImages:
    """images: each file once, in the order in which they were named; missing: what was named and leads to none, with
    the reason."""

    images: Sequence[OwnImage]
    missing: Sequence[tuple[str, str]]


def find_images(named: Iterable[str], leave_out: Path) -> FoundImages:
    """The images that files, folders (with all folders in them) and patterns such as `smears/**/*.png` name.

    Of a folder, hidden files and those whose endings are of no image are passed over; a file that is named itself is
    taken whatever its ending. leave_out: a folder that is none of the images' even where it lies among them.
    """
    files: dict[Path, Path] = {}  # by what links lead to, so that no image is taken twice
    missing: list[tuple[str, str]] = []
    for text in named:
        matches = [text] if os.path.exists(text) else sorted(glob.glob(text, recursive=True))
        found = [file for match in matches for file in _files(Path(match), leave_out.resolve(), missing)]
        if not found and text not in (told for told, _ in missing):
            missing.append((text, "holds no image" if matches else "there is no such file or folder"))
        for file in found:
            files.setdefault(file.resolve(), file)
    paths = list(files.values())
    return FoundImages([OwnImage(*each) for each in zip(paths, names_of(paths), strict=True)], missing)


def _files(path: Path, leave_out: Path, missing: list[tuple[str, str]]) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return

    def refused(error: OSError) -> None:
        missing.append((str(error.filename), f"cannot be opened ({error.strerror})"))

    for folder, folders, names in walk(path, refused):
        folders[:] = [name for name in folders if (folder / name).resolve() != leave_out]
        if folder.resolve() != leave_out:
            kept = sorted(name for name in names if not is_clutter(PurePath(name)))
            yield from (folder / name for name in kept if PurePath(name).suffix.lower() in SUFFIXES)


def names_of(paths: Sequence[Path]) -> list[str]:
    """A name for each file, different from all others also where capitals do not count.

    It is the file's name without its ending. Files of one folder that differ by it alone keep it; where several share
    a name, as many folders stand before it as tell them apart, and at last a number.
    """
    whole = [path.absolute() for path in paths]
    names = [path.stem for path in whole]
    for row in _shared([str(path.with_suffix("")) for path in whole]):
        names[row] = whole[row].name.replace(".", "_")
    alone, depth = list(names), max((len(path.parts) for path in whole), default=0)
    for folders in range(1, depth):
        for row in _shared(names):
            names[row] = JOINT.join([*whole[row].parts[1:-1][-folders:], alone[row]])
    taken = {name.casefold() for name in names}
    for row in _shared(names):
        tried = (f"{names[row]}_{number}" for number in count(1))
        names[row] = next(name for name in tried if name.casefold() not in taken)
        taken.add(names[row].casefold())
    return names


def _shared(names: Sequence[str]) -> list[int]:
    """The positions of names that another position has too."""
    rows = defaultdict(list)
    for row, name in enumerate(names):
        rows[name.casefold()].append(row)
    return [row for each in rows.values() if len(each) > 1 for row in each]
