"""The interface that every method keeps: the paper's, its ablations, the baselines and the controls.

A method is built with the classes and the image size of the experiment and with its own arguments, is fitted on the
training and validation subsets, and predicts a class distribution and a whole-cell mask for each image. What it has
learned is a dictionary of arrays, so that one writer (safetensors) serves all of them and loading runs no code.

This module imports no torch: methods without a network start in a second.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sgcldff.config.training import Training
from sgcldff.errors import InputError

# Codes of a prepared mask; a pixel coded UNKNOWN takes part in no loss and no score.
BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN = 0, 1, 2, 255
HIDDEN = -1  # label of an image whose class the method is not shown


def whole_cell(codes: np.ndarray) -> np.ndarray:
    """Where prepared mask codes say cytoplasm or nucleus, bool of the same shape."""
    return (codes == CYTOPLASM) | (codes == NUCLEUS)


@dataclass(frozen=True)
class Samples:
    """Images with what is known of them.

    image_ids: N names; images: uint8 [N, H, W, 3], RGB; labels: int64 [N], index into the classes or HIDDEN;
    masks: uint8 [N, H, W] in the codes above. Raises InputError where these do not fit each other.
    """

    image_ids: Sequence[str]
    images: np.ndarray
    labels: np.ndarray
    masks: np.ndarray

    def __post_init__(self) -> None:
        wanted = {
            "images": (np.uint8, (len(self.image_ids), *self.images.shape[1:3], 3)),
            "labels": (np.int64, (len(self.image_ids),)),
            "masks": (np.uint8, (len(self.image_ids), *self.images.shape[1:3])),
        }
        for name, (kind, shape) in wanted.items():
            array = getattr(self, name)
            if array.dtype != kind or array.shape != shape:
                raise InputError(
                    f"Samples of {len(self.image_ids)} images have {name} of type {array.dtype} and shape "
                    f"{array.shape}: give {kind.__name__} of shape {shape}."
                )

    def __len__(self) -> int:
        return len(self.image_ids)

    def first(self, count: int) -> Samples:
        """The first images."""
        kept = slice(count)
        return Samples(self.image_ids[kept], self.images[kept], self.labels[kept], self.masks[kept])

    @staticmethod
    def together(sets: Sequence[Samples]) -> Samples:
        """The images of several sets, one after the other."""
        arrays = (
            np.concatenate([getattr(samples, name) for samples in sets]) for name in ("images", "labels", "masks")
        )
        return Samples([image_id for samples in sets for image_id in samples.image_ids], *arrays)

    def without_truth(self) -> Samples:
        """The same images, every label HIDDEN and every mask pixel UNKNOWN."""
        return replace(self, labels=np.full_like(self.labels, HIDDEN), masks=np.full_like(self.masks, UNKNOWN))


@dataclass(frozen=True)
class Prediction:
    """What a method says of N images.

    probabilities: float64 [N, K], rows sum to one, or None where the method does not classify;
    masks: bool [N, H, W], the whole cell (cytoplasm and nucleus), or None where it does not segment.
    """

    probabilities: np.ndarray | None
    masks: np.ndarray | None


@dataclass(frozen=True)
class Run:
    """How a fit is to be run; nothing here belongs to one method.

    seed: decides initial weights, order of images and augmentation (the same for every method, so tests are paired);
    training: how networks are trained, or None where nothing of the kind is fitted; device: "cpu" or "cuda"; threads:
    CPU threads; checkpoint: file from which a killed fit goes on, or None; code: the files of code that decide what
    is fitted (a checkpoint that other code wrote is not continued).
    """

    seed: int
    training: Training | None = None
    device: str = "cpu"
    threads: int = 1
    checkpoint: Path | None = None
    code: Sequence[Path] = ()


class Method(ABC):
    """Fit, predict, and turn what was learned into arrays and back."""

    sees_truth = False  # true for the oracle alone: every other method predicts from `Samples.without_truth()`.

    # True where masks are predicted by rule: a fit without an annotated image then has masks all the same.
    segments_untaught = False

    def __init__(self, classes: Sequence[str], size: int) -> None:
        """classes: names in the order of the probability columns; size: images are size x size pixels."""
        self.classes = tuple(classes)
        self.size = size

    @abstractmethod
    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        """Learn from `train`, choose on `validation`; returns the history, a row an epoch (empty if there are none)."""

    @abstractmethod
    def predict(self, samples: Samples) -> Prediction:
        """Class distributions and whole-cell masks, in the order of the samples."""

    @abstractmethod
    def state(self) -> dict[str, np.ndarray]:
        """What was learned, as arrays by name."""

    @abstractmethod
    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Take back what `state` gave; a fitted method and a restored one predict the same."""

    def check(self, samples: Samples) -> None:
        """Every `fit` and `predict` asks first whether these are images that the method was built for.

        Raises InputError where there is none or they have another size.
        """
        if not len(samples):
            raise InputError(f"{type(self).__name__} was given no image: give a subset that holds some.")
        height, width = samples.images.shape[1:3]
        if (height, width) != (self.size, self.size):
            raise InputError(
                f"{type(self).__name__} was built for images of {self.size}×{self.size} pixels and was given "
                f"{height}×{width}: prepare them at the size of the method, or fit it at theirs."
            )

    def check_subsets(self, train: Samples, validation: Samples) -> None:
        """`check` both subsets of a fit. Raises InputError also where one of them has no labelled image."""
        for name, subset in (("training", train), ("validation", validation)):
            self.check(subset)
            if (subset.labels == HIDDEN).all():
                raise InputError(f"The {name} subset has no labelled image: check `labels` of the dataset.")

    def adapted(self, images: np.ndarray) -> Method:
        """This method with the statistics of the images uint8 [N, H, W, 3] that it is to predict, without their truth.

        Raises InputError where it has none that could be adapted.
        """
        raise InputError(f"{type(self).__name__} has no batch normalisation to adapt: take `at_test: adabn` away.")

    def parameters(self) -> int:
        """How many numbers were learned or chosen; a network counts its weights, frozen ones too."""
        return int(sum(array.size for array in self.state().values()))

    def place(self, device: str, threads: int) -> None:  # noqa: B027 (most methods have nothing to place)
        """Predict on this device ("cpu", "cuda" or "auto"); a method without a network stays on the CPU."""

    def used(self) -> dict[str, str | int]:
        """What the last fit or placement settled on, for its record (a network's device, precision, batch size)."""
        return {"device": "CPU"}


def build(class_path: str, classes: Sequence[str], size: int, arguments: Mapping[str, Any]) -> Method:
    """The method that the configuration names by "package.module.Class", with its arguments.

    Raises InputError where the module, the class or an argument does not exist.
    """
    return instance("method", Method, class_path, classes, size, **arguments)


def instance(kind: str, base: type, class_path: str, /, *given: Any, **arguments: Any) -> Any:
    """An object of the class that the configuration names by "package.module.Class".

    kind: what an error calls it; base: the class that it must be derived from; given, arguments: of its constructor.
    Raises InputError where the module, the class or an argument does not exist.
    """
    module_name, _, class_name = class_path.rpartition(".")
    try:
        named = getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"The {kind} class {class_path} cannot be imported ({error}): correct `class` in config.yaml."
        ) from error
    # Also because the name may come from the record of a stranger's fit: nothing but such a class is ever called.
    if not (isinstance(named, type) and issubclass(named, base)):
        parent = f"{base.__module__}.{base.__qualname__}"
        raise InputError(f"{class_path} is not a {kind} (a subclass of {parent}): correct `class`.")
    try:
        return named(*given, **arguments)
    except TypeError as error:
        raise InputError(
            f"The {kind} class {class_path} refuses its arguments ({error}): correct `arguments`."
        ) from error
