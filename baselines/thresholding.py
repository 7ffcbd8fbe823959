"""Classical thresholding: nucleus after Tavakoli et al. 2021, cell by watershed, hand features, linear classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from baselines.handcrafted.cell import find_seeds, grow_cells
from baselines.handcrafted.classifier import LinearClassifier, choose_classifier
from baselines.handcrafted.features import FEATURES, describe
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, HIDDEN, UNKNOWN, Method, Prediction, Run, Samples

RIMS = (0.05, 0.1, 0.15, 0.2)
EXTENTS = (0.7, 0.9, 1.1, 1.3)
"""How far the sure cell and the farthest possible cell reach beyond the nucleus, in its radii: fit chooses a pair."""

DEFAULT_REACH = (0.05, 1.1)
"""The pair where the training part has no masks."""


class NucleusSeeded(Method):
    """Two lengths of the segmentation are chosen on the training part, the classifier's penalty on the validation part.

    Every nucleus of a picture gets a cell, and the mask is all of them; the class is that of the cell with the largest
    nucleus. A picture without a nucleus gets an empty mask and the class frequencies of the training part.
    Nothing is random: the seed of the run acts through the split alone.
    """

    def __init__(self, classes: Sequence[str], size: int) -> None:
        super().__init__(classes, size)
        self._reach = DEFAULT_REACH
        self._frequencies = np.full(len(self.classes), 1.0 / len(self.classes))
        self._classifier: LinearClassifier | None = None

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        """Choose the reach by mean IoU and fit the classifier; there are no epochs.

        Raises InputError if no labelled picture of the training part holds a nucleus.
        """
        self._reach = choose_reach(train)
        features, found, _ = self._analyse(train.images)
        usable = found & (train.labels != HIDDEN)
        if not usable.any():
            raise InputError(
                "The training part has no labelled picture with a stained nucleus in it: check `labels` of the dataset."
            )
        counts = np.bincount(train.labels[train.labels != HIDDEN], minlength=len(self.classes))
        self._frequencies = counts / counts.sum()
        unseen, seen_nucleus, _ = self._analyse(validation.images)
        known = seen_nucleus & (validation.labels != HIDDEN)
        self._classifier = choose_classifier(
            features[usable], train.labels[usable], unseen[known], validation.labels[known], len(self.classes)
        )
        return []

    def predict(self, samples: Samples) -> Prediction:
        if self._classifier is None:
            raise RuntimeError("NucleusSeeded predicts after fit or restore")
        features, found, masks = self._analyse(samples.images)
        probabilities = np.tile(self._frequencies, (len(samples), 1))
        probabilities[found] = self._classifier.probabilities(features[found])
        return Prediction(probabilities, masks)

    def state(self) -> dict[str, np.ndarray]:
        if self._classifier is None:
            raise RuntimeError("NucleusSeeded has a state after fit or restore")
        return {
            "reach": np.array(self._reach),
            "frequencies": self._frequencies,
            **{f"classifier.{name}": array for name, array in self._classifier.state().items()},
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        rim, extent = state["reach"]
        self._reach = float(rim), float(extent)
        self._frequencies = np.asarray(state["frequencies"])
        prefix = "classifier."
        self._classifier = LinearClassifier.restore(
            {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}
        )

    def _analyse(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Features float64 [N, F] (zeros without a nucleus), nucleus found bool [N], whole cells bool [N, H, W]."""
        features = np.zeros((len(images), len(FEATURES)))
        found = np.zeros(len(images), dtype=bool)
        masks = np.zeros(images.shape[:3], dtype=bool)
        for index, image in enumerate(images):
            seeds = find_seeds(image)
            cells = grow_cells(image, seeds, *self._reach)
            masks[index] = cells > 0
            found[index] = seeds.nuclei.any()
            if found[index]:
                features[index] = describe(image, seeds, cells)
        return features, found, masks


def choose_reach(train: Samples) -> tuple[float, float]:
    """The pair of RIMS x EXTENTS with the best mean whole-cell IoU on the pictures whose mask shows a cell."""
    pairs = list(product(RIMS, EXTENTS))
    total, pictures = np.zeros(len(pairs)), 0
    for image, mask in zip(train.images, train.masks, strict=True):
        known = mask != UNKNOWN
        truth = known & (mask != BACKGROUND)
        if not truth.any():
            continue
        seeds = find_seeds(image)
        pictures += 1
        for index, (rim, extent) in enumerate(pairs):
            cell = (grow_cells(image, seeds, rim, extent) > 0) & known
            total[index] += np.count_nonzero(cell & truth) / np.count_nonzero(cell | truth)
    return pairs[int(total.argmax())] if pictures else DEFAULT_REACH
