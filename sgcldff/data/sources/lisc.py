"""LISC (Rezatofighi and Soltanian-Zadeh 2011): whole fields of 720x576, five classes, masks for some 250 of them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path, PurePosixPath

import numpy as np

from sgcldff.data.image_files import PUT_AGAIN, Colour, code_colours, grey, read_image
from sgcldff.data.sources.about import About
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.manual import ManualDataset, NothingFoundError, source_files, take
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

LABELS = {  # Folder, in lower case, and the label of what is in it
    "baso": "basophil",
    "eosi": "eosinophil",
    "lymp": "lymphocyte",
    "mixt": "mixture",
    "mono": "monocyte",
    "neut": "neutrophil",
}

# Images that a folder was seen to hold; there may be more. Of the mixtures nobody knows.
LEAST = {"baso": 53, "eosi": 39, "lymp": 52, "mono": 48, "neut": 50}

# Grey levels of the cells in the masks of a class: cytoplasm and nucleus, or the whole cell.
CELL_LEVELS = {"baso": (50,), "eosi": (75, 100), "mono": (175, 200), "neut": (225, 255)}

# Pixels of a mask, and by how many it is smaller than its image on every side.
MASK_WIDTH, MASK_HEIGHT, MARGIN = 712, 568, 4

_IMAGE = re.compile(r"(?:.*/)?main dataset/(\w+)/0*(\d+)\.bmp", re.IGNORECASE)
_MASK = re.compile(r"(?:.*/)?ground truth segmentation/(\w+)/areaforexpert1/0*(\d+)_expert\.bmp", re.IGNORECASE)


class LISC(ManualDataset):
    """Labels: the values of LABELS. An image is called by its folder, also where it shows two cells of that class:
    those of different classes have the folder `mixt`.

    The margin that the masks leave out is UNKNOWN, not background: a cell at the edge goes on into it. A cell whose
    nucleus has no outline is CYTOPLASM as a whole, so that nothing is called a nucleus that nobody drew as one
    (losses and scores ask for the whole cell alone).
    """

    obtain = (
        "put LISC Database.zip, or what it unpacks to, from "
        "http://users.cecs.anu.edu.au/~hrezatofighi/Data/LISC%20Database.zip (free for research) into {folder}"
    )
    about = About(
        what=(
            "Whole fields of 720x576 pixels from the peripheral blood of 8 healthy people, most with one leukocyte; "
            "about 250 of them have masks."
        ),
        creators=("Seyed Hamid Rezatofighi", "Hamid Soltanian-Zadeh"),
        year=2011,
        url="http://users.cecs.anu.edu.au/~hrezatofighi/Data/Leukocyte%20Data.htm",
        licence="free of charge for research and education; copying and redistribution prohibited",
        stain="Gismo-Right (the source's spelling), light microscope (Axioskope 40, magnification 100)",
        masks="one expert; nucleus and cytoplasm, of basophils the whole cell; 4 pixels at every edge are left out",
        labels="a hematologist; one folder a class",
        citation=(
            "Rezatofighi, Soltanian-Zadeh: Automatic recognition of five types of white blood cells in peripheral "
            "blood. Computerized Medical Imaging and Graphics 35(4), 333-343, 2011"
        ),
        faults=(
            "Basophils 2 and 50 are the same image.",
            "Two cells, which share the folder's label, are in basophils 7 and 31, in lymphocytes 3, 20, 23, 33, 34, "
            "45 and 52 and in neutrophils 31, 38, 42 and 47.",
            "The grey levels of the lymphocytes' masks were not seen: of two levels, the lower is taken for the "
            "cytoplasm, as in the other classes.",
            "The grey levels of the mixtures' masks were not seen: every level above 0 is taken for cell.",
            "The images without masks that come in a folder of their own have no class and are not read.",
        ),
    )

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records; by class and number."""
        images, masks = _files(raw)
        if not images:
            raise NothingFoundError(
                f"{raw} holds no image at `Main Dataset/<class>/<number>.bmp`, with Baso, eosi, lymp, mixt, mono or "
                f"neut for the class: {self.how_to_obtain(raw)}."
            )
        return [
            Record(name, LABELS[name.split("-")[1]], str(images[name]), str(masks[name]) if name in masks else None)
            for name in sorted(images)
        ]

    def lacking_images(self, records: list[Record]) -> str:
        """See ManualDataset.lacking_images."""
        there = Counter(record.image_id.split("-")[1] for record in records)
        short = [f"{folder} {there[folder]} of {least}" for folder, least in LEAST.items() if there[folder] < least]
        return ", ".join(short)

    def stray_masks(self, raw: Path) -> list[str]:
        """See ManualDataset.stray_masks."""
        images, masks = _files(raw)
        return [str(mask) for name, mask in sorted(masks.items()) if name not in images]

    def read_mask(self, raw: Path, record: Record, mask: str) -> np.ndarray:
        """See ManualDataset.read_mask."""
        file = raw / mask
        inner = read_image(file, PUT_AGAIN)
        if inner.shape[:2] != (MASK_HEIGHT, MASK_WIDTH):
            raise InputError(
                f"The mask {file} has {inner.shape[1]}x{inner.shape[0]} pixels, and those of LISC have "
                f"{MASK_WIDTH}x{MASK_HEIGHT}: {PUT_AGAIN}."
            )
        codes = code_colours(inner, _codes_of(record.image_id.split("-")[1], inner), file, PUT_AGAIN)
        return np.pad(codes, MARGIN, constant_values=UNKNOWN)


def _files(raw: Path) -> tuple[dict[str, PurePosixPath], dict[str, PurePosixPath]]:
    """Images and masks by class and number."""
    images: dict[str, PurePosixPath] = {}
    masks: dict[str, PurePosixPath] = {}
    for file in source_files(raw):
        for pattern, files in ((_IMAGE, images), (_MASK, masks)):
            match = pattern.fullmatch(str(file))
            if match and match[1].lower() in LABELS:
                take(files, f"lisc-{match[1].lower()}-{int(match[2]):02d}", file, raw)
    return images, masks


def _codes_of(folder: str, mask: np.ndarray) -> dict[Colour, int]:
    """Colour and code in this mask of the class, RGB uint8 [h, w, 3]."""
    present = sorted(set(np.unique(mask[..., 0]).tolist()) - {0})
    if folder == "mixt":
        return {grey(0): BACKGROUND} | {grey(level): CYTOPLASM for level in present}
    levels = CELL_LEVELS.get(folder, present[:2])
    cell = {grey(level): code for level, code in zip(levels, (CYTOPLASM, NUCLEUS), strict=False)}
    return {grey(0): BACKGROUND} | cell
