"""Virtual hexagonal trellis, after Rashid et al. 2023 (Scientific Reports 13:17827): a "-style" build.

Of the source the abstract and the beginning of the introduction could be read. They say: the trellis (VHT) is a feature
extractor of kernels designed over the square lattice, where other work shifts every second row by half a pixel and
interpolates; features of augmented images come from a CNN ("Graft Net"), and an ant colony selects among them; both
are merged serially into one vector, and variants of a support vector machine classify it. Left open by what could be
read: the kernels, what is taken of their responses, the CNN, and the size and rules of the colony.

What was built: kernels for the six neighbours of a pixel at three distances, on them smoothing, Laplacian, differences
along the three axes and binary patterns, each channel by itself, with statistics over the image; in place of Graft
Net the stages of a pretrained EfficientNet-Lite0; an ant colony in the hyper-cube form, whose ants see relevance and
redundancy and are judged by leaving out one image at a time; the variants linear, quadratic, cubic and Gaussian. All
VHT features are kept, as in the source, where the colony selects among the CNN's alone.

Five-fold cross-validation within the training subsets at 96 x 96, macro-F1 of a linear machine: VHT features alone .84
(JTSC) and .60 (BCCD); beside all of the CNN's they raised BCCD from .61 to .66 and left JTSC at .935. Colonies of
several settings with a quarter of the CNN's features reached .60 to .63 on BCCD, as many features by chance .60, a
ranking by relevance and redundancy .71: the colony is here because the source has it.

The source classifies, so no mask is predicted.
"""

from __future__ import annotations

import numpy as np
from torch import nn

from baselines.deep_features import hexagonal
from baselines.deep_features.ant_colony import search
from baselines.deep_features.encoder import PooledStages
from baselines.deep_features.method import DeepFeatureMethod
from baselines.deep_features.svm import GAUSSIAN
from sgcldff.method import Run
from sgcldff.training.seeding import stream

SHARES = (0.25, 0.5)  # of the CNN's features that the colony selects; the validation subset chooses one


class HexagonalTrellis(DeepFeatureMethod):
    """All arguments are those of `NetworkMethod`."""

    degrees = (1, 2, 3, GAUSSIAN)

    def build_network(self, weights: str) -> nn.Module:
        return PooledStages(weights)

    def analyse(self, images: np.ndarray) -> tuple[np.ndarray, None]:
        """The features of the CNN, then those of the trellis."""
        deep, _ = super().analyse(images)
        return np.concatenate([deep, np.stack([hexagonal.describe(image) for image in images])], axis=1), None

    def select(self, features: np.ndarray, labels: np.ndarray, run: Run) -> list[np.ndarray]:
        trellis = np.arange(features.shape[2] - hexagonal.COUNT, features.shape[2])
        deep = features[:, :, : trellis[0]]
        counts = [round(share * deep.shape[2]) for share in SHARES]
        generators = [stream(run.seed, "ant colony", count) for count in counts]
        return [
            np.concatenate([search(deep, labels, count, generator), trellis])
            for count, generator in zip(counts, generators, strict=True)
        ]
