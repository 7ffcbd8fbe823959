"""A source of single files at a pinned commit, with a manifest and grey masks of two levels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sgcldff.data.image_files import FETCH_AGAIN, read_codes, read_image
from sgcldff.data.sources.dataset import Dataset, Record
from sgcldff.data.sources.download import fetch_files
from sgcldff.data.sources.label_table import read_label_table
from sgcldff.data.sources.manifest import read_manifest
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN


class PinnedDataset(Dataset):
    """What the openly licensed sources share; a subclass names its files and reads its label file.

    base_url: the commit's root, with a slash at the end; manifest: name of the file in manifests/; cell_above,
    nucleus_above: grey values of the masks (see `read_codes`).
    """

    base_url: str
    manifest: str
    cell_above: int
    nucleus_above: int

    def __init__(self) -> None:
        self.entries = read_manifest(self.manifest)

    def fetch(self, raw: Path, mirror: str | None) -> None:
        """See Dataset.fetch."""
        fetch_files(self.base_url, self.entries, raw, mirror)

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """See Dataset.read."""
        image = read_image(raw / record.image)
        if record.mask is None:
            return image, np.full(image.shape[:2], UNKNOWN, np.uint8)
        return image, read_codes(raw / record.mask, self.cell_above, self.nucleus_above)


def numbered_labels(file: Path, columns: tuple[str, str]) -> Iterator[tuple[int, int, str]]:
    """(line in the file, image number, label as written) of a label file with these two columns.

    Raises InputError for a file that `read_label_table` refuses, and for an image number that is no number or occurs
    twice.
    """
    number, label = columns
    seen: set[int] = set()
    for line, row in read_label_table(file, columns, FETCH_AGAIN):
        if not row[number].isdecimal() or int(row[number]) in seen:
            raise InputError(
                f"The label file {file} has in line {line} the image number {row[number]!r}, "
                f"which is no number or occurs twice: {FETCH_AGAIN}."
            )
        seen.add(int(row[number]))
        yield line, int(row[number]), row[label]


def unknown_label(file: Path, line: int, label: str) -> InputError:
    """The error for a label that an adapter's table does not hold."""
    return InputError(
        f"The label file {file} has in line {line} the label {label!r}, which no table knows: {FETCH_AGAIN}."
    )
