"""Saliency and selection of deep features, after Khan et al. 2020 (Neural Comput. Appl. 32:15929): a "-style" build.

Of the source, which detects and recognises skin lesions, the abstract could be read. It says: contrast is enhanced by a
Gaussian method, the image goes from RGB to HSV, a saliency map is built from inner and outer disjoint windows and
segmented; of the segmented image features are taken from two output layers of an Inception CNN, joined by
"decision-controlled parallel fusion", selected by "window distance-controlled entropy", and classified. The formulas
behind these names could not be read, nor how the map is cut.

What was built. Enhancement by the difference from a wide Gaussian mean; saliency as Rahtu et al. 2010 define it for
such windows (`deep_features/saliency.py`); the region around its maximum, its hull grown. Strength, threshold and
growth are chosen by IoU on the training masks. The region, cropped and resized to the size of the images, goes
through EfficientNet-Lite0 in place of Inception; its two output layers are the pooled last map and the ImageNet logits.
Parallel fusion: position by position the two vectors become one, the value being that of the layer which separates the
classes better there (the shorter vector leaves the rest to the longer). Selection: from each window of neighbouring
positions the same share of features, those with the largest product of entropy and distance between the classes.
A support vector machine classifies, where the source tries several classifiers. An image without a salient region gets
an empty mask and is classified as a whole.

Chosen by five-fold cross-validation within the training subsets at 96 x 96: the crop with its surroundings rather than
with everything outside the region in grey (macro-F1 .90 against .84 on JTSC, .67 against .69 on BCCD), though the
source speaks of the segmented image. The mean IoU on the training masks is .92 (JTSC) and .84 (BCCD).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import cv2
import numpy as np
from torch import nn

from baselines.deep_features.encoder import LAYER_FEATURES, OutputLayers
from baselines.deep_features.method import DeepFeatureMethod
from baselines.deep_features.saliency import salient_region, window_saliency
from baselines.deep_features.selection import entropy, relevance
from baselines.deep_features.svm import GAUSSIAN
from sgcldff.method import BACKGROUND, UNKNOWN, Run, Samples

# Of the contrast enhancement and of the region; `prepare` chooses one of each.
STRENGTHS = (0.0, 1.0)
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
GROWTHS = (0.0, 0.1, 0.2, 0.3)
DEFAULT_SETTING = (0.0, 0.6, 0.1)  # where the training subset has no masks
MARGIN = 0.1  # of a crop around the region, as a share of its longer side
WINDOW = 20  # neighbouring positions of the fused vector among which features are selected
SHARES = (0.4, 0.7)  # of the features of a window, from which the validation subset chooses
SETTING = "saliency_setting"


class SaliencyFeatureSelection(DeepFeatureMethod):
    """All arguments are those of `NetworkMethod`."""

    degrees = (1, GAUSSIAN)
    _setting: tuple[float, float, float] = DEFAULT_SETTING

    def build_network(self, weights: str) -> nn.Module:
        return OutputLayers(weights)

    def prepare(self, train: Samples, run: Run) -> None:
        """Choose strength, threshold and growth by mean IoU over the images whose mask shows a cell."""
        settings = list(product(STRENGTHS, THRESHOLDS, GROWTHS))
        total = np.zeros(len(settings))
        for image, mask in zip(train.images, train.masks, strict=True):
            known = mask != UNKNOWN
            truth = known & (mask != BACKGROUND)
            if not truth.any():
                continue
            maps = {strength: window_saliency(image, strength) for strength in STRENGTHS}
            for index, (strength, threshold, growth) in enumerate(settings):
                cell = salient_region(maps[strength], threshold, growth) & known
                total[index] += np.count_nonzero(cell & truth) / np.count_nonzero(cell | truth)
        self._setting = settings[int(total.argmax())] if total.any() else DEFAULT_SETTING

    def analyse(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        strength, threshold, growth = self._setting
        masks = np.stack([salient_region(window_saliency(image, strength), threshold, growth) for image in images])
        features, _ = super().analyse(np.stack([crop(*each) for each in zip(images, masks, strict=True)]))
        return features, masks

    def select(self, features: np.ndarray, labels: np.ndarray, run: Run) -> list[np.ndarray]:
        table = features.reshape(-1, features.shape[2])
        relevances = relevance(table, np.tile(labels, len(features)))
        fused = fuse(relevances)
        # The root of the F statistic is the distance of the class means in units of the spread within the classes.
        worth = entropy(table[:, fused]) * np.sqrt(relevances[fused])
        return [fused[best_of_windows(worth, share)] for share in SHARES]

    def state(self) -> dict[str, np.ndarray]:
        return super().state() | {SETTING: np.array(self._setting)}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        super().restore({name: array for name, array in state.items() if name != SETTING})
        self._setting = tuple(float(value) for value in state[SETTING])


def crop(image: np.ndarray, region: np.ndarray) -> np.ndarray:
    """The square around the region with a MARGIN, at the size of the image; the image itself where it is empty.

    image: uint8 [S, S, 3]; region: bool [S, S]. What lies beyond the border is the mirror image.
    """
    if not region.any():
        return image
    size = len(image)
    left, top, width, height = cv2.boundingRect(region.astype(np.uint8))
    scale = max(width, height) * (1 + MARGIN) / size
    # Middles of pixels lie at whole numbers: the middle of the crop goes to the middle of the region.
    middle = np.array([left + (width - 1) / 2, top + (height - 1) / 2])
    shift = middle - scale * (size - 1) / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(image, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_REFLECT_101)


def fuse(relevances: np.ndarray) -> np.ndarray:
    """For each position of the longer of the two layers the feature that is taken there, int64 [1280].

    relevances: float64 [1280 + 1000] of both layers, one after the other. At equal relevance the first layer stays.
    """
    longer, shorter = LAYER_FEATURES
    fused = np.arange(longer)
    second = relevances[longer:] > relevances[:shorter]
    fused[:shorter][second] += longer
    return fused


def best_of_windows(worth: np.ndarray, share: float) -> np.ndarray:
    """From each WINDOW of neighbouring positions the share with the most worth, int64, sorted; at least one of each."""
    kept = []
    for start in range(0, len(worth), WINDOW):
        window = worth[start : start + WINDOW]
        count = max(1, round(share * len(window)))
        kept.append(start + np.sort(np.argsort(-window, kind="stable")[:count]))
    return np.concatenate(kept)
