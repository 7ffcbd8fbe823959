"""The two controls: they run through the same code as every method and score at the two ends of every metric.

A metric at which the oracle does not score 1, or a method that the chance control beats, points at a fault.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sgcldff.method import HIDDEN, UNKNOWN, Method, Prediction, Run, Samples, whole_cell


class Oracle(Method):
    """Returns the truth: the upper end of every metric. It learns nothing."""

    sees_truth = True

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        self.check_subsets(train, validation)
        return []

    def predict(self, samples: Samples) -> Prediction:
        """One-hot truth and the true whole cell.

        Images without a truth mask get an empty one and images without a class equal probabilities, which are never
        scored; where no image has any mask, masks is None.
        """
        self.check(samples)
        labelled = samples.labels != HIDDEN
        probabilities = np.full((len(samples), len(self.classes)), 1 / len(self.classes))
        probabilities[labelled] = np.eye(len(self.classes))[samples.labels[labelled]]
        return Prediction(probabilities, whole_cell(samples.masks) if (samples.masks != UNKNOWN).any() else None)

    def state(self) -> dict[str, np.ndarray]:
        return {}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        pass


class Chance(Method):
    """Looks at no image: the class frequencies of the training subset, and a disc in the middle.

    Its class is therefore the majority class of the training subset (the first declared one of several equals), its AUC
    is .5, and the disc has the mean cell area of the training masks. Without training masks it does not segment.
    """

    _frequencies: np.ndarray | None = None

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        self.check_subsets(train, validation)
        counts = np.bincount(train.labels[train.labels != HIDDEN], minlength=len(self.classes))
        self._frequencies = counts / counts.sum()
        annotated = train.masks[(train.masks != UNKNOWN).any(axis=(1, 2))]
        areas = np.count_nonzero(whole_cell(annotated), axis=(1, 2))
        self._cell_area = float(areas.mean()) if areas.size else float("nan")
        return []

    def predict(self, samples: Samples) -> Prediction:
        self.check(samples)
        if self._frequencies is None:
            raise RuntimeError("Chance predicts after fit or restore")
        probabilities = np.tile(self._frequencies, (len(samples), 1))
        if np.isnan(self._cell_area):
            return Prediction(probabilities, None)
        disc = centred_disc(samples.images.shape[1:3], self._cell_area)
        return Prediction(probabilities, np.tile(disc, (len(samples), 1, 1)))

    def state(self) -> dict[str, np.ndarray]:
        if self._frequencies is None:
            raise RuntimeError("Chance has a state after fit or restore")
        return {"frequencies": self._frequencies, "cell_area": np.array([self._cell_area])}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        self._frequencies = np.asarray(state["frequencies"], dtype=np.float64)
        self._cell_area = float(state["cell_area"][0])


def centred_disc(shape: tuple[int, int], area: float) -> np.ndarray:
    """bool [H, W], True within the circle of `area` pixels around the middle of the image."""
    height, width = shape
    rows, columns = np.ogrid[:height, :width]
    squared = (rows - (height - 1) / 2) ** 2 + (columns - (width - 1) / 2) ** 2
    return squared <= area / np.pi
