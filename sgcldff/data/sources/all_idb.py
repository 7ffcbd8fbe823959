"""ALL-IDB (Labati, Piuri and Scotti 2011): blast or healthy. ALL-IDB1 holds whole fields, ALL-IDB2 single cells."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np

from sgcldff.data.image_files import PUT_AGAIN, code_colours, colours_of, read_image
from sgcldff.data.sources.about import About
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.download import fetch_files
from sgcldff.data.sources.manifest import Entry
from sgcldff.data.sources.manual import ManualDataset, NothingFoundError, named, source_files, take
from sgcldff.data.sources.manual_files import UNPACKED
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

LABELS = {"0": "healthy", "1": "blast"}  # the last digit of an image's name, and its label

IMAGES_OF_1, IMAGES_OF_2 = 108, 260  # numbered from 1

# The commit that holds all 260 masks, `gt/ImNNN_Y.tif`. Their checksums are not known: the commit pins them.
MASKS_URL = "https://raw.githubusercontent.com/lputzu/ALL-IDB2_masks/9fe8c6606db48e3d0f3619e98ab3e568f0d7e2ea/"
MASK_COLOURS = {(255, 255, 255): BACKGROUND, (0, 0, 255): CYTOPLASM, (0, 255, 255): NUCLEUS}

_SINGLE_CELL = re.compile(r"im(\d{3})_([01])\.tiff?", re.IGNORECASE)
_FIELD = re.compile(r"im(\d{3})_([01])\.jpe?g", re.IGNORECASE)

_SITE = "https://scotti.di.unimi.it/all/"
_CREATORS = ("Ruggero Donida Labati", "Vincenzo Piuri", "Fabio Scotti")
_LICENCE = "on request; not to be passed on"
_CITATION = (
    "Labati, Piuri, Scotti: ALL-IDB: the acute lymphoblastic leukemia image database for image processing. IEEE "
    "International Conference on Image Processing (ICIP), 2045-2048, 2011"
)
_CAMERA = "Taken by a laboratory microscope with a Canon PowerShot G5; how the smears were stained is not said."


class ALLIDB1(ManualDataset):
    """Labels: the values of LABELS; no masks."""

    has_masks = False
    obtain = (
        "ask for ALL-IDB at https://scotti.di.unimi.it/all/ and put ALL_IDB1, as an archive or as the folder that it "
        "unpacks to, into {folder}"
    )
    about = About(
        what=(
            "108 whole fields of 2592x1944 pixels, at several magnifications, with or without leukaemic blasts. "
            f"{_CAMERA}"
        ),
        creators=_CREATORS,
        year=2011,
        url=_SITE,
        licence=_LICENCE,
        masks="none are read; the source marks the centres of blasts (xyc)",
        labels="expert oncologists; of the whole field, by the last digit of its name",
        citation=_CITATION,
        faults=(
            "The public masks (andrealoddo/ALL-IDB1-masks) cover the first ten images, in a coding that was not "
            "seen: they are not read.",
            "A label says whether the field holds a blast, not what each of its cells is.",
            "The cells of ALL-IDB2 are cut out of these fields, and which of which is not said: what was fitted on one "
            "of the two has seen cells of the other.",
        ),
    )

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records; by number."""
        images: dict[str, PurePosixPath] = {}
        for file in source_files(raw):
            if match := _FIELD.fullmatch(file.name):
                take(images, f"all-idb1-{match[1]}", file, raw)
        if not images:
            raise NothingFoundError(
                f"{raw} holds no image called ImNNN_0.jpg or ImNNN_1.jpg: {self.how_to_obtain(raw)}."
            )
        return [Record(name, _label(file), str(file), None) for name, file in sorted(images.items())]

    def lacking_images(self, records: list[Record]) -> str:
        """See ManualDataset.lacking_images."""
        return _lacking(records, IMAGES_OF_1)


class ALLIDB2(ManualDataset):
    """Labels: the values of LABELS.

    masks: `public`, those that Loddo and Putzu published, which are taken from `raw` where they are there and
    downloaded where not; or `none`.

    Images and masks have the same names: a mask stands in a folder `gt`, or has no colours but those of a mask.
    """

    obtain = (
        "ask for ALL-IDB at https://scotti.di.unimi.it/all/ and put ALL_IDB2, as an archive or as the folder that it "
        "unpacks to, into {folder}"
    )
    about = About(
        what=(
            "260 images of 257x257 pixels (ten are smaller) with a cell in the middle; half of these are blasts. "
            f"{_CAMERA}"
        ),
        creators=_CREATORS,
        year=2011,
        url=_SITE,
        licence=_LICENCE,
        masks=(
            "Loddo and Putzu with an expert pathologist (github.com/lputzu/ALL-IDB2_masks, MIT): nucleus and cytoplasm "
            "of the central cell alone"
        ),
        labels="expert oncologists; of the central cell, by the last digit of the name",
        citation=(
            f"{_CITATION}. Masks: Loddo, Putzu: On the effectiveness of leukocytes classification methods in a real "
            "application scenario. AI 2(3), 394-412, 2021, doi 10.3390/ai2030025"
        ),
        faults=(
            "Im223_0 and Im257_0 are the same image.",
            "The cells are cut out of the fields of ALL-IDB1, and which of which is not said: what was fitted on one "
            "of the two has seen cells of the other.",
            "Healthy cells carry no subtype.",
            "Neighbours of the central cell are background in the masks.",
            "The masks are pinned by their commit alone, without checksums.",
        ),
    )

    def __init__(self, masks: Literal["public", "none"] = "public") -> None:
        self.has_masks = masks == "public"

    def fetch_more(self, raw: Path, mirror: str | None) -> None:
        """Bring the masks that are not there; see ManualDataset.fetch_more."""
        missing = [record.image for record in self.records(raw) if record.mask is None]
        if not self.has_masks or not missing:
            return
        entries = [Entry(f"gt/{_public_name(PurePosixPath(image))}") for image in missing]
        try:
            fetch_files(MASKS_URL, entries, raw / UNPACKED / "ALL-IDB2_masks", mirror)
        except InputError as error:
            raise InputError(
                f"The public masks of ALL-IDB2 cannot be had ({str(error).split(': ')[0]}): put the folder gt of "
                f"https://github.com/lputzu/ALL-IDB2_masks (or its zip) into {raw}, or set `masks: none` in the "
                "dataset's arguments, with which its images serve classification only."
            ) from error

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records; by number."""
        images, masks = self._files(raw)
        if not images:
            only = " besides masks" if masks else ""
            raise NothingFoundError(
                f"{raw} holds no image called ImNNN_0.tif or ImNNN_1.tif{only}: {self.how_to_obtain(raw)}."
            )
        for name, mask in masks.items():
            if name in images and _label(mask) != _label(images[name]):
                raise InputError(
                    f"The mask {raw / mask} and the image {raw / images[name]} have one number and different last "
                    f"digits: {PUT_AGAIN}."
                )
        return [
            Record(name, _label(file), str(file), str(masks[name]) if name in masks else None)
            for name, file in sorted(images.items())
        ]

    def lacking_images(self, records: list[Record]) -> str:
        """See ManualDataset.lacking_images."""
        return _lacking(records, IMAGES_OF_2)

    def stray_masks(self, raw: Path) -> list[str]:
        """See ManualDataset.stray_masks."""
        images, masks = self._files(raw)
        return [str(mask) for name, mask in sorted(masks.items()) if name not in images]

    def _files(self, raw: Path) -> tuple[dict[str, PurePosixPath], dict[str, PurePosixPath]]:
        """Images and, where they are wanted, masks, by their number."""
        images: dict[str, PurePosixPath] = {}
        masks: dict[str, PurePosixPath] = {}
        for file in source_files(raw):
            if match := _SINGLE_CELL.fullmatch(file.name):
                take(masks if _is_mask(raw, file) else images, f"all-idb2-{match[1]}", file, raw)
        return images, masks if self.has_masks else {}

    def read_mask(self, raw: Path, record: Record, mask: str) -> np.ndarray:
        """See ManualDataset.read_mask."""
        return code_colours(read_image(raw / mask, PUT_AGAIN), MASK_COLOURS, raw / mask, PUT_AGAIN)


def _label(file: PurePosixPath) -> str:
    return LABELS[file.stem[-1]]


def _lacking(records: list[Record], images: int) -> str:
    there = {int(record.image_id.rpartition("-")[2]) for record in records}
    lacking = [f"Im{number:03d}" for number in range(1, images + 1) if number not in there]
    return f"of {images}{named(lacking, ', without')}" if lacking else ""


def _public_name(file: PurePosixPath) -> str:
    """The name of an image's mask in the public repository, however the image is written here."""
    return f"Im{file.stem[2:]}.tif"


def _is_mask(raw: Path, file: PurePosixPath) -> bool:
    if "gt" in (part.lower() for part in file.parent.parts):
        return True
    # A few of its pixels are enough: no image of a smear has these colours alone.
    return set(colours_of(read_image(raw / file, PUT_AGAIN)[::8, ::8])) <= set(MASK_COLOURS)
