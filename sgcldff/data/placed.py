"""Datasets that a person places, because their pictures may not be passed on (or are the person's own)."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import numpy as np

from sgcldff.data.archives import PART, is_clutter, unpack_archives
from sgcldff.data.pictures import PUT_ANEW, read_picture
from sgcldff.data.source import Dataset, Record
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN


class PlacedDataset(Dataset):
    """A source whose archive or unpacked folder stands in the dataset's raw folder before anything is run.

    obtain: what to put there and where it is had, as a request without a full stop ("put … into {folder}"); one literal
    text, because the graph reads it without importing the class. `{folder}` stands for the raw folder.

    A subclass recognises its files by their names, at any depth and without regard to case, and takes what is there.
    """

    obtain: str

    def fetch(self, raw: Path, mirror: str | None) -> None:
        """Unpack the archives of `raw` and make sure that something in it is the dataset; see Dataset.fetch."""
        if not raw.is_dir() or not any(raw.iterdir()):
            raise InputError(f"The folder {raw} is missing or empty: {self.how_to_obtain(raw)}.")
        unpack_archives(raw)
        self.records(raw)

    def how_to_obtain(self, raw: Path) -> str:
        """`obtain` for this folder."""
        return self.obtain.format(folder=raw)

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """See Dataset.read."""
        picture = read_picture(raw / record.image, PUT_ANEW)
        if record.mask is None:
            return picture, np.full(picture.shape[:2], UNKNOWN, np.uint8)
        codes = self.read_mask(raw, record, record.mask)
        if codes.shape != picture.shape[:2]:
            raise InputError(
                f"The mask {raw / record.mask} covers {codes.shape[1]}x{codes.shape[0]} pixels and its picture "
                f"{record.image} has {picture.shape[1]}x{picture.shape[0]}: put both there as their source gives them."
            )
        return picture, codes

    def read_mask(self, raw: Path, record: Record, mask: str) -> np.ndarray:
        """Mask codes uint8 [h, w] of a record's mask, where the source has masks.

        Raises InputError where it is coded otherwise than the source says.
        """
        raise NotImplementedError


def placed_files(raw: Path) -> list[PurePosixPath]:
    """Every file below `raw`, relative to it and sorted; hidden files, clutter and what is half unpacked are left out.

    Links are followed: a person may keep the pictures elsewhere.
    """
    found: list[PurePosixPath] = []
    entered: set[str] = set()
    for folder, folders, names in os.walk(raw, followlinks=True):
        place = PurePosixPath(Path(folder).relative_to(raw).as_posix())
        # A link to a folder above would be walked for ever.
        seen = os.path.realpath(folder) in entered
        entered.add(os.path.realpath(folder))
        folders[:] = [] if seen else sorted(name for name in folders if not name.lower().endswith(PART))
        found += [] if seen else [place / name for name in names if not is_clutter(place / name)]
    return sorted(found)


def take(found: dict[str, PurePosixPath], identifier: str, file: PurePosixPath, raw: Path) -> None:
    """Note the one file that an identifier stands for; InputError where there are two."""
    if identifier in found:
        raise InputError(f"{raw / found[identifier]} and {raw / file} are both {identifier}: take one of the two away.")
    found[identifier] = file
