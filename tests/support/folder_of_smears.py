"""A dataset of the tests: a folder with pictures (JPEG), masks (PNG) and labels.csv, put there beforehand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from sgcldff.data.pictures import read_codes, read_picture
from sgcldff.data.source import Dataset, Record


class FolderOfSmears(Dataset):
    """labels.csv: name,label; picture <name>.jpg, mask <name>.png with grey values 0, 128 and 255."""

    def fetch(self, raw: Path, mirror: str | None) -> None:
        """Everything is there."""

    def records(self, raw: Path) -> list[Record]:
        """In the order of the file."""
        with (raw / "labels.csv").open(newline="") as table:
            return [
                Record(row["name"], row["label"], f"{row['name']}.jpg", f"{row['name']}.png")
                for row in csv.DictReader(table)
            ]

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """As the adapters of the real sources do."""
        return read_picture(raw / record.image), read_codes(raw / str(record.mask), 64, 192)
