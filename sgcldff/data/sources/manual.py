"""Datasets of a manual download: their images may not be passed on, or are a person's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TypeVar

import numpy as np

from sgcldff.data.image_files import MOST_NAMED, PUT_AGAIN, read_image
from sgcldff.data.sources.archives import PART, TAR, ZIP, is_archive, unpack_archives
from sgcldff.data.sources.dataset import Dataset, Record
from sgcldff.data.sources.manual_files import UNPACKED, is_clutter, walk
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN

# Endings of archives, those that are opened here only as files of the raw folder itself among them.
PACKED = (*ZIP, *TAR, ".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".z", ".lz", ".lzh", ".cab", ".iso")


Name = TypeVar("Name", str, PurePosixPath)


class NothingFoundError(InputError):
    """A raw folder holds no file that is the dataset's."""


class ManualDataset(Dataset):
    """A source whose archive or unpacked folder stands in the dataset's raw folder before anything is run.

    obtain: what to put there and where it is had, as a request without a full stop ("put … into {folder}"); one literal
    text, because the graph reads it without importing the class. `{folder}` stands for the raw folder.
    has_masks: whether masks are expected.

    A subclass recognises its files by their names, at any depth and without regard to case, and takes what is there.
    """

    obtain: str
    has_masks = True

    def fetch(self, raw: Path, mirror: str | None) -> None:
        """Unpack the archives of `raw` and make sure that something in it is the dataset; see Dataset.fetch.

        Prints to standard error what of the source is not there.
        """
        try:
            there = any(raw.iterdir()) or raw.is_symlink()
        except (FileNotFoundError, NotADirectoryError):
            there = raw.is_symlink()
        except OSError as error:
            raise _unreadable(Path(error.filename), error) from error
        if not there:
            raise InputError(f"The folder {raw} is missing or empty: {self.how_to_obtain(raw)}.")
        _refuse_dangling_links(raw)
        unpack_archives(raw)
        try:
            self.records(raw)
        except NothingFoundError as error:
            raise InputError(f"{error}{_packed(raw)}") from error
        self.fetch_more(raw, mirror)
        for line in self.gaps(raw):
            print(f"sgcldff: note: {line}", file=sys.stderr)

    def fetch_more(self, raw: Path, mirror: str | None) -> None:
        """Bring what belongs to the source and may be had without asking, where there is such a thing."""

    def gaps(self, raw: Path) -> list[str]:
        """What is not there of the source, in a line each: of how many images and masks how many are."""
        records = self.records(raw)
        bare = [record.image_id for record in records if record.mask is None] if self.has_masks else []
        lacking = self.lacking_images(records)
        lines = []
        if lacking or bare:
            of = f" ({lacking})" if lacking else ""
            masks = f" and masks of {len(records) - len(bare)} of them" if self.has_masks else ""
            lines.append(f"{raw} holds {len(records)} images{of}{masks}{named(bare, ', none for')}.")
        if stray := self.stray_masks(raw):
            lines.append(f"{raw} holds masks without an image ({len(stray)}){named(stray, ':')}.")
        return lines

    def lacking_images(self, records: list[Record]) -> str:
        """Of how many images these are a part, in words; "" where they are all or nobody knows."""
        return ""

    def stray_masks(self, raw: Path) -> list[str]:
        """The masks that have no image, where that is no error."""
        return []

    def how_to_obtain(self, raw: Path) -> str:
        """`obtain` for this folder."""
        return self.obtain.replace("{folder}", str(raw))

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """See Dataset.read."""
        image = self.read_image(raw, record)
        if record.mask is None:
            return image, np.full(image.shape[:2], UNKNOWN, np.uint8)
        codes = self.read_mask(raw, record, record.mask)
        if codes.shape != image.shape[:2]:
            raise InputError(
                f"The mask {raw / record.mask} covers {codes.shape[1]}x{codes.shape[0]} pixels and its image "
                f"{record.image} has {image.shape[1]}x{image.shape[0]}: put both there as their source gives them."
            )
        return image, codes

    def read_image(self, raw: Path, record: Record) -> np.ndarray:
        """The image of a record, RGB uint8 [h, w, 3]; InputError as of `image_files.read_image`."""
        return read_image(raw / record.image, PUT_AGAIN)

    def read_mask(self, raw: Path, record: Record, mask: str) -> np.ndarray:
        """Mask codes uint8 [h, w] of a record's mask, where the source has masks.

        Raises InputError where it is coded otherwise than the source says.
        """
        raise NotImplementedError


def source_files(raw: Path) -> list[PurePosixPath]:
    """Every file below `raw`, relative to it and sorted; hidden files, clutter and what is half unpacked are left out.

    Links are followed: a person may keep the images elsewhere. Raises InputError for a folder that cannot be read.
    """
    files: list[PurePosixPath] = []
    for folder, folders, names in walk(raw, _refuse_unreadable):
        place = PurePosixPath(folder.relative_to(raw).as_posix())
        if place == PurePosixPath(UNPACKED):
            folders[:] = [name for name in folders if not name.endswith(PART)]
        files += [place / name for name in names if not is_clutter(place / name)]
    return sorted(files)


def take(files: dict[Name, PurePosixPath], identifier: Name, file: PurePosixPath, raw: Path) -> None:
    """Add the one file that an identifier stands for to the files; InputError where there are two."""
    if identifier in files:
        raise InputError(f"{raw / files[identifier]} and {raw / file} are both {identifier}: take one of the two away.")
    files[identifier] = file


def named(names: Sequence[str], introduction: str) -> str:
    """The introduction and the names, where there are some and few; else ""."""
    return f"{introduction} {', '.join(names)}" if 0 < len(names) <= MOST_NAMED else ""


def _refuse_dangling_links(raw: Path) -> None:
    for link in (raw, *(raw / file for file in source_files(raw))):
        try:
            dangling = link.is_symlink() and not link.exists()
        except PermissionError as error:  # the names in a folder may be had without the right to enter it
            raise _unreadable(link.parent, error) from error
        if dangling:
            raise InputError(f"The link {link} leads nowhere: mount what it leads to or take it away.")


def _packed(raw: Path) -> str:
    """Where what was sought may be: in an archive of a kind, or at a place, that is not opened here."""
    for file in source_files(raw):
        opened = len(file.parts) == 1 and is_archive(raw / file)
        if file.name.lower().endswith(PACKED) and not opened:
            return f" If {raw / file} holds them: it is not opened there; unpack it into {raw} by hand."
    return ""


def _unreadable(folder: Path, error: OSError) -> InputError:
    return InputError(f"The folder {folder} cannot be read ({error.strerror}): make it readable.")


def _refuse_unreadable(error: OSError) -> None:
    # A folder that is gone by now, or that a file took the place of, holds nothing.
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise _unreadable(Path(error.filename), error) from error
