"""Deep features CNN, after Yentrapragada 2022 ("Deep features based convolutional neural network to detect and
automatic classification of white blood cells", J. Ambient Intell. Humaniz. Comput.): a "-style" build.

No text of the source could be read, not even its abstract. The paper says of it no more than "deep feature-based CNN
for automatic WBC classification". What could be read is the abstract of a work of nearly the same title and year
(Meenakshi et al. 2022, Multimed. Tools Appl.): features of three pretrained CNNs side by side, a search that selects
the essential ones, and a recurrent network that classifies them. That the two are one line of work is an assumption.

What was built: a pretrained CNN that is not trained any further (EfficientNet-Lite0, from which SG-CLDFF's backbone is
built), mean and standard deviation of the channels of its four stages in place of three CNNs; features of most
relevance and least redundancy in place of a particle search; a support vector machine in place of a recurrent network.

Chosen by five-fold cross-validation within the training subsets of JTSC and BCCD at 96 x 96: the stages rather than the
last layer of the CNN, the standard deviation beside the mean, images at their own size rather than enlarged, four
augmented variants of each, and shares of the features that are not small. The validation subset chooses among SHARES,
the kernels and the penalties.

The source classifies, so `deep_features` predicts no mask. With `second_head` the shared mask head learns from the maps
of the frozen CNN, by the common loop and with its losses; the classes are those of the same machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import nn

from baselines.deep_features.encoder import PooledStages
from baselines.deep_features.method import DeepFeatureMethod
from baselines.deep_features.selection import rank
from baselines.deep_features.svm import GAUSSIAN
from sgcldff.method import Run

SHARES = (0.4, 0.7)  # of the features, from which the validation subset chooses


class DeepFeaturesCNN(DeepFeatureMethod):
    """second_head: a mask from the shared head, trained on the frozen maps; the rest: see `NetworkMethod`."""

    degrees = (1, GAUSSIAN)

    def __init__(self, classes: Sequence[str], size: int, *, second_head: bool = False, **shared: Any) -> None:
        super().__init__(classes, size, **shared)
        self.second_head = second_head

    def build_network(self, weights: str) -> nn.Module:
        return PooledStages(weights, self.second_head)

    @property
    def trains(self) -> bool:
        return self.second_head

    def select(self, features: np.ndarray, labels: np.ndarray, run: Run) -> list[np.ndarray]:
        variants, _, count = features.shape
        ranked = rank(features.reshape(-1, count), np.tile(labels, variants), round(max(SHARES) * count))
        return [ranked[: round(share * count)] for share in SHARES]
