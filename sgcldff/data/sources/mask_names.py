"""Which mask belongs to which image, by the names that people give them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from sgcldff.errors import InputError

# What is added to an image's name to make that of its mask, or of the image itself.
MARK = re.compile(
    r"(^|[ _.-]+)(cp[ _-])?(masks?|gt|seg|segmentation|ground[ _-]?truth|labels?|annotations?)(?=$|[ _.-])",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[ _.-]*\d+$")  # of one mask among several
IMAGE_MARK = re.compile(r"[ _.-](im|img|image|raw|orig|original)$", re.IGNORECASE)

Files = Mapping[PurePosixPath, PurePosixPath]
Masks = Sequence[PurePosixPath]


def set_apart(images: Files) -> tuple[dict[PurePosixPath, PurePosixPath], dict[PurePosixPath, PurePosixPath]]:
    """Images, and masks that lie beside them: `a_mask.png` or `a_mask_0.png` where there is an `a.png`."""
    plain = {_folded(image) for image in images if not MARK.search(image.stem)}
    masks = {
        image: file
        for image, file in images.items()
        if MARK.search(image.stem) and plain & {_unmarked(image), *_unnumbered(image)}
    }
    return {image: file for image, file in images.items() if image not in masks}, masks


def pair(
    raw: Path, images: Collection[PurePosixPath], outlines: Files, join: bool
) -> dict[PurePosixPath, list[PurePosixPath]]:
    """The masks' files by the path of their image, one each unless `join`.

    A mask has its image's path, whatever the suffix; else that path in other capitals or with a mark (`_mask`, `-seg`).
    Where each outlines one cell of several (`join`), it may have a number too (`_mask_0`), lie in a folder that is
    called as the image, or in one that holds no other image.
    Raises InputError for a mask that no image or several may have, and for several masks of one image without `join`.
    """
    exact, loose, alone = defaultdict(list), defaultdict(list), defaultdict(list)
    for image in images:
        exact[image.with_suffix("")].append(image)
        loose[_folded(image)].append(image)
        alone[image.parent].append(image)
    masks = defaultdict(list)
    cells = defaultdict(list)
    for name, mask in outlines.items():
        meant = exact[name.with_suffix("")] or loose[_folded(name)] or loose[_unmarked(name)]
        if len(meant) > 1 and name not in meant:
            raise InputError(
                f"The mask {raw / mask} may be that of {meant[0]} or of {meant[1]}: name one of the images and "
                "its mask otherwise."
            )
        if meant:
            masks[name if len(meant) > 1 else meant[0]].append(mask)
            continue
        near = [loose[stem] for stem in _unnumbered(name)] + [loose[str(name.parent).lower()], alone[name.parent]]
        of = next((found[0] for found in near if len(found) == 1), None)
        if of is None:
            raise InputError(f"The mask {raw / mask} has no image of the same name: rename it or take it away.")
        cells[of].append(mask)
    several = {image: sorted(masks.get(image, []) + cells.get(image, [])) for image in {**masks, **cells}}
    if not join:
        _refuse_several(raw, several, cells)
    return several


def _refuse_several(raw: Path, several: Mapping[PurePosixPath, Masks], cells: Mapping[PurePosixPath, Masks]) -> None:
    for image, files in several.items():
        if len(files) > 1:
            more = f" and {len(files) - 2} more" if len(files) > 2 else ""
            raise InputError(
                f"The masks {raw / files[0]} and {raw / files[1]}{more} are all of {image.with_suffix('')}: keep "
                "one, or, if each outlines one cell, set `join_masks: true` in the dataset's arguments."
            )
    for files in cells.values():
        raise InputError(f"The mask {raw / files[0]} has no image of the same name: rename it or take it away.")


def _folded(path: PurePosixPath) -> str:
    return str(path.with_name(IMAGE_MARK.sub("", path.stem))).lower()


def _unmarked(path: PurePosixPath) -> str:
    stem = MARK.sub("", path.stem).strip(" _.-") or path.stem
    return str(path.with_name(stem)).lower()


def _unnumbered(path: PurePosixPath) -> set[str]:
    """What is left without the mark and a number at the end, whichever comes last: of a_mask_0 and of a_0_mask."""
    return {
        str(path.with_name(stem)).lower()
        for without in (path.stem, PurePosixPath(_unmarked(path)).name)
        if (stem := MARK.sub("", NUMBER.sub("", without)).strip(" _.-")) and NUMBER.search(without)
    }
