"""A folder of pictures, masks and a CSV of labels: a dataset without code, by lines of the configuration alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from sgcldff.data.about import About
from sgcldff.data.label_table import read_label_table
from sgcldff.data.pictures import code_colours, grey, read_picture
from sgcldff.data.placed import PlacedDataset, placed_files
from sgcldff.data.source import Record
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

SUFFIXES = {".bmp", ".jpg", ".jpeg", ".png", ".tif", ".tiff"}
GROUP_COLUMN = "group"


class PictureFolder(PlacedDataset):
    """labels: the CSV's name; pictures, masks: folders beside it, masks None where there are none.

    image_column, label_column: the CSV's columns. A picture is named by its path below `pictures`, or by its file name,
    either with or without the suffix, as long as that is one file; the name is its image_id. A column called `group`,
    if there is one, names what must stay together in a split. A picture's mask has the same path below `masks`,
    whatever the two suffixes; a picture may lack one.
    background, cytoplasm, nucleus: grey levels of the masks, exactly. Where masks outline whole cells only, use one of
    the two levels for the cell: scores ask for no more.
    about: fields of sgcldff.data.about.About for the dataset's card.

    The folder may lie at any depth below the raw folder, and may come as an archive. Labels are the texts of the CSV.
    Raises InputError for arguments that contradict each other or are unknown.
    """

    obtain = "put labels.csv and the folders pictures and masks into {folder} (sgcldff/data/README.md shows how)"

    def __init__(
        self,
        labels: str = "labels.csv",
        pictures: str = "pictures",
        masks: str | None = "masks",
        image_column: str = "image",
        label_column: str = "label",
        background: int = 0,
        cytoplasm: int = 128,
        nucleus: int = 255,
        about: dict[str, Any] | None = None,
    ) -> None:
        for place in (labels, pictures, masks or "masks"):
            if PurePosixPath(place).is_absolute() or ".." in PurePosixPath(place).parts:
                raise InputError(f"The place {place!r} leads out of the dataset's folder: name one inside it.")
        if pictures == masks:
            raise InputError(f"Pictures and masks are both to be in {pictures!r}: give each a folder of its own.")
        levels = (background, cytoplasm, nucleus)
        if len(set(levels)) < 3 or min(levels) < 0 or max(levels) > 255:
            raise InputError(
                f"The mask levels background, cytoplasm and nucleus are {background}, {cytoplasm} and {nucleus}: give "
                "three different ones from 0 to 255."
            )
        self.labels, self.pictures, self.masks = labels, pictures, masks
        self.image_column, self.label_column = image_column, label_column
        self.codes = {grey(background): BACKGROUND, grey(cytoplasm): CYTOPLASM, grey(nucleus): NUCLEUS}
        self.about = _about(about or {})

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records; in the order of the CSV."""
        files = placed_files(raw)
        table = self._table(raw, files)
        folder = table.parent / self.pictures
        outlines = _pictures_below(table.parent / self.masks, files) if self.masks else []
        # Masks may lie inside the pictures' folder.
        drawn = set(outlines)
        pictures = [file.relative_to(folder) for file in _pictures_below(folder, files) if file not in drawn]
        masks = self._masks(raw, table.parent, pictures, outlines)
        names = _names(pictures)
        records: list[Record] = []
        taken: dict[PurePosixPath, int] = {}
        remedy = "correct the file"
        for line, row in read_label_table(raw / table, (self.image_column, self.label_column), remedy):
            place = f"The label file {raw / table} has in line {line}"
            image, label = row[self.image_column].replace("\\", "/"), row[self.label_column]
            meant = names.get(image, [])
            if not image or not label:
                raise InputError(f"{place} no {self.label_column if image else self.image_column}: {remedy}.")
            if len(meant) != 1:
                found = " and ".join(str(file) for file in meant[:2]) or "no file"
                raise InputError(f"{place} the picture {image!r}, for which {self.pictures} holds {found}: {remedy}.")
            if meant[0] in taken:
                raise InputError(f"{place} the picture {image!r}, which line {taken[meant[0]]} names too: {remedy}.")
            taken[meant[0]] = line
            mask = masks.get(meant[0].with_suffix(""))
            records.append(
                Record(
                    image_id=image,
                    label=label,
                    image=str(folder / meant[0]),
                    mask=None if mask is None else str(mask),
                    group=row.get(GROUP_COLUMN) or None,
                )
            )
        if not records:
            raise InputError(f"The label file {raw / table} names no picture: {remedy}.")
        return records

    def read_mask(self, raw: Path, record: Record, mask: str) -> np.ndarray:
        """See PlacedDataset.read_mask."""
        remedy = "correct it, or the mask levels in the dataset's arguments"
        return code_colours(read_picture(raw / mask, remedy), self.codes, raw / mask, remedy)

    def _table(self, raw: Path, files: list[PurePosixPath]) -> PurePosixPath:
        wanted = PurePosixPath(self.labels).parts
        tables = [file for file in files if file.parts[-len(wanted) :] == wanted]
        if not tables:
            raise InputError(
                f"{raw} holds no {self.labels} at any depth: put it there, with {self.pictures} beside it."
            )
        if len(tables) > 1:
            raise InputError(f"{raw} holds {tables[0]} and {tables[1]}: take one of the two away.")
        return tables[0]

    def _masks(
        self, raw: Path, root: PurePosixPath, pictures: list[PurePosixPath], outlines: list[PurePosixPath]
    ) -> dict[PurePosixPath, PurePosixPath]:
        """The masks' files by the path of their picture without suffix."""
        if self.masks is None:
            return {}
        found: dict[PurePosixPath, PurePosixPath] = {}
        known = {picture.with_suffix("") for picture in pictures}
        for mask in outlines:
            name = mask.relative_to(root / self.masks).with_suffix("")
            if name not in known:
                raise InputError(f"The mask {raw / mask} has no picture of the same name: rename it or take it away.")
            if name in found:
                raise InputError(f"The masks {raw / found[name]} and {raw / mask} are both {name}: keep one.")
            found[name] = mask
        if not found:
            raise InputError(
                f"{raw / root / self.masks} holds no mask: put them there, or set `masks: null` in the dataset's "
                "arguments."
            )
        return found


def _pictures_below(folder: PurePosixPath, files: list[PurePosixPath]) -> list[PurePosixPath]:
    """The pictures in a folder at any depth."""
    return [file for file in files if file.is_relative_to(folder) and file.suffix.lower() in SUFFIXES]


def _names(pictures: list[PurePosixPath]) -> dict[str, list[PurePosixPath]]:
    """Every name that a CSV may use, and the files that it may mean; a full path means that file alone."""
    names = defaultdict(list)
    for file in pictures:
        for name in {str(file.with_suffix("")), file.name, file.stem}:
            names[name].append(file)
    return names | {str(file): [file] for file in pictures}


def _about(given: Mapping[str, Any]) -> About:
    known = {field.name for field in fields(About)}
    for name in given:
        if name not in known:
            raise InputError(f"The dataset's argument about.{name} is unknown: choose of {', '.join(sorted(known))}.")
    told = {name: value for name, value in given.items() if value is not None}
    for name in {"creators", "institutions", "faults"} & told.keys():
        told[name] = (told[name],) if isinstance(told[name], str) else tuple(told[name])
    return About(**told)
