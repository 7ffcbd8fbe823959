"""What the methods of frozen CNN features share: features of images, a selection, a support vector machine on it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np
import torch

from baselines.deep_features.encoder import read_off
from baselines.deep_features.svm import SupportVectorMachine, choose_machine
from sgcldff.config.training import Augmentation
from sgcldff.data.augment import augment
from sgcldff.errors import InputError
from sgcldff.method import HIDDEN, Prediction, Run, Samples
from sgcldff.training.device import describe, use_device
from sgcldff.training.network_method import NetworkMethod
from sgcldff.training.seeding import stream, torch_seed

# Augmented variants of each training image beside itself: those that the common loop shows in its first epochs. In
# five-fold cross-validation of the training subsets they raised the macro-F1 of a linear machine on pooled stages
# from .896 to .935 (JTSC) and left it where it was on BCCD (.625, .614; accuracy .72 to .75); eight did no better
# than four.
VARIANTS = 4
MACHINE = "machine."  # before the names of the machine's arrays in a state, so that they stay apart from the network's


class DeepFeatureMethod(NetworkMethod):
    """Describe the images by a network that is not trained, select features, classify by a support vector machine.

    Candidates of the selection, kernel, penalty and temperature are chosen on the validation subset. The network's
    weights are part of the state, so a stored fit needs no hub.

    A subclass builds the network (`build_network`) and says which subsets of the features may be chosen (`select`). It
    overrides `analyse` where the features do not come from the network alone.
    """

    # Kernels of the machine from which the validation subset chooses: see `SupportVectorMachine`.
    degrees: ClassVar[Sequence[int]]

    _machine: SupportVectorMachine | None = None

    def analyse(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Features float64 [N, F] and whole-cell masks bool [N, H, W] or None, of images uint8 [N, H, W, 3]."""
        outputs = read_off(self.network, images, self.normalisation, self.device)
        return outputs["features"].astype(np.float64), outputs["mask"] > 0 if "mask" in outputs else None

    @abstractmethod
    def select(self, features: np.ndarray, labels: np.ndarray, run: Run) -> list[np.ndarray]:
        """Subsets of the features, int64 indices, from which the validation subset chooses.

        features: float64 [1 + VARIANTS, N, F], those of the images as they are first; labels: int64 [N].
        """

    @property
    def trains(self) -> bool:
        """Whether a part of the network is trained by the common loop before the features are read off it."""
        return False

    def prepare(self, train: Samples, run: Run) -> None:
        """Whatever `analyse` needs beside the network, learned from the training subset; nothing here."""

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        """The history of the part that is trained; empty where there is none."""
        self.check_subsets(train, validation)
        of_training = self.learning_rate is not None or self.norm != "batch" or not self.class_weights
        if of_training and not self.trains:
            raise InputError(
                f"{type(self).__name__} trains no network here: leave `learning_rate`, `norm` and `class_weights` out."
            )
        history = super().fit(train, validation, run) if self.trains else self._build(run)
        self.prepare(train, run)
        known, seen = train.labels != HIDDEN, validation.labels != HIDDEN
        labels = train.labels[known]
        augmentation = self.own(run.training).augmentation
        features = np.stack([self.analyse(images)[0] for images in _variants(train, known, augmentation, run.seed)])
        self._machine = choose_machine(
            features.reshape(-1, features.shape[2]),
            np.tile(labels, len(features)),
            self.analyse(validation.images[seen])[0],
            validation.labels[seen],
            len(self.classes),
            self.select(features, labels, run),
            self.degrees,
        )
        return history

    def _build(self, run: Run) -> list[dict[str, float]]:
        """The network as it comes, where `fit` of a network would go on to train it; an empty history."""
        self.device = use_device(run.device, run.threads)
        self.settled = {"device": describe(self.device), "precision": "float32"}
        torch.manual_seed(torch_seed(run.seed, "weights"))
        self.network = self.build_network(self.weights).to(self.device, memory_format=torch.channels_last)
        return []

    def predict(self, samples: Samples) -> Prediction:
        self.check(samples)
        if self._machine is None:
            raise RuntimeError(f"{type(self).__name__} predicts after fit or restore")
        features, masks = self.analyse(samples.images)
        return Prediction(self._machine.probabilities(features), masks)

    def parameters(self) -> int:
        """Of the network, which was learned elsewhere, and of the machine."""
        return super().parameters() + sum(array.size for array in self._machine.state().values())

    def state(self) -> dict[str, np.ndarray]:
        if self._machine is None:
            raise RuntimeError(f"{type(self).__name__} has a state after fit or restore")
        return super().state() | {f"{MACHINE}{name}": array for name, array in self._machine.state().items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        super().restore({name: array for name, array in state.items() if not name.startswith(MACHINE)})
        self._machine = SupportVectorMachine.restore(
            {name.removeprefix(MACHINE): array for name, array in state.items() if name.startswith(MACHINE)}
        )


def _variants(samples: Samples, chosen: np.ndarray, augmentation: Augmentation, seed: int) -> Iterator[np.ndarray]:
    """The chosen (bool [N]) images as they are, then VARIANTS times augmented, uint8 [n, H, W, 3] each."""
    positions = np.flatnonzero(chosen)
    yield samples.images[positions]
    for variant in range(1, VARIANTS + 1):
        yield np.stack(
            [
                augment(
                    samples.images[position],
                    [],
                    augmentation,
                    stream(seed, "augmentation", variant, int(position)),
                )[0]
                for position in positions
            ]
        )
