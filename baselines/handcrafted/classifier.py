"""A linear classifier of feature vectors that is nothing but arrays once it is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

# Values of scikit-learn's C from which the validation subset chooses.
INVERSE_PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
DEFAULT_INVERSE_PENALTY = 0.03  # C where the validation subset holds no labelled image


@dataclass(frozen=True)
class LinearClassifier:
    """Standardisation and multinomial logistic regression.

    mean, scale: float64 [F]; weights: float64 [K, F] and bias: float64 [K], bias -inf for a class that the training
    subset does not hold; inverse_penalty: scikit-learn's C.
    """

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    inverse_penalty: float

    @classmethod
    def fit(cls, features: np.ndarray, labels: np.ndarray, classes: int, inverse_penalty: float) -> LinearClassifier:
        """Fit with every class given the same weight.

        features: float64 [N, F]; labels: int64 [N] in 0..classes-1, N at least 1.
        """
        scaler = StandardScaler().fit(features)
        weights, bias = np.zeros((classes, features.shape[1])), np.full(classes, -np.inf)
        present = np.unique(labels)
        bias[present] = 0.0
        if len(present) > 1:
            model = LogisticRegression(C=inverse_penalty, class_weight="balanced", max_iter=5000)
            model.fit(scaler.transform(features), labels)
            # Of two classes scikit-learn keeps one row, the logit of the second against the first.
            rows = present if len(present) > 2 else present[1:]
            weights[rows], bias[rows] = model.coef_, model.intercept_
        return cls(scaler.mean_, scaler.scale_, weights, bias, inverse_penalty)

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Class distributions, float64 [N, K], of features, float64 [N, F]."""
        return softmax(((features - self.mean) / self.scale) @ self.weights.T + self.bias, axis=1)

    def state(self) -> dict[str, np.ndarray]:
        """All of it, as arrays by name."""
        return {name: np.asarray(value, dtype=np.float64) for name, value in vars(self).items()}

    @classmethod
    def restore(cls, state: Mapping[str, np.ndarray]) -> LinearClassifier:
        """Take back what `state` gave."""
        arrays = {name: state[name] for name in ("mean", "scale", "weights", "bias")}
        return cls(**arrays, inverse_penalty=float(state["inverse_penalty"]))


def choose_classifier(
    features: np.ndarray, labels: np.ndarray, validation: np.ndarray, truth: np.ndarray, classes: int
) -> LinearClassifier:
    """Fit at every strength of INVERSE_PENALTIES and keep the best on the validation subset.

    features: float64 [N, F], labels: int64 [N]: the training subset; validation: float64 [M, F], truth: int64 [M]; M =
    0 takes the default. Best is the least log loss with every class given the same weight: macro-F1 on a validation
    subset of ten images moves in steps too large to choose by.
    """
    if not len(truth):
        return LinearClassifier.fit(features, labels, classes, DEFAULT_INVERSE_PENALTY)
    fitted = [LinearClassifier.fit(features, labels, classes, value) for value in INVERSE_PENALTIES]

    frequencies = np.bincount(truth, minlength=classes)

    def loss(classifier: LinearClassifier) -> float:
        # A class that the training subset lacks has probability 0; the floor keeps its loss finite.
        likelihood = classifier.probabilities(validation)[np.arange(len(truth)), truth].clip(min=1e-12)
        return float(np.average(-np.log(likelihood), weights=1.0 / frequencies[truth]))

    return min(fitted, key=loss)
