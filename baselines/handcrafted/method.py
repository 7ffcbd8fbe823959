"""What the classical methods share: a segmentation with a few settings, hand features of it, a linear classifier.

A method of this family says how one image is segmented and which settings may be tried; everything else is here, so
that the methods differ in their segmentation alone.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import cv2
import numpy as np

from baselines.handcrafted.classifier import LinearClassifier, choose_classifier
from baselines.handcrafted.features import FEATURES, describe
from baselines.handcrafted.leukocyte import find_leukocyte
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, HIDDEN, UNKNOWN, Method, Prediction, Run, Samples

Setting = tuple[float, ...]  # the numbers that a segmentation is run with


class HandFeatureMethod(Method):
    """The setting is chosen on the training subset, the classifier's penalty on the validation subset.

    The mask is all cells that are found; the class is that of the leukocyte with the largest nucleus in a cell. A
    image in which no cell is found gets an empty mask; one without a nucleus in a cell gets the class frequencies of
    the training subset. Nothing is random: the seed of the run acts through the split alone.

    A subclass declares `settings` and `segment`, and `prepare` where the settings share work.
    """

    segments_untaught = True
    # What `fit` chooses from: the first of equals, and the very first where the training subset has no masks.
    settings: ClassVar[Sequence[Setting]]

    _setting: Setting
    _frequencies: np.ndarray
    _classifier: LinearClassifier | None = None

    def prepare(self, image: np.ndarray) -> Any:
        """What `segment` needs of an image, uint8 [H, W, 3] RGB, whatever the setting; worked out once an image."""
        return image

    @abstractmethod
    def segment(self, prepared: Any, *setting: float) -> np.ndarray:
        """All leukocytes of the image that `prepare` was given: int32 [H, W], 0 elsewhere, 1.. the cells.

        The same image gives the same cells, whatever was segmented before it.
        """

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        """Choose the setting by mean IoU and fit the classifier; there are no epochs.

        Raises InputError if in no labelled image of the training subset a leukocyte is found.
        """
        self.check_subsets(train, validation)
        cv2.setNumThreads(run.threads)
        self._setting = self._choose_setting(train)
        features, has_leukocyte, _ = self._analyse(train.images)
        usable = has_leukocyte & (train.labels != HIDDEN)
        if not usable.any():
            raise InputError(
                f"{type(self).__name__} finds no stained nucleus in any labelled image of the training subset: check "
                "`labels` of the dataset, and its images."
            )
        counts = np.bincount(train.labels[train.labels != HIDDEN], minlength=len(self.classes))
        self._frequencies = counts / counts.sum()
        unseen, seen, _ = self._analyse(validation.images)
        known = seen & (validation.labels != HIDDEN)
        self._classifier = choose_classifier(
            features[usable], train.labels[usable], unseen[known], validation.labels[known], len(self.classes)
        )
        return []

    def predict(self, samples: Samples) -> Prediction:
        self.check(samples)
        if self._classifier is None:
            raise RuntimeError(f"{type(self).__name__} predicts after fit or restore")
        features, has_leukocyte, masks = self._analyse(samples.images)
        probabilities = np.tile(self._frequencies, (len(samples), 1))
        probabilities[has_leukocyte] = self._classifier.probabilities(features[has_leukocyte])
        return Prediction(probabilities, masks)

    def state(self) -> dict[str, np.ndarray]:
        if self._classifier is None:
            raise RuntimeError(f"{type(self).__name__} has a state after fit or restore")
        return {
            "setting": np.array(self._setting, dtype=np.float64),
            "frequencies": self._frequencies,
            **{f"classifier.{name}": array for name, array in self._classifier.state().items()},
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        self._setting = tuple(float(value) for value in state["setting"])
        self._frequencies = np.asarray(state["frequencies"])
        prefix = "classifier."
        self._classifier = LinearClassifier.restore(
            {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}
        )

    def place(self, device: str, threads: int) -> None:
        """Hold OpenCV, which otherwise takes every core, to this number of threads."""
        cv2.setNumThreads(threads)

    def _choose_setting(self, train: Samples) -> Setting:
        """The setting with the best mean whole-cell IoU on the images whose mask shows a cell."""
        total = np.zeros(len(self.settings))
        for image, mask in zip(train.images, train.masks, strict=True):
            known = mask != UNKNOWN
            truth = known & (mask != BACKGROUND)
            if not truth.any():
                continue
            prepared = self.prepare(image)
            for index, setting in enumerate(self.settings):
                cell = (self.segment(prepared, *setting) > 0) & known
                total[index] += np.count_nonzero(cell & truth) / np.count_nonzero(cell | truth)
        return self.settings[int(total.argmax())]

    def _analyse(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Features float64 [N, F] (zeros without a leukocyte), leukocyte found bool [N], cells bool [N, H, W]."""
        features = np.zeros((len(images), len(FEATURES)))
        has_leukocyte = np.zeros(len(images), dtype=bool)
        masks = np.zeros(images.shape[:3], dtype=bool)
        for index, image in enumerate(images):
            cells = self.segment(self.prepare(image), *self._setting)
            masks[index] = cells > 0
            leukocyte = find_leukocyte(image, cells)
            if leukocyte is not None:
                has_leukocyte[index] = True
                features[index] = describe(image, leukocyte)
        return features, has_leukocyte, masks
