"""Predict a person's own images with one fit: any size in, mask and maps out at the image's own size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from sgcldff.config.stages.fit import FitSettings
from sgcldff.data.image_files import read_image
from sgcldff.data.nucleus import nucleus_within
from sgcldff.data.own_images import OwnImage
from sgcldff.data.resizing import resize_image, resize_mask
from sgcldff.errors import InputError
from sgcldff.evaluation.predict import segments
from sgcldff.method import HIDDEN, UNKNOWN, Method, Samples
from sgcldff.training.fit import load_fit

COPY_AGAIN = "copy it again from where it came, or save it as PNG"
# What is predicted at once: so many images, or so many pixels of them as they are, whatever is reached first.
BATCH_IMAGES, BATCH_PIXELS = 32, 40_000_000


@dataclass(frozen=True)
class OwnFit:
    """A fit as a person uses it: the method on its device, what was asked of it, whether its masks are predictions."""

    method: Method
    asked: FitSettings
    segments: bool


@dataclass(frozen=True)
class OwnPrediction:
    """What a fit says of one image.

    pixels: RGB uint8 [h, w, 3], the image as it was read; probabilities: float64 [K], or None where the fit names no
    class; mask: bool [h, w], the whole cell, or None where it finds none; cam: Grad-CAM of the class with the highest
    probability, float32 [size, size] with a maximum of 1, or None where the method has no maps that it can be taken of.
    nucleus: bool [h, w], the nucleus by colour within the mask (`nucleus_within`), None where there is no mask.
    """

    image: OwnImage
    pixels: np.ndarray
    probabilities: np.ndarray | None
    mask: np.ndarray | None
    cam: np.ndarray | None

    @cached_property
    def nucleus(self) -> np.ndarray | None:
        return None if self.mask is None else nucleus_within(self.pixels, self.mask)


@dataclass(frozen=True)
class Unreadable:
    """An image that could not be read, and why, in one sentence that names the file."""

    image: OwnImage
    reason: str


def open_fit(folder: Path, device: str, threads: int) -> OwnFit:
    """The fit in a folder `fits/<dataset>/<method>/seed-<s>` of a run.

    Raises InputError where there is no fit or one that failed, where its method needs the truth (the oracle), and where
    the device is not there.
    """
    record, weights = folder / "fit.json", folder / "weights.safetensors"
    if not record.is_file() or not weights.is_file():
        raise InputError(
            f"{folder} is not the folder of a fit, which holds fit.json and weights.safetensors: name one such as "
            "results/fits/<dataset>/<method>/seed-0."
        )
    method, asked, used = load_fit(weights, record)
    if method.sees_truth:
        raise InputError(f"{folder} is of {asked.method}, which only repeats the known truth: name another fit.")
    method.place(device, threads)
    return OwnFit(method, asked, segments(method, used))


def predict_own(fit: OwnFit, images: Iterable[OwnImage], depth: int | None) -> Iterator[OwnPrediction | Unreadable]:
    """Each image, in order, predicted or with the reason why it cannot be read; memory holds one batch.

    depth: bits that images of 16 bits a channel fill (see `read_image`).
    """
    batch: list[tuple[OwnImage, np.ndarray | str]] = []
    size = 0
    for image in images:
        content: np.ndarray | str
        try:
            content = read_image(image.path, COPY_AGAIN, turn=True, depth=depth)
            size += content.shape[0] * content.shape[1]
        except InputError as error:
            content = " ".join(str(error).split())
        batch.append((image, content))
        if len(batch) >= BATCH_IMAGES or size >= BATCH_PIXELS:
            yield from _predicted(fit, batch)
            batch, size = [], 0
    yield from _predicted(fit, batch)


def _predicted(fit: OwnFit, batch: Sequence[tuple[OwnImage, np.ndarray | str]]) -> Iterator[OwnPrediction | Unreadable]:
    read = [(image, pixels) for image, pixels in batch if isinstance(pixels, np.ndarray)]
    predictions = iter(_of_images(fit, read) if read else [])
    for image, content in batch:
        yield Unreadable(image, content) if isinstance(content, str) else next(predictions)


def _of_images(fit: OwnFit, read: Sequence[tuple[OwnImage, np.ndarray]]) -> Iterator[OwnPrediction]:
    size = fit.method.size
    prepared = np.stack([resize_image(pixels, size) for _, pixels in read])
    names = [image.name for image, _ in read]
    hidden = np.full(len(read), HIDDEN, np.int64), np.full((len(read), size, size), UNKNOWN, np.uint8)
    samples = Samples(names, prepared, *hidden)
    predicted = fit.method.predict(samples)
    probabilities, masks = predicted.probabilities, predicted.masks if fit.segments else None
    if probabilities is None and masks is None:
        raise InputError(f"The method {fit.asked.method} gave neither probabilities nor masks: name another fit.")
    cams = None if probabilities is None else _cams(fit.method, samples, probabilities)
    for row, (image, pixels) in enumerate(read):
        yield OwnPrediction(
            image,
            pixels,
            None if probabilities is None else probabilities[row],
            None if masks is None else resize_mask(masks[row], *pixels.shape[:2]),
            None if cams is None else cams[row],
        )


def _cams(method: Method, samples: Samples, probabilities: np.ndarray) -> np.ndarray | None:
    if not getattr(method, "class_maps", ""):
        return None
    from sgcldff.evaluation.attention import class_cams  # torch, which a method without a network does without

    return class_cams(method, method.network, method.seen(samples).images, probabilities.argmax(axis=1))
