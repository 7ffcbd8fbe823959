"""What it costs to prepare growing numbers of images: measured on generated smears, and written beside this file.

    python benchmarks/preparation.py [--images N ...] [--side PIXELS] [--domain DOMAIN] [--seed S]
        [--folder FOLDER]

Every image is drawn by the generator, so no two show the same, except that every 50th has one copy that was turned,
mirrored, and changed in contrast and noise as the training images are: how many of these copies are found is counted,
and how many others are taken for copies. Drawing is not timed. Seconds are those of the processor, on one core, so that
other work on the machine does not count; the search for overlapping images and all else are done by a fresh
process each, whose largest memory is told.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import numpy as np
import pandas as pd

from sgcldff.data import prepare as preparation
from sgcldff.data.augment import augment
from sgcldff.data.dataset_files import read_index
from sgcldff.data.duplicates.keypoints import read_store
from sgcldff.data.duplicates.overlaps import overlaps_within
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.synthetic import SyntheticSmears

TABLE = Path(__file__).resolve().with_suffix(".md")
IMAGES = (500, 2000, 8000)
PREPARED_SIDE = 224
ONE_IN = 50
COPY = "-copy"
PAIRS = "pairs.csv"
CHANGES = {"rotation": 15, "flips": True, "contrast": 0.2, "noise": 5}


class SmearsWithCopies(SyntheticSmears):
    """Generated smears; every 50th image is followed by a changed copy of it."""

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records."""
        drawn = super().records(raw)
        copies = [replace(record, image_id=record.image_id + COPY) for record in drawn[::ONE_IN]]
        return sorted(drawn + copies, key=lambda record: record.image_id)

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """See Dataset.read."""
        image, codes = super().read(raw, record)
        if not record.image_id.endswith(COPY):
            return image, codes
        generator = np.random.default_rng([self.seed, int(Path(record.image).stem)])
        changed, (moved,) = augment(image, [codes], CHANGES, generator)
        return changed, moved


@dataclass(frozen=True)
class Measured:
    """What `images` cost, `copies` of others among them.

    keypoints: of all images; seconds: of the processor, by the whole preparation, search_seconds by the search for
    overlapping images; memory, search_memory: the most that was held, MB, by all else and by the search; found,
    wrong: pairs that were found, of an image with its copy and of others.
    """

    images: int
    copies: int
    keypoints: int
    seconds: float
    memory: float
    search_seconds: float
    search_memory: float
    found: int
    wrong: int


def measure(domain: str, images: int, side: int, seed: int, folder: Path) -> Measured:
    """Draw the series into `folder` and prepare it; what is drawn there, or was measured there, is not done again."""
    folder = folder / f"{domain}-{side}-{seed}"
    dataset, out = SmearsWithCopies(domain, images, seed, side), folder / str(images)
    dataset.fetch(folder / "raw", None)
    seconds, memory = _measured(_read_images, folder / f"{images}-images.json", dataset, folder / "raw", out)
    search_seconds, search_memory = _measured(_search, folder / f"{images}-search.json", out)
    names, pairs = read_index(out)["image_id"], pd.read_csv(out / PAIRS)
    first, second = (pairs[column].map(names) for column in ("first", "second"))
    true = (first + COPY == second) | (second + COPY == first)
    return Measured(
        images=len(names),
        copies=int(names.str.endswith(COPY).sum()),
        keypoints=len(read_store(out / "keypoints").points),
        seconds=seconds + search_seconds,
        memory=memory,
        search_seconds=search_seconds,
        search_memory=search_memory,
        found=int(true.sum()),
        wrong=int((~true).sum()),
    )


def table(rows: Sequence[Measured], how: str) -> str:
    """The measurements as Markdown."""
    lines = [
        "# What preparation costs",
        "",
        f"Generated smears, brought to {PREPARED_SIDE} pixels a side; processor time of one core. `{how}`",
        "",
        "| images | keypoints an image | preparation, ms an image | times the first | of which search "
        "| times the first | memory, MB | of the search | copies found | other pairs joined |",
        "|" + "---|" * 10,
    ]
    each, search = (rows[0].seconds / rows[0].images, rows[0].search_seconds / rows[0].images)
    for row in rows:
        per, per_search = row.seconds / row.images, row.search_seconds / row.images
        cells = [
            f"{row.images:,}",
            f"{row.keypoints / row.images:.0f}",
            f"{1000 * per:.1f}",
            f"{per / each:.2f}",
            f"{1000 * per_search:.1f}",
            f"{per_search / search:.2f}",
            f"{row.memory:.0f}",
            f"{row.search_memory:.0f}",
            f"{row.found} of {row.copies}",
            f"{row.wrong}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None, file: Path = TABLE) -> None:
    parser = argparse.ArgumentParser(description="Measure what the preparation of growing numbers of images costs.")
    parser.add_argument("--images", type=int, nargs="+", default=IMAGES, help="numbers of them (%(default)s)")
    parser.add_argument("--side", type=int, default=64, help="height of a generated image, pixels (%(default)s)")
    parser.add_argument("--domain", default="standard", help="how the smears are stained (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the series (%(default)s)")
    parser.add_argument("--folder", type=Path, help="where images and measurements, of older code too, stay (none)")
    chosen = parser.parse_args(arguments)
    how = f"python benchmarks/preparation.py --images {' '.join(map(str, chosen.images))} --side {chosen.side}"
    how += f" --domain {chosen.domain} --seed {chosen.seed}"
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        for images in sorted(chosen.images):
            rows.append(measure(chosen.domain, images, chosen.side, chosen.seed, folder))
            print(rows[-1], flush=True)
            file.write_text(table(rows, how), encoding="utf-8")


def _read_images(dataset: SmearsWithCopies, raw: Path, out: Path) -> None:
    """The preparation without the search."""
    shutil.rmtree(out, ignore_errors=True)
    labels, none = {label: label for label in dataset.labels}, pd.DataFrame(columns=["first", "second", "kind"])
    with mock.patch.object(preparation, "overlaps_within", return_value=none):
        preparation.prepare("smears", dataset, raw, out, PREPARED_SIDE, dataset.labels, labels)


def _search(out: Path) -> None:
    pairs = overlaps_within(read_store(out / "keypoints"), read_index(out)["sha256"].tolist(), out / "votes")
    pairs.to_csv(out / PAIRS, index=False)


def _measured(do: Callable[..., None], file: Path, *arguments: Any) -> tuple[float, float]:
    """Seconds of the processor, and the most memory in MB, of a process that does this and nothing else.

    They are kept in a file, and taken from there where it is.
    """
    if not file.exists():
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            file.write_text(json.dumps(pool.submit(_timed, do, arguments).result()))
    seconds, memory = json.loads(file.read_text())
    return seconds, memory


def _timed(do: Callable[..., None], arguments: tuple[Any, ...]) -> tuple[float, float]:
    cv2.setNumThreads(1)
    before = time.process_time()
    do(*arguments)
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    main()
