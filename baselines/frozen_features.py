"""Features of a pretrained network that is not trained any further, read by nearest neighbours or by a linear layer.

So foundation models are compared (DINO, Caron et al. 2021; DinoBloom, Koch et al. 2024). Any network of timm serves.
Without a hub it is EfficientNet-Lite0, whose ImageNet weights a package carries; a checkpoint of DINOv2 or DinoBloom
that a person has is named as `weights: {file, sha256}` with its network as `model`, for instance
vit_small_patch14_dinov2 with `side: 224`. Its training sets belong into `seen` of the catalogue's entry.

The number of neighbours and the strength of the regularisation are chosen on the validation subset by the log loss with
every class given the same weight. Features are of the training images as they are, at unit length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import timm
import torch
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torch.nn import functional as F

from baselines.deep_features.encoder import Frozen, read_off
from sgcldff.errors import InputError
from sgcldff.method import HIDDEN, Prediction, Run, Samples
from sgcldff.model.cnn_stages import efficientnet_lite0
from sgcldff.model.pretrained import hub_network
from sgcldff.training.device import describe, use_device
from sgcldff.training.network_method import NetworkMethod
from sgcldff.training.seeding import torch_seed

LITE = "tf_efficientnet_lite0"
READERS = ("knn", "linear")
NEIGHBOURS = (1, 5, 10, 20)
TEMPERATURE = 0.07  # of the votes of neighbours, as in DINO
PENALTIES = (0.1, 1.0, 10.0, 100.0, 1000.0)  # C of the logistic regression
LEARNED = "reader."  # before the names of the reader's arrays in a state


class Described(Frozen):
    """Images [B, 3, H, W] -> "features" [B, F] of unit length; side: what images are resized to, or None."""

    def __init__(self, model: str, weights: str | Mapping[str, str], side: int | None) -> None:
        super().__init__()
        self.side = side
        if model == LITE:
            network = efficientnet_lite0(weights)
            network.reset_classifier(0)
        else:
            # Vision transformers are built for one size of images.
            sized = {"img_size": side} if side and model.startswith(("vit_", "deit")) else {}
            network = hub_network(model, weights, num_classes=0, **sized)
        self.freeze(network)

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        if self.side is not None:
            images = F.interpolate(images, size=(self.side, self.side), mode="bicubic", align_corners=False)
        return {"features": F.normalize(self.encoder(images), dim=1)}


class FrozenFeatures(NetworkMethod):
    """reader: `knn` or `linear`; model: a network of timm; side: pixels that it is shown, or None for the images' own.

    The rest: see `NetworkMethod`. `weights: package` is EfficientNet-Lite0's alone.
    """

    def __init__(
        self,
        classes: Sequence[str],
        size: int,
        *,
        reader: Literal["knn", "linear"] = "knn",
        model: str = LITE,
        side: int | None = None,
        **shared: Any,
    ) -> None:
        super().__init__(classes, size, **shared)
        if reader not in READERS:
            raise InputError(f"Unknown `reader: {reader}`: give one of {', '.join(READERS)}.")
        if not timm.is_model(model):
            raise InputError(f"timm has no network `model: {model}`: give one that `timm.list_models()` names.")
        self.reader = reader
        self.model = model
        self.side = side
        self._learned: dict[str, np.ndarray] = {}

    def build_network(self, weights: str | Mapping[str, str]) -> nn.Module:
        return Described(self.model, weights, self.side)

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        """No epoch: nothing of the network is trained."""
        self.check_subsets(train, validation)
        self.device = use_device(run.device, run.threads)
        self.settled = {"device": describe(self.device), "precision": "float32"}
        torch.manual_seed(torch_seed(run.seed, "weights"))
        self.network = self.build_network(self.weights).to(self.device, memory_format=torch.channels_last)
        known, seen = train.labels != HIDDEN, validation.labels != HIDDEN
        features, labels = self._features(train.images[known]), train.labels[known]
        truth = validation.labels[seen]
        weights = 1.0 / np.bincount(truth, minlength=len(self.classes))[truth]
        shown = self._features(validation.images[seen])

        def loss(learned: dict[str, np.ndarray]) -> float:
            likelihood = self._probabilities(learned, shown)[np.arange(len(truth)), truth]
            return float(np.average(-np.log(likelihood.clip(min=1e-12)), weights=weights))

        self._learned = min(self._candidates(features, labels), key=loss)
        return []

    def predict(self, samples: Samples) -> Prediction:
        self.check(samples)
        if not self._learned:
            raise RuntimeError(f"{type(self).__name__} predicts after fit or restore")
        return Prediction(self._probabilities(self._learned, self._features(samples.images)), None)

    def parameters(self) -> int:
        """Of the network, which was learned elsewhere, and of what reads it."""
        return super().parameters() + sum(array.size for array in self._learned.values())

    def state(self) -> dict[str, np.ndarray]:
        return super().state() | {f"{LEARNED}{name}": array for name, array in self._learned.items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        super().restore({name: array for name, array in state.items() if not name.startswith(LEARNED)})
        self._learned = {name.removeprefix(LEARNED): each for name, each in state.items() if name.startswith(LEARNED)}

    def _features(self, images: np.ndarray) -> np.ndarray:
        return read_off(self.network, images, self.normalisation, self.device)["features"].astype(np.float64)

    def _candidates(self, features: np.ndarray, labels: np.ndarray) -> list[dict[str, np.ndarray]]:
        if self.reader == "knn":
            counts = sorted({min(count, len(labels)) for count in NEIGHBOURS})
            return [{"features": features, "labels": labels, "neighbours": np.array(count)} for count in counts]
        present = np.unique(labels)
        candidates = []
        for penalty in PENALTIES:
            coefficients, intercept = (
                np.zeros((len(self.classes), features.shape[1])),
                np.full(len(self.classes), -np.inf),
            )
            intercept[present] = 0.0
            if len(present) > 1:
                fitted = LogisticRegression(C=penalty, class_weight="balanced", max_iter=2000).fit(features, labels)
                if len(present) == 2:  # scikit-learn then keeps the second class's row alone
                    coefficients[present[1]], intercept[present[1]] = fitted.coef_[0], fitted.intercept_[0]
                else:
                    coefficients[present], intercept[present] = fitted.coef_, fitted.intercept_
            candidates.append({"coefficients": coefficients, "intercept": intercept})
        return candidates

    def _probabilities(self, learned: Mapping[str, np.ndarray], features: np.ndarray) -> np.ndarray:
        """Class distributions float64 [N, K] of features [N, F]."""
        if self.reader == "linear":
            return softmax(features @ learned["coefficients"].T + learned["intercept"], axis=1)
        likeness = features @ learned["features"].T
        nearest = np.argsort(-likeness, axis=1, kind="stable")[:, : int(learned["neighbours"])]
        votes = np.exp((np.take_along_axis(likeness, nearest, axis=1) - 1) / TEMPERATURE)
        of_class = np.eye(len(self.classes))[learned["labels"][nearest]]
        # Weighted by how rare a class is in the training subset, as the losses of the networks are.
        rarity = 1.0 / np.maximum(np.bincount(learned["labels"], minlength=len(self.classes)), 1)
        given = (votes[..., None] * of_class).sum(axis=1) * rarity
        return given / given.sum(axis=1, keepdims=True)
