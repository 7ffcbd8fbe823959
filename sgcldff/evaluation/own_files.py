"""The folder of a person's own predictions: masks, overlays, and the rows of `predictions.csv`."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sgcldff.evaluation.overlays import overlay, thumbnail
from sgcldff.evaluation.own_images import OwnPrediction
from sgcldff.evaluation.predictions import encode_png
from sgcldff.tables.files import whole_file

TABLE, MASKS, OVERLAYS = "predictions.csv", "masks", "overlays"


@dataclass(frozen=True)
class OwnRow:
    """One image of the table.

    file: as it was named; name: of its mask and overlay; predicted, confidence: None where the fit names no class, and
    probabilities are then none; cell_area, nucleus_free_area: pixels of the image itself that the cell covers, with its
    nucleus and without, None where the fit finds no cells; overlay: its path below the folder, None where there is
    none; thumbnail: see `thumbnail`.
    """

    file: str
    name: str
    predicted: str | None
    confidence: float | None
    probabilities: Sequence[float]
    cell_area: int | None
    nucleus_free_area: int | None
    width: int
    height: int
    overlay: str | None
    thumbnail: str


def store(prediction: OwnPrediction, classes: Sequence[str], out: Path) -> OwnRow:
    """Write the mask (PNG, 255 the cell) and the overlay of one image into their folders in `out`; returns its row."""
    image, probabilities = prediction.image, prediction.probabilities
    mask, nucleus = prediction.mask, prediction.nucleus
    if mask is not None:
        _write_png(mask.astype(np.uint8) * 255, out / MASKS / f"{image.name}.png")
    drawn = overlay(prediction)
    if drawn is not None:
        _write_png(drawn[..., ::-1], out / OVERLAYS / f"{image.name}.png")
    height, width = prediction.pixels.shape[:2]
    return OwnRow(
        file=_written(str(image.path)),
        name=_written(image.name),
        predicted=None if probabilities is None else classes[int(probabilities.argmax())],
        confidence=None if probabilities is None else float(probabilities.max()),
        probabilities=[] if probabilities is None else probabilities.tolist(),
        cell_area=None if mask is None else int(mask.sum()),
        nucleus_free_area=None if mask is None or nucleus is None else int((mask & ~nucleus).sum()),
        width=width,
        height=height,
        overlay=None if drawn is None else f"{OVERLAYS}/{image.name}.png",
        thumbnail=thumbnail(prediction, drawn),
    )


def tabulated(rows: Iterable[OwnRow], classes: Sequence[str], file: Path) -> Iterator[OwnRow]:
    """The rows as they come, each written to the table; its file stands there when the last one has been taken."""
    with whole_file(file) as part, part.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened, lineterminator="\n")
        measures = ("cell_area", "nucleus_free_area", "width", "height")
        table.writerow(["file", "name", "class", "confidence", *(f"p_{name}" for name in classes), *measures])
        for row in rows:
            shares = [f"{share:.6f}" for share in row.probabilities] or [None] * len(classes)
            confidence = None if row.confidence is None else f"{row.confidence:.6f}"
            named = [row.file, row.name, row.predicted, confidence]
            table.writerow([*named, *shares, row.cell_area, row.nucleus_free_area, row.width, row.height])
            yield row


def _write_png(image: np.ndarray, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(encode_png(image))


def _written(path: str) -> str:
    """A path as a table can hold it: bytes that are no UTF-8 are written as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
