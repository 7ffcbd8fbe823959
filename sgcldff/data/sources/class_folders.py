"""A folder per class, without a table: the layout of torchvision's ImageFolder and of many published sets."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sgcldff.data.sources.image_names import composed
from sgcldff.errors import InputError

SPLIT = re.compile(r"(train|training|test|testing|val|valid|validation|dev)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class ClassFolders:
    """images, outlines: files by their paths below the folder that all share, without folders called `images` and
    `masks`; labels: the class of each image; divided: names of folders that divide the source, as train and test."""

    images: dict[PurePosixPath, PurePosixPath]
    outlines: dict[PurePosixPath, PurePosixPath]
    labels: dict[PurePosixPath, str]
    divided: list[str]


def class_folders(raw: Path, files: Sequence[PurePosixPath], images: str, masks: str | None) -> ClassFolders | None:
    """The images of `files` by class, None where fewer than two folders hold some.

    Raises InputError for an image beside the folders of the classes.
    """
    named = [PurePosixPath(name).name.lower() for name in (images, masks or "masks")]
    bare = {file: tuple(composed(part) for part in file.parts if part.lower() not in named) for file in files}
    drawn = {file for file in files if any(part.lower() == named[1] for part in file.parts[:-1])}
    folders = [bare[file][:-1] for file in files if file not in drawn]
    if not any(folders):
        return None
    shared = min(len(os.path.commonprefix([folder for folder in folders if folder])), max(map(len, folders)) - 1)
    found = ClassFolders({}, {}, {}, [])
    stray = None
    for file in files:
        parts = list(bare[file][min(shared, len(bare[file]) - 1) :])
        key = PurePosixPath(*parts)
        if file in drawn:
            found.outlines[key] = file
            continue
        while len(parts) > 1 and SPLIT.match(parts[0]):
            found.divided.append(parts.pop(0))
        if len(parts) < 2:
            stray = file
            continue
        if key in found.images:
            raise InputError(f"{raw / found.images[key]} and {raw / file} are both {key}: take one of the two away.")
        found.images[key], found.labels[key] = file, parts[0]
    if len(set(found.labels.values())) < 2:
        return None
    if stray:
        classes = ", ".join(sorted(set(found.labels.values()))[:3])
        raise InputError(
            f"{raw / stray} lies in no folder of a class, as others do ({classes}): move it into one or take it away."
        )
    return found


def names_of(images: Mapping[PurePosixPath, PurePosixPath]) -> dict[PurePosixPath, str]:
    """An image_id for each image: its path, without the suffix where no other differs by that alone."""
    often = Counter(image.with_suffix("") for image in images)
    return {image: str(image if often[image.with_suffix("")] > 1 else image.with_suffix("")) for image in images}
