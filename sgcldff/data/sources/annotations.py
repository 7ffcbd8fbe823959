"""Annotations of other tools that lie beside images: named, since they are not read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

HEAD = 4096  # bytes of a file that are looked at
MOST_READ = 200  # files of a kind that are looked at
YOLO = re.compile(rb"\s*\d+(?:[ \t]+[\d.eE+-]+){4,}\s*(?:\r?\n|$)")


def other_annotations(raw: Path, files: Sequence[PurePosixPath]) -> str:
    """ "COCO (a.json), YOLO (labels/b.txt and 3 more)" of what is there; "" for nothing."""
    found: dict[str, list[PurePosixPath]] = {}
    for suffix in (".json", ".txt", ".xml"):
        for file in [file for file in files if file.suffix.lower() == suffix][:MOST_READ]:
            if kind := _kind(raw / file, suffix):
                found.setdefault(kind, []).append(file)
    return ", ".join(
        f"{kind} ({named[0]}{f' and {len(named) - 1} more' if len(named) > 1 else ''})" for kind, named in found.items()
    )


def _kind(file: Path, suffix: str) -> str:
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError:
        return ""
    if suffix == ".txt":
        return "YOLO" if YOLO.match(head) else ""
    if suffix == ".xml":
        return "Pascal VOC" if b"<annotation" in head else ""
    if b'"shapes"' in head:
        return "labelme"
    return "COCO" if any(key in head for key in (b'"images"', b'"annotations"', b'"categories"')) else ""
