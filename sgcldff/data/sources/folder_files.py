"""The table, images and masks of somebody's folder, wherever they lie in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from sgcldff.data.sources.annotations import other_annotations
from sgcldff.data.sources.class_folders import class_folders
from sgcldff.data.sources.image_names import composed
from sgcldff.data.sources.manual import NothingFoundError, source_files, take
from sgcldff.data.sources.mask_names import pair, set_apart
from sgcldff.errors import InputError

SUFFIXES = {".bmp", ".dib", ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp"}
TABLE, IMAGES = "labels.csv", "images"  # as the arguments have them unless they say otherwise
TABLES = {".csv", ".tsv", ".xlsx", ".xls"}

Files = dict[PurePosixPath, PurePosixPath]


@dataclass(frozen=True)
class FolderFiles:
    """images: files by their paths below their folder; masks: files by the path of their image, one each unless they
    are to be joined; table: None where `labels` has the class of each image, from its folder; divided: folders that
    divide the source, as train and test; others: files that are neither; annotations: in words, what other tools left.
    """

    images: Files
    masks: dict[PurePosixPath, list[PurePosixPath]]
    table: PurePosixPath | None
    labels: dict[PurePosixPath, str] = field(default_factory=dict)
    divided: Sequence[str] = ()
    others: Sequence[PurePosixPath] = ()
    annotations: str = ""


def find_files(raw: Path, labels: str, images: str, masks: str | None, join: bool = False) -> FolderFiles:
    """What `raw` holds, by the names that the arguments give; join: an image may have several masks.

    Raises NothingFoundError where there is neither a table nor a folder for each class, and InputError for two tables,
    for masks without an image or without end, and for a folder of masks without any.
    """
    files = source_files(raw)
    pictures = [file for file in files if file.suffix.lower() in SUFFIXES]
    others = [file for file in files if file.suffix.lower() not in SUFFIXES]
    annotations = other_annotations(raw, others)
    table = _table(raw, labels, files)
    if table is None:
        found = class_folders(raw, pictures, images, masks) if labels == TABLE else None
        if found is None:
            raise NothingFoundError(_no_table(raw, labels, images, others, annotations))
        beside, drawn = set_apart(found.images)
        outlines = found.outlines | drawn if masks else {}
        divided = sorted(set(found.divided))
        kept = {image: found.labels[image] for image in beside}
        return FolderFiles(beside, pair(raw, beside, outlines, join), None, kept, divided, others, annotations)
    root = table.parent
    outlines = _below(raw, root / masks, pictures) if masks else {}
    nested = [] if outlines or not masks else _nested(root, masks, pictures)
    drawn_files = {*outlines.values(), *nested}  # masks may lie inside the images' folder
    left = [file for file in pictures if file not in drawn_files]
    below = _below(raw, root / images, left)
    if not below and images == IMAGES:
        below = _below(raw, _shared(root, left), left)
    beside, drawn = set_apart(below)
    if masks:
        for name, file in drawn.items():
            take(outlines, name, file, raw)
    if nested:  # each image, or some of them, in a folder of its own with masks beside: paired by what lies above
        bare, outlines = Files(), Files()
        for file in beside.values():
            take(bare, _bare(file, images, masks), file, raw)
        for file in [*nested, *drawn.values()]:
            take(outlines, _bare(file, images, masks), file, raw)
        keys = {file: image for image, file in beside.items()}
        paired = {keys[bare[name]]: drawings for name, drawings in pair(raw, bare, outlines, join).items()}
    else:
        paired = pair(raw, beside, outlines, join)
    if masks and not paired:
        raise InputError(f"{raw / root / masks} holds no mask: {_masks_remedy(root, masks, images, beside, files)}.")
    return FolderFiles(beside, paired, table, others=others, annotations=annotations)


def _table(raw: Path, labels: str, files: Sequence[PurePosixPath]) -> PurePosixPath | None:
    wanted = _lower(PurePosixPath(labels))
    tables = [file for file in files if _lower(file)[-len(wanted) :] == wanted]
    if len(tables) > 1:
        raise InputError(f"{raw} holds {tables[0]} and {tables[1]}: take one of the two away.")
    return tables[0] if tables else None


def _no_table(raw: Path, labels: str, images: str, others: Sequence[PurePosixPath], annotations: str) -> str:
    tables = [str(file) for file in others if file.suffix.lower() in TABLES]
    meant = ""
    if tables:
        sheet = tables[0].lower().endswith((".xls", ".xlsx"))
        meant = (
            f", or save {tables[0]} as CSV" if sheet else f", or set `labels: {tables[0]}` in the dataset's arguments"
        )
    unread = f" (annotations of other tools are not read: {annotations})" if annotations else ""
    return (
        f"{raw} holds no {labels} at any depth{unread} and no folder for each class: put it there, with {images} "
        f"beside it{meant}."
    )


def _masks_remedy(root: PurePosixPath, masks: str, images: str, known: Files, files: Sequence[PurePosixPath]) -> str:
    """What to do about missing masks; a folder beside the images that holds the same names may be meant."""
    depth = len(root.parts)
    pictures = [file for file in files if file.suffix.lower() in SUFFIXES]
    for file in files:
        if file not in pictures and _lower(file)[: depth + 1] == _lower(root / masks):
            return f"save {file} and its like as PNG or TIFF"
    for folder in sorted({file.parts[depth] for file in pictures if len(file.parts) > depth + 1}):
        if folder.lower() not in (masks.lower(), images.lower()):
            below = {PurePosixPath(*file.parts[depth + 1 :]): file for file in pictures if file.parts[depth] == folder}
            try:
                pair(Path(), known, below, join=True)
            except InputError:
                continue
            return f"if {folder} holds them, set `masks: {folder}` in the dataset's arguments"
    return "put them there, or set `masks: null` in the dataset's arguments"


def _below(raw: Path, folder: PurePosixPath, pictures: Sequence[PurePosixPath]) -> Files:
    """The images in a folder, whose name may be written in any case, at any depth, by their path below it."""
    depth, images = len(folder.parts), Files()
    for file in pictures:
        if len(file.parts) > depth and _lower(file)[:depth] == _lower(folder):
            take(images, PurePosixPath(composed(str(PurePosixPath(*file.parts[depth:])))), file, raw)
    return images


def _nested(root: PurePosixPath, masks: str, pictures: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    """The images in any folder below `root` that is called as the masks' is."""
    wanted = _lower(PurePosixPath(masks))

    def below(file: PurePosixPath) -> bool:
        folders = _lower(file.parent)
        return any(folders[start : start + len(wanted)] == wanted for start in range(len(root.parts), len(folders)))

    return [file for file in pictures if file.is_relative_to(root) and below(file)]


def _bare(file: PurePosixPath, images: str, masks: str) -> PurePosixPath:
    """A path without the folders of images and masks."""
    named = {*_lower(PurePosixPath(images)), *_lower(PurePosixPath(masks))}
    return PurePosixPath(
        *(composed(part) for part in file.parts[:-1] if part.lower() not in named), composed(file.name)
    )


def _shared(root: PurePosixPath, pictures: Sequence[PurePosixPath]) -> PurePosixPath:
    """The deepest folder below `root` that holds all of its images."""
    folders = [file.parent.parts for file in pictures if file.is_relative_to(root)]
    return PurePosixPath(*os.path.commonprefix(folders)) if folders else root


def _lower(path: PurePosixPath) -> tuple[str, ...]:
    return tuple(composed(part).lower() for part in path.parts)
