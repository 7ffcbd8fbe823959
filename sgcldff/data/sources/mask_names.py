"""Which mask belongs to which image, by the names that people give them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from sgcldff.errors import InputError

# What is added to an image's name to make that of its mask, or of the image itself.
MARK = re.compile(
    r"(^|[ _.-]+)(cp[ _-])?(masks?|gt|seg|segmentation|ground[ _-]?truth|labels?|annotations?)(?=$|[ _.-])",
    re.IGNORECASE,
)
IMAGE_MARK = re.compile(r"[ _.-](im|img|image|raw|orig|original)$", re.IGNORECASE)

Files = Mapping[PurePosixPath, PurePosixPath]


def set_apart(images: Files) -> tuple[dict[PurePosixPath, PurePosixPath], dict[PurePosixPath, PurePosixPath]]:
    """Images, and masks that lie beside them: `a_mask.png` where there is an `a.png`."""
    plain = {_folded(image) for image in images if not MARK.search(image.stem)}
    masks = {image: file for image, file in images.items() if MARK.search(image.stem) and _unmarked(image) in plain}
    return {image: file for image, file in images.items() if image not in masks}, masks


def pair(raw: Path, images: Collection[PurePosixPath], outlines: Files) -> dict[PurePosixPath, PurePosixPath]:
    """The masks' files by the path of their image.

    A mask has its image's path, whatever the suffix; else that path in other capitals or with a mark (`_mask`, `-seg`).
    Raises InputError for a mask that no image or several may have, and for two masks of one image.
    """
    exact, loose = defaultdict(list), defaultdict(list)
    for image in images:
        exact[image.with_suffix("")].append(image)
        loose[_folded(image)].append(image)
    masks: dict[PurePosixPath, PurePosixPath] = {}
    for name, mask in outlines.items():
        meant = exact[name.with_suffix("")] or loose[_folded(name)] or loose[_unmarked(name)]
        if not meant:
            raise InputError(f"The mask {raw / mask} has no image of the same name: rename it or take it away.")
        if len(meant) > 1 and name not in meant:
            raise InputError(
                f"The mask {raw / mask} may be that of {meant[0]} or of {meant[1]}: name one of the images and "
                "its mask otherwise."
            )
        image = name if len(meant) > 1 else meant[0]
        if image in masks:
            raise InputError(
                f"The masks {raw / masks[image]} and {raw / mask} are both {image.with_suffix('')}: keep one."
            )
        masks[image] = mask
    return masks


def _folded(path: PurePosixPath) -> str:
    return str(path.with_name(IMAGE_MARK.sub("", path.stem))).lower()


def _unmarked(path: PurePosixPath) -> str:
    stem = MARK.sub("", path.stem).strip(" _.-") or path.stem
    return str(path.with_name(stem)).lower()
