"""A folder of images, masks and a CSV of labels: a dataset without code, by lines of the configuration alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from sgcldff.data.image_files import PUT_AGAIN, read_image
from sgcldff.data.sources.about import about_from
from sgcldff.data.sources.class_folders import names_of
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.folder_files import IMAGES, TABLE, FolderFiles, find_files
from sgcldff.data.sources.image_names import ImageNames, composed
from sgcldff.data.sources.label_table import asked_for, letters_of, read_label_table
from sgcldff.data.sources.manual import ManualDataset, named
from sgcldff.data.sources.mask_coding import MaskCoding, code_pixels, joined, parse_coding
from sgcldff.data.sources.mask_pixels import MaskPixels, described, read_pixels
from sgcldff.data.sources.mask_proposal import proposal
from sgcldff.data.sources.survey import Survey, survey
from sgcldff.errors import InputError

GROUP_COLUMN = "group"
MOST_MASKS = 20  # that are read to propose a coding, evenly spaced
REMEDY = "correct the file"
# What columns of images and of labels are called elsewhere.
COLUMNS = {"image_column": ("image", "file", "name", "path", "id"), "label_column": ("label", "class", "type", "cat")}


class ImageFolder(ManualDataset):
    """labels: the CSV's name; images, masks: folders beside it, masks None where there are none.

    image_column, label_column: the CSV's columns. An image is named by its path below `images`, or by its file name,
    either with or without the suffix, as long as that is one file; the name is its image_id, after `image-` where it
    is a number. A name with the folder, with other capitals or with backslashes means the same. A column called
    `group`, if there is one, names what must stay together in a split. An image's mask has the same path below
    `masks`, or lies beside the image with a mark (`_mask`, `-seg`), whatever the two suffixes; where two images differ
    by their suffix alone, the same suffix too. An image may lack one.
    Without the CSV, images stand in a folder for each class (in folders `train` and `test` or not), whose name is the
    label.
    background, cytoplasm, nucleus: grey levels of the masks, exactly; or, in one argument, mask_values: what the
    masks' values mean (README.md has a table). Where masks outline whole cells only, use one of the two levels for
    the cell: scores ask for no more.
    join_masks: whether an image may have several masks, one a cell (`smear-01_mask_0.png`, `masks/smear-01/0.png`, or
    the layout of the Data Science Bowl 2018), which are joined into whole cells.
    bit_depth: how many bits images of 16 bits a channel fill; by default as many as the largest value of the dataset
    asks for (8, 10, 12, 14 or 16).
    about: fields of sgcldff.data.sources.about.About for the dataset's card.

    The folder may lie at any depth below the raw folder, and may come as an archive. Labels are the texts of the CSV.
    Images without a mask are turned as their EXIF orientation says; with one they are refused.
    Raises InputError for arguments that contradict each other or are unknown.
    """

    obtain = "put labels.csv and the folders images and masks into {folder} (sgcldff/data/README.md shows how)"

    def __init__(
        self,
        labels: str = TABLE,
        images: str = IMAGES,
        masks: str | None = "masks",
        image_column: str = "image",
        label_column: str = "label",
        background: int = 0,
        cytoplasm: int = 128,
        nucleus: int = 255,
        mask_values: str | None = None,
        join_masks: bool = False,
        bit_depth: int | None = None,
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
        if bit_depth is not None and (type(bit_depth) is not int or not 8 <= bit_depth <= 16):
            raise InputError(f"The dataset's argument bit_depth is {bit_depth!r}: give a whole number from 8 to 16.")
        self.labels, self.images, self.masks = labels, images, masks
        self.has_masks = masks is not None
        self.image_column, self.label_column = image_column, label_column
        self.coding = MaskCoding("levels", levels) if mask_values is None else parse_coding(str(mask_values))
        self.declared = mask_values
        self.join_masks = join_masks
        self.bit_depth = bit_depth
        self.found = Survey()  # by `records`, for `read`: one decision for all files, which travels to other processes
        self.about = about_from({} if about is None else about)

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records; in the order of the CSV, or of the paths."""
        files = self._files(raw)
        records = self._by_folder(files) if files.table is None else list(self._by_table(raw, files, files.table))
        if not records:
            raise InputError(f"The label file {raw / files.table} names no image: {REMEDY}.")
        self.found = survey(
            [raw / record.image for record in records],
            [raw / record.image for record in records if record.mask is None],
            [raw / mask for record in records for mask in _masks(record)],
            self.bit_depth,
        )
        return records

    def gaps(self, raw: Path) -> list[str]:
        """See ManualDataset.gaps; and the images and columns that are not taken, and what `remarks` says."""
        files = self._files(raw)
        taken = {record.image for record in self.records(raw)}
        left = [str(file) for file in files.images.values() if str(file) not in taken]
        lines = super().gaps(raw)
        if left:
            lines.append(f"{raw} holds images that {files.table} does not name ({len(left)}){named(left, ':')}.")
        if files.table and (unused := self._columns(raw / files.table)[1]):
            lines.append(
                f"{raw / files.table} has columns that are not read: {', '.join(unused)} (one called {GROUP_COLUMN} "
                "keeps images together in a split)."
            )
        if files.annotations:
            lines.append(f"{raw} holds annotations of other tools that are not read: {files.annotations}.")
        return [*lines, *self.remarks(raw)]

    def remarks(self, raw: Path) -> list[str]:
        """See Dataset.remarks."""
        files = self._files(raw)
        records = self.records(raw)
        found, lines = self.found, []
        if files.table is None:
            lines.append("There is no table of labels: the class of an image is the name of its folder.")
        elif letters := letters_of(raw / files.table):
            lines.append(f"The label file {files.table} is in {letters}.")
        if files.divided:
            lines.append(f"The folders {', '.join(files.divided)} divide nothing here: each seed draws its own split.")
        if found.deep:
            said = "as declared" if self.bit_depth else "as their largest value says; `bit_depth` declares another"
            lines.append(
                f"{found.deep} images have more than 8 bits a channel, up to the value {found.largest}: they are "
                f"read as {found.depth} bits, {said}."
            )
        if found.turned:
            lines.append(f"{found.turned} images without a mask are turned as their EXIF orientation says.")
        if found.inverted:
            how = "as they are stored" if found.as_stored else "as they are shown"
            lines.append(
                f"{found.inverted} masks are TIFFs that store white as 0: they are read {how}, by which their border "
                "is background."
            )
        if self.join_masks:
            masks = [len(_masks(record)) for record in records if record.mask]
            lines.append(f"{sum(masks)} masks of {len(masks)} images were joined into whole cells, as declared.")
        if self.declared:
            lines.append(f"The values of the masks are declared: {self.declared}.")
        return lines

    def read_image(self, raw: Path, record: Record) -> np.ndarray:
        """See ManualDataset.read_image."""
        return read_image(
            raw / record.image, PUT_AGAIN, turn=record.mask is None, depth=self.found.depth or self.bit_depth
        )

    def read_mask(self, raw: Path, record: Record, mask: str) -> np.ndarray:
        """See ManualDataset.read_mask."""
        if not self.join_masks:
            return self._codes(raw, mask)
        first, *others = (self._codes(raw, each) for each in _masks(record))
        for name, codes in zip(record.further_masks, others, strict=True):
            if codes.shape != first.shape:
                raise InputError(
                    f"The masks {raw / mask} and {raw / name} of one image have {first.shape[1]}x{first.shape[0]} and "
                    f"{codes.shape[1]}x{codes.shape[0]} pixels: put both there as their source gives them."
                )
        return joined([first, *others])

    def _codes(self, raw: Path, mask: str) -> np.ndarray:
        pixels = self._pixels(raw / mask)
        codes = code_pixels(pixels, self.coding)
        if codes is None:
            raise InputError(
                f"The mask {raw / mask} has {described(pixels)}, where only {self._expected()} are expected: "
                f"{self._remedy(raw, pixels)}."
            )
        return codes

    def _pixels(self, mask: Path) -> MaskPixels:
        return read_pixels(mask, "correct it or take it away", as_stored=self.found.as_stored)

    def _expected(self) -> str:
        if self.coding.kind in ("levels", "nearest"):
            return ", ".join(map(str, self.coding.levels))
        return f"those of `mask_values: {self.declared}`"

    def _remedy(self, raw: Path, refused: MaskPixels) -> str:
        """The argument that would read the masks, in the words to paste."""
        masks = [record.mask for record in self.records(raw) if record.mask]
        seen = [refused]
        for mask in masks[:: max(1, len(masks) // MOST_MASKS)]:
            try:
                seen.append(self._pixels(raw / mask))
            except InputError:
                continue
        if likely := proposal(seen):
            likely = f'"{likely}"' if "#" in likely else likely  # a # begins a comment in YAML
            return f"if that is what they mean, set `mask_values: {likely}` in the dataset's arguments"
        return "correct it, or declare `mask_values` in the dataset's arguments (sgcldff/data/README.md has a table)"

    def _files(self, raw: Path) -> FolderFiles:
        return find_files(raw, self.labels, self.images, self.masks, self.join_masks)

    def _by_folder(self, files: FolderFiles) -> list[Record]:
        return [
            _record(name, files.labels[image], files, image, None) for image, name in names_of(files.images).items()
        ]

    def _by_table(self, raw: Path, files: FolderFiles, table: PurePosixPath) -> Iterator[Record]:
        names = ImageNames(files.images, self.images)
        taken: dict[PurePosixPath, int] = {}
        grouping = self._columns(raw / table)[0]
        for line, row in read_label_table(raw / table, (self.image_column, self.label_column), REMEDY):
            place = f"The label file {raw / table} has in line {line}"
            image, label = composed(row[self.image_column].replace("\\", "/")), row[self.label_column]
            if not image or not label:
                raise InputError(f"{place} no {self.label_column if image else self.image_column}: {REMEDY}.")
            meant = names.find(image)
            if len(meant) != 1:
                candidates = " and ".join(str(file) for file in meant[:2]) or _nothing(image, files, names)
                raise InputError(f"{place} the image {image!r}, for which {self.images} holds {candidates}: {REMEDY}.")
            if meant[0] in taken:
                raise InputError(f"{place} the image {image!r}, which line {taken[meant[0]]} names too: {REMEDY}.")
            taken[meant[0]] = line
            # The name is that of the table where it is one of the file's own, without folders of another machine.
            name = image if image in names.exact else str(meant[0])
            group = (row[grouping] or None) if grouping else None
            yield _record(name, label, files, meant[0], group)

    def _columns(self, table: Path) -> tuple[str | None, list[str]]:
        """The column of groups, if there is one, and those that are not read.

        Raises InputError where two are of groups, and for a column of images or labels that is missing.
        """
        _, first = next(read_label_table(table, (), REMEDY), (0, {}))
        wanted = (self.image_column, self.label_column)
        names = [asked_for(name, list(first), wanted) for name in first if name]
        for argument, column in zip(COLUMNS, wanted, strict=True):
            if names and column not in names:
                free = [name for name in names if name not in wanted]
                near = [name for part in COLUMNS[argument] for name in free if part in name.lower()]
                paste = f"set `{argument}: {near[0]}` in the dataset's arguments" if near else f"set `{argument}`"
                raise InputError(
                    f"The label file {table} lacks the column {column!r} (it has {', '.join(names)}): "
                    f"{REMEDY} or {paste}."
                )
        further = [name for name in names if name not in wanted]
        grouping = [column for column in further if column.lower() == GROUP_COLUMN]
        if len(grouping) > 1:
            raise InputError(
                f"The label file {table} has the columns {grouping[0]!r} and {grouping[1]!r}: rename one of them."
            )
        return next(iter(grouping), None), [column for column in further if column not in grouping]


def _nothing(name: str, files: FolderFiles, names: ImageNames) -> str:
    """That no image has a name, and what may be meant by it."""
    stem = PurePosixPath(name).stem.lower()
    for file in files.others:
        if file.stem.lower() == stem and file != files.table and file.suffix.lower() not in (".txt", ".json", ".xml"):
            return f"{file}, which is of no kind that is read (save it as PNG)"
    return f"no file{names.suggestion(name)}"


def _record(name: str, label: str, files: FolderFiles, image: PurePosixPath, group: str | None) -> Record:
    mask, *further = [str(file) for file in files.masks.get(image, [])] or [None]
    return Record(_not_a_number(name), label, str(files.images[image]), mask, group, tuple(further))


def _masks(record: Record) -> list[str]:
    return [record.mask, *record.further_masks] if record.mask else []


def _not_a_number(name: str) -> str:
    """A name that those who guess, as readers of Croissant do, take for no number: 007 would become 7."""
    try:
        float(name)
    except ValueError:
        return name
    return f"image-{name}"
