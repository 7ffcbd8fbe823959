"""Synthetic smears as a dataset: generated instead of downloaded, any number of images, exact masks."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from sgcldff.data.smears.image import draw_image
from sgcldff.data.smears.leukocytes import KINDS
from sgcldff.data.smears.stains import STAIN_DOMAINS
from sgcldff.data.sources.about import About
from sgcldff.data.sources.dataset import Dataset, Record
from sgcldff.errors import InputError

REVISION = 1
"""Raised whenever the generator draws differently, so that images of an older one are not taken for its own."""

CLASS_WEIGHTS = {"neutrophil": 0.38, "lymphocyte": 0.24, "monocyte": 0.16, "eosinophil": 0.14, "basophil": 0.08}
"""The order of real blood, with the rare classes raised until a split of a few hundred images holds some of each."""

_GOLDEN = 0.6180339887498949
_COLUMNS = ["image_id", "label", "image", "mask"]


class SyntheticSmears(Dataset):
    """Generated smears of one stain domain, one leukocyte an image, five classes (Record.label).

    domain: a key of STAIN_DOMAINS (rapid, standard, field); images: how many; seed: of this series; size: height of a
    image in pixels (its width follows from the domain); class_weights: relative frequency by class name.

    Image i depends on the domain, the seed, the size and the class weights, and on nothing else: a longer series
    begins with the shorter one. Raises InputError for an unknown domain or class and for impossible numbers.
    """

    about = About(
        what="Drawn by this project's generator: no smear, no patient and no microscope was involved.",
        institutions=("this project",),
        redistributable=True,
        stain="drawn in the colours of one of three stains: rapid, standard or field",
        masks="exact, from the generator: nucleus and cytoplasm of the one leukocyte",
        labels="exact, from the generator",
        faults=("What a method scores here says nothing of how it does on smears.",),
    )

    def __init__(
        self,
        domain: str,
        images: int,
        seed: int = 0,
        size: int = 160,
        class_weights: Mapping[str, float] | None = None,
    ) -> None:
        if domain not in STAIN_DOMAINS:
            raise InputError(f"The stain domain {domain!r} is unknown: choose one of {', '.join(STAIN_DOMAINS)}.")
        if images < 1 or size < 32 or seed < 0:
            raise InputError(
                f"Synthetic smears need images >= 1, size >= 32 and seed >= 0, not {images}, {size} and {seed}: "
                "correct the dataset's `arguments`."
            )
        weights = dict(CLASS_WEIGHTS if class_weights is None else class_weights)
        if unknown := sorted(set(weights) - set(KINDS)):
            raise InputError(f"The class weights name {', '.join(unknown)}: the generator draws {', '.join(KINDS)}.")
        if not weights or min(weights.values()) < 0 or sum(weights.values()) <= 0:
            raise InputError("The class weights must not be negative and one must be positive: correct class_weights.")
        self.domain, self.images, self.seed, self.size = domain, images, seed, size
        self.labels = [label for label in KINDS if weights.get(label, 0) > 0]
        self.weights = np.array([weights[label] for label in self.labels]) / sum(weights.values())

    def label_of(self, index: int) -> str:
        """Class of image `index`. The golden ratio's sequence keeps every series, short or long, near the weights."""
        position = (np.random.default_rng([self.seed, STAIN_DOMAINS[self.domain].key]).random() + index * _GOLDEN) % 1
        chosen = np.searchsorted(np.cumsum(self.weights), position, side="right")
        return self.labels[min(int(chosen), len(self.labels) - 1)]

    def draw(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Image `index`, RGB uint8 [h, w, 3], and its mask codes, uint8 [h, w]."""
        rng = np.random.default_rng([self.seed, STAIN_DOMAINS[self.domain].key, index])
        return draw_image(rng, self.domain, self.label_of(index), self.size)

    def fetch(self, raw: Path, mirror: str | None) -> None:
        """Draw what is missing: images/*.png, masks/*.png, then labels.csv; generator.json names the series.

        mirror: not needed. Files of this series are kept, those of a series with other settings are replaced. Raises
        InputError where the folder holds images that no generator left there.
        """
        raw.mkdir(parents=True, exist_ok=True)
        self._claim(raw)
        listed = self._listed(raw) if (raw / "labels.csv").exists() else []
        if len(listed) >= self.images and not self._missing(raw, self.images):
            return
        for index in tqdm(self._missing(raw, self.images), desc=f"smears ({self.domain})", disable=None):
            image, codes = self.draw(index)
            record = self._record(index)
            _write(raw / record.image, _png(image[..., ::-1]))
            _write(raw / str(record.mask), _png(codes))
        # Never shortened: another configuration may use more images of the same series.
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for index in range(max(self.images, len(listed))):
            record = self._record(index)
            writer.writerow([record.image_id, record.label, record.image, record.mask])
        _write(raw / "labels.csv", table.getvalue().encode())

    def records(self, raw: Path) -> list[Record]:
        """The first `images` rows of labels.csv; InputError where there are fewer or they are of another series."""
        path = raw / "generator.json"
        if not path.exists() or path.read_text() != self._settings():
            raise InputError(f"{path} does not name the series that was asked for: fetch the dataset again.")
        listed = self._listed(raw)
        if len(listed) < self.images:
            raise InputError(
                f"{raw / 'labels.csv'} lists {len(listed)} of {self.images} images: fetch the dataset again."
            )
        return listed[: self.images]

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """The image, RGB uint8 [h, w, 3], and its mask codes, uint8 [h, w]; InputError for a damaged file."""
        image = _decoded(raw / record.image, cv2.IMREAD_COLOR)
        codes = _decoded(raw / str(record.mask), cv2.IMREAD_GRAYSCALE)
        if image.shape[:2] != codes.shape:
            raise InputError(f"{raw / str(record.mask)} has another size than its image: delete both and fetch again.")
        return np.ascontiguousarray(image[..., ::-1]), codes

    def _settings(self) -> str:
        weights = {label: round(float(weight), 9) for label, weight in zip(self.labels, self.weights, strict=True)}
        settings = {"revision": REVISION, "domain": self.domain, "seed": self.seed, "size": self.size}
        return json.dumps(settings | {"class_weights": weights}, indent=1) + "\n"

    def _claim(self, raw: Path) -> None:
        """Make the folder this series' own. The list goes first and the name is written last, so that a run killed in
        between finds the old name again and never mixes two series."""
        path = raw / "generator.json"
        if path.exists() and path.read_text() == self._settings():
            return
        strangers = [name for name in ("images", "masks", "labels.csv") if (raw / name).exists()]
        if strangers and not path.exists():
            raise InputError(f"{raw / strangers[0]} was not left there by the generator: give it an empty folder.")
        (raw / "labels.csv").unlink(missing_ok=True)
        for folder in ("images", "masks"):
            for stale in (raw / folder).glob("*.png"):
                stale.unlink()
        _write(path, self._settings().encode())

    def _missing(self, raw: Path, images: int) -> list[int]:
        done = [
            {entry.name for entry in os.scandir(raw / name)} if (raw / name).is_dir() else set()
            for name in ("images", "masks")
        ]
        finished = done[0] & done[1]
        return [index for index in range(images) if f"{index:06d}.png" not in finished]

    def _record(self, index: int) -> Record:
        name = f"{index:06d}"
        return Record(
            f"{self.domain}-{self.seed}-{name}", self.label_of(index), f"images/{name}.png", f"masks/{name}.png"
        )

    def _listed(self, raw: Path) -> list[Record]:
        path = raw / "labels.csv"
        try:
            with path.open(newline="") as table:
                return [Record(*(row[column] for column in _COLUMNS)) for row in csv.DictReader(table)]
        except (OSError, KeyError, UnicodeDecodeError) as error:
            raise InputError(f"{path} cannot be read as a label table: delete it and fetch again.") from error


def _png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", np.ascontiguousarray(image), [cv2.IMWRITE_PNG_COMPRESSION, 4])[1].tobytes()


def _write(path: Path, content: bytes) -> None:
    """All of a file or none of it, whenever the run is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)


def _decoded(path: Path, mode: int) -> np.ndarray:
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise InputError(f"{path} is missing: fetch the dataset again.") from error
    # OpenCV returns what it could decode of a truncated PNG; its last chunk is always IEND.
    decoded = cv2.imdecode(content, mode) if len(content) and b"IEND" in content[-12:].tobytes() else None
    if decoded is None:
        raise InputError(f"{path} is not a complete PNG: delete it and fetch the dataset again.")
    return decoded
