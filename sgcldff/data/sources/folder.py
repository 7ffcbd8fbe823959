"""A folder of images, masks and a CSV of labels: a dataset without code, by lines of the configuration alone."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from sgcldff.data.image_files import code_colours, grey, read_image
from sgcldff.data.sources.about import About
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.label_table import read_label_table
from sgcldff.data.sources.manual import ManualDataset, NothingFoundError, named, source_files, take
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

SUFFIXES = {".bmp", ".jpg", ".jpeg", ".png", ".tif", ".tiff"}
GROUP_COLUMN = "group"


class ImageFolder(ManualDataset):
    """labels: the CSV's name; images, masks: folders beside it, masks None where there are none.

    image_column, label_column: the CSV's columns. An image is named by its path below `images`, or by its file name,
    either with or without the suffix, as long as that is one file; the name is its image_id, after `image-` where it
    is a number. A column called `group`, if there is one, names what must stay together in a split. An image's mask
    has the same path below `masks`, whatever the two suffixes; where two images differ by their suffix alone, the
    same suffix too. An image may lack one. The CSV, the folders and `group` may be written in any case of letters, the
    images' names not.
    background, cytoplasm, nucleus: grey levels of the masks, exactly. Where masks outline whole cells only, use one of
    the two levels for the cell: scores ask for no more.
    about: fields of sgcldff.data.sources.about.About for the dataset's card.

    The folder may lie at any depth below the raw folder, and may come as an archive. Labels are the texts of the CSV.
    Raises InputError for arguments that contradict each other or are unknown.
    """

    obtain = "put labels.csv and the folders images and masks into {folder} (sgcldff/data/README.md shows how)"

    def __init__(
        self,
        labels: str = "labels.csv",
        images: str = "images",
        masks: str | None = "masks",
        image_column: str = "image",
        label_column: str = "label",
        background: int = 0,
        cytoplasm: int = 128,
        nucleus: int = 255,
        about: dict[str, Any] | None = None,
    ) -> None:
        for place in (labels, images, masks or "masks"):
            if PurePosixPath(place).is_absolute() or ".." in PurePosixPath(place).parts:
                raise InputError(f"The place {place!r} leads out of the dataset's folder: name one inside it.")
        if images == masks:
            raise InputError(f"Images and masks are both to be in {images!r}: give each a folder of its own.")
        levels = (background, cytoplasm, nucleus)
        whole = all(type(level) is int and 0 <= level <= 255 for level in levels)
        if not whole or len(set(levels)) < 3:
            raise InputError(
                f"The mask levels background, cytoplasm and nucleus are {background!r}, {cytoplasm!r} and {nucleus!r}: "
                "give three different whole numbers from 0 to 255."
            )
        self.labels, self.images, self.masks = labels, images, masks
        self.has_masks = masks is not None
        self.image_column, self.label_column = image_column, label_column
        self.codes = {grey(background): BACKGROUND, grey(cytoplasm): CYTOPLASM, grey(nucleus): NUCLEUS}
        self.about = _about({} if about is None else about)

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records; in the order of the CSV."""
        table, images, outlines = self._files(raw)
        masks = self._masks(raw, table.parent, images, outlines)
        names = _names(images)
        records: list[Record] = []
        taken: dict[PurePosixPath, int] = {}
        remedy = "correct the file"
        grouping = self._columns(raw / table, remedy)[0]
        for line, row in read_label_table(raw / table, (self.image_column, self.label_column), remedy):
            place = f"The label file {raw / table} has in line {line}"
            image, label = _composed(row[self.image_column].replace("\\", "/")), row[self.label_column]
            meant = names.get(image, [])
            if not image or not label:
                raise InputError(f"{place} no {self.label_column if image else self.image_column}: {remedy}.")
            if len(meant) != 1:
                candidates = " and ".join(str(file) for file in meant[:2]) or "no file"
                raise InputError(f"{place} the image {image!r}, for which {self.images} holds {candidates}: {remedy}.")
            if meant[0] in taken:
                raise InputError(f"{place} the image {image!r}, which line {taken[meant[0]]} names too: {remedy}.")
            taken[meant[0]] = line
            mask = masks.get(meant[0])
            records.append(
                Record(
                    image_id=f"image-{image}" if _is_number(image) else image,
                    label=label,
                    image=str(images[meant[0]]),
                    mask=None if mask is None else str(mask),
                    group=(row[grouping] or None) if grouping else None,
                )
            )
        if not records:
            raise InputError(f"The label file {raw / table} names no image: {remedy}.")
        return records

    def gaps(self, raw: Path) -> list[str]:
        """See ManualDataset.gaps; and the images and columns that are not taken."""
        table, images, _ = self._files(raw)
        taken = {record.image for record in self.records(raw)}
        left = [str(file) for file in images.values() if str(file) not in taken]
        lines = super().gaps(raw)
        if left:
            lines.append(f"{raw} holds images that {table} does not name ({len(left)}){named(left, ':')}.")
        if unused := self._columns(raw / table, "")[1]:
            lines.append(
                f"{raw / table} has columns that are not read: {', '.join(unused)} (one called {GROUP_COLUMN} keeps "
                "images together in a split)."
            )
        return lines

    def read_mask(self, raw: Path, record: Record, mask: str) -> np.ndarray:
        """See ManualDataset.read_mask."""
        remedy = "correct it, or the mask levels in the dataset's arguments"
        return code_colours(read_image(raw / mask, remedy), self.codes, raw / mask, remedy)

    def _files(
        self, raw: Path
    ) -> tuple[PurePosixPath, dict[PurePosixPath, PurePosixPath], dict[PurePosixPath, PurePosixPath]]:
        """The table, and the images and masks by their paths below their folders."""
        files = source_files(raw)
        table = self._table(raw, files)
        outlines = _images_below(raw, table.parent / self.masks, files) if self.masks else {}
        # Masks may lie inside the images' folder.
        drawn = set(outlines.values())
        beside = [file for file in files if file not in drawn]
        return table, _images_below(raw, table.parent / self.images, beside), outlines

    def _columns(self, table: Path, remedy: str) -> tuple[str | None, list[str]]:
        """The column of groups, if there is one, and those that are not read; InputError where two are of groups."""
        _, first = next(read_label_table(table, (), remedy), (0, {}))
        further = [column for column in first if column and column not in (self.image_column, self.label_column)]
        grouping = [column for column in further if column.lower() == GROUP_COLUMN]
        if len(grouping) > 1:
            raise InputError(
                f"The label file {table} has the columns {grouping[0]!r} and {grouping[1]!r}: rename one of them."
            )
        return next(iter(grouping), None), [column for column in further if column not in grouping]

    def _table(self, raw: Path, files: list[PurePosixPath]) -> PurePosixPath:
        wanted = _lower(PurePosixPath(self.labels))
        tables = [file for file in files if _lower(file)[-len(wanted) :] == wanted]
        if not tables:
            raise NothingFoundError(
                f"{raw} holds no {self.labels} at any depth: put it there, with {self.images} beside it."
            )
        if len(tables) > 1:
            raise InputError(f"{raw} holds {tables[0]} and {tables[1]}: take one of the two away.")
        return tables[0]

    def _masks(
        self,
        raw: Path,
        root: PurePosixPath,
        images: Collection[PurePosixPath],
        outlines: Mapping[PurePosixPath, PurePosixPath],
    ) -> dict[PurePosixPath, PurePosixPath]:
        """The masks' files by the path of their image."""
        if self.masks is None:
            return {}
        alike = defaultdict(list)
        for image in images:
            alike[image.with_suffix("")].append(image)
        masks: dict[PurePosixPath, PurePosixPath] = {}
        for name, mask in outlines.items():
            meant = alike[name.with_suffix("")]
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
                    f"The masks {raw / masks[image]} and {raw / mask} are both {name.with_suffix('')}: keep one."
                )
            masks[image] = mask
        if not masks:
            raise InputError(
                f"{raw / root / self.masks} holds no mask: put them there, or set `masks: null` in the dataset's "
                "arguments."
            )
        return masks


def _lower(path: PurePosixPath) -> tuple[str, ...]:
    return tuple(_composed(part).lower() for part in path.parts)


def _images_below(raw: Path, folder: PurePosixPath, files: list[PurePosixPath]) -> dict[PurePosixPath, PurePosixPath]:
    """The images in a folder, whose name may be written in any case, at any depth, by their path below it."""
    depth, images = len(folder.parts), {}
    for file in files:
        if file.suffix.lower() in SUFFIXES and len(file.parts) > depth and _lower(file)[:depth] == _lower(folder):
            take(images, PurePosixPath(_composed(str(PurePosixPath(*file.parts[depth:])))), file, raw)
    return images


def _is_number(name: str) -> bool:
    """Whether those who guess, as readers of Croissant do, take a name for a number: 007 would become 7."""
    try:
        float(name)
    except ValueError:
        return False
    return True


def _composed(name: str) -> str:
    """A name as most write it; macOS parts letters from their accents in the names of files."""
    return unicodedata.normalize("NFC", name)


def _names(images: Collection[PurePosixPath]) -> dict[str, list[PurePosixPath]]:
    """Every name that a CSV may use, and the files that it may mean; a full path means that file alone."""
    names = defaultdict(list)
    for file in images:
        for name in {str(file.with_suffix("")), file.name, file.stem}:
            names[name].append(file)
    return names | {str(file): [file] for file in images}


def _about(given: Mapping[str, Any]) -> About:
    """Raises InputError for a field that is unknown or of another kind; null leaves a field at its default."""
    if not isinstance(given, Mapping):
        raise InputError(f"The dataset's argument about is {given!r}: give fields with their values.")
    known = {field.name: field.default for field in fields(About)}
    facts: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise InputError(f"The dataset's argument about.{name} is unknown: choose of {', '.join(sorted(known))}.")
        if value is None:
            continue
        facts[name] = (value,) if known[name] == () and isinstance(value, str) else value
        kind, fits = _KINDS[type(known[name])]
        if not fits(facts[name]):
            raise InputError(f"The dataset's argument about.{name} is {value!r}: give {kind}.")
        if known[name] == ():
            facts[name] = tuple(facts[name])
    return About(**facts)


# What a field of About takes, by the kind of its default: in words, and whether a value is such.
_KINDS: dict[type, tuple[str, Callable[[Any], bool]]] = {
    str: ("a text", lambda value: isinstance(value, str)),
    bool: ("true or false", lambda value: isinstance(value, bool)),
    type(None): ("a whole number", lambda value: type(value) is int),
    tuple: (
        "a text or a list of texts",
        lambda value: isinstance(value, list | tuple) and all(isinstance(each, str) for each in value),
    ),
}
