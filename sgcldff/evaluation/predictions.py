"""The prediction file: one run on one dataset, a row an image, from which every score can be recomputed.

Columns: trained_on, tested_on, method (string), seed (int64), image_id, label (string, the true class; null where the
image has none in the label space of the fit), p_<class> (float64 for each declared class in order; NaN if the method
does not classify), mask (PNG, 0/255 the predicted whole cell; null if the method does not segment, or was taught to on
no mask), truth (PNG of the prepared mask codes). Masks are PNG because they compress to about a kilobyte and any viewer
opens them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sgcldff.errors import InputError
from sgcldff.method import HIDDEN, Prediction, Samples
from sgcldff.tables.runs import RUN_KEYS

TOLERANCE = 1e-4
"""How far a row of probabilities may sum from one: a softmax in float32 is no error, a forgotten softmax is."""


def write_predictions(
    path: Path,
    *,
    trained_on: str,
    tested_on: str,
    method: str,
    seed: int,
    classes: Sequence[str],
    truth: Samples,
    prediction: Prediction,
) -> None:
    """Write what `method` predicted for the images of `truth`, whole or not at all.

    Raises InputError, naming the method, where the prediction does not fit the images: another number of them, masks
    of another shape or type, probabilities that are not finite, not in [0, 1] or do not sum to one.
    """
    probabilities = _checked_probabilities(method, prediction, len(truth), len(classes))
    masks = _checked_masks(method, prediction, truth)
    count = len(truth)
    columns = {
        "trained_on": [trained_on] * count,
        "tested_on": [tested_on] * count,
        "method": [method] * count,
        "seed": [seed] * count,
        "image_id": list(truth.image_ids),
        "label": [None if label == HIDDEN else classes[label] for label in truth.labels],
        **{f"p_{name}": probabilities[:, index] for index, name in enumerate(classes)},
        "mask": masks,
        "truth": [encode_png(mask) for mask in truth.masks],
    }

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    # The checksum lets the reader tell a damaged page from a strange prediction.
    pq.write_table(pa.table(columns, _schema(columns)), partial, compression="zstd", write_page_checksum=True)
    os.replace(partial, path)


def read_predictions(path: Path) -> pd.DataFrame:
    """The rows of a prediction file, masks still as PNG bytes (`decode_png`), None where there is none.

    Raises InputError, naming the file and the remedy, where it is missing, damaged or not a prediction file.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"The prediction file {path} is missing: run its method on its dataset first.")
    try:
        table = pq.read_table(path, page_checksum_verification=True, partitioning=None)
        frame = table.cast(_schema(table.column_names)).to_pandas()
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"The prediction file {path} cannot be read ({reason}): {_REMEDY}.") from error
    if fault := _fault(frame):
        raise InputError(f"The prediction file {path} {fault}: {_REMEDY}.")
    return frame


def classes_of(frame: pd.DataFrame) -> list[str]:
    """The declared classes of a prediction frame, in order."""
    return [column.removeprefix("p_") for column in frame.columns if column.startswith("p_")]


def encode_png(mask: np.ndarray) -> bytes:
    """A mask, uint8 [H, W], as PNG."""
    done, buffer = cv2.imencode(".png", mask)
    if not done:
        raise ValueError(f"a mask of shape {mask.shape} and type {mask.dtype} cannot be written as PNG")
    return buffer.tobytes()


def decode_png(data: bytes) -> np.ndarray:
    """The mask, uint8 [H, W], of what `encode_png` gave; ValueError where that is no image of one channel."""
    mask = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if mask is None or mask.ndim != 2:
        raise ValueError("not a PNG of one channel")
    return mask


_REMEDY = "delete it and run its method on its dataset again"

_TYPES = {"seed": pa.int64(), "mask": pa.binary(), "truth": pa.binary()} | dict.fromkeys(
    ("trained_on", "tested_on", "method", "image_id", "label"), pa.string()
)


def _schema(columns: Iterable[str]) -> pa.Schema:
    return pa.schema([(name, _TYPES.get(name, pa.float64())) for name in columns])


def _fault(frame: pd.DataFrame) -> str | None:
    """What is wrong with the rows, as the end of a sentence, or None."""
    classes = classes_of(frame)
    missing = [name for name in (*RUN_KEYS, "image_id", "label", "mask", "truth") if name not in frame.columns]
    if missing or not classes:
        return f"lacks the columns {', '.join(missing) or 'p_<class>'}"
    if frame.empty:
        return "holds no image"
    if (frame[list(RUN_KEYS)].nunique(dropna=False) > 1).any():
        return "holds more than one run"
    if frame["image_id"].duplicated().any():
        return f"holds the image {frame['image_id'][frame['image_id'].duplicated()].iloc[0]} twice"
    if unknown := sorted(set(frame["label"].dropna()) - set(classes), key=str):
        return f"holds the label {unknown[0]}, which is none of its classes ({', '.join(classes)})"
    if frame["truth"].isna().any():
        return "holds an image without a truth mask"
    if frame["mask"].isna().any() and not frame["mask"].isna().all():
        return "holds a predicted mask for some of its images only"
    probabilities = frame[[f"p_{name}" for name in classes]].to_numpy(float)
    if np.isnan(probabilities).all():
        return None
    fault = _probability_fault(probabilities)
    return f"holds probabilities that {fault}" if fault else None


def _probability_fault(probabilities: np.ndarray) -> str | None:
    if not np.isfinite(probabilities).all():
        return "are not finite"
    if probabilities.min(initial=0) < 0 or probabilities.max(initial=0) > 1 + TOLERANCE:
        return "are not between 0 and 1"
    if not np.allclose(probabilities.sum(axis=1), 1, rtol=0, atol=TOLERANCE):
        return "do not sum to one in every row"
    return None


def _checked_probabilities(method: str, prediction: Prediction, images: int, classes: int) -> np.ndarray:
    if prediction.probabilities is None:
        return np.full((images, classes), np.nan)
    probabilities = np.asarray(prediction.probabilities, dtype=np.float64)
    if probabilities.shape != (images, classes):
        raise InputError(
            f"The method {method} gave probabilities of shape {probabilities.shape} for {images} images and "
            f"{classes} classes: correct its `predict`."
        )
    if fault := _probability_fault(probabilities):
        raise InputError(f"The method {method} gave probabilities that {fault}: correct its `predict`.")
    return probabilities


def _checked_masks(method: str, prediction: Prediction, truth: Samples) -> list[bytes | None]:
    if prediction.masks is None:
        return [None] * len(truth)
    masks = np.asarray(prediction.masks)
    if masks.shape != truth.masks.shape or masks.dtype != bool:
        raise InputError(
            f"The method {method} gave masks of shape {masks.shape} and type {masks.dtype} where bool of shape "
            f"{truth.masks.shape} was expected: correct its `predict`."
        )
    return [encode_png(mask.astype(np.uint8) * 255) for mask in masks]
