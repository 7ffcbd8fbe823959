"""What a source holds, file by file, pinned by size and sha256 (sgcldff/data/manifests) where they are known."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from sgcldff.tables.checksum import file_sha256


@dataclass(frozen=True)
class Entry:
    """One file: path relative to the source's base URL and to the raw folder, size in bytes, sha256 in hexadecimal.

    Where size and sha256 are None, the commit in the base URL is all that pins the file.
    """

    path: str
    size: int | None = None
    sha256: str | None = None

    def describes(self, file: Path) -> bool:
        """Whether `file` exists with this size and these bytes, as far as they are known."""
        return (
            file.is_file()
            and self.size in (None, file.stat().st_size)
            and (self.sha256 is None or file_sha256(file) == self.sha256)
        )


def read_manifest(name: str) -> list[Entry]:
    """The committed manifest of a source, in the order of its file."""
    text = resources.files("sgcldff.data.sources").joinpath("manifests", f"{name}.csv").read_text(encoding="utf-8")
    return [Entry(row["path"], int(row["size"]), row["sha256"]) for row in csv.DictReader(text.splitlines())]
