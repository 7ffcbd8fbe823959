"""How well each class is told from the rest by its probability: area under the ROC curve, average precision."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score


def one_vs_rest_auc(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Area under the ROC curve of each class against the rest, float64 [K]; truth int [N], probabilities [N, K].

    NaN, and never 0, for a class that no image or every image of the truth belongs to.

    >>> one_vs_rest_auc(np.array([0, 1, 1]), np.array([[0.6, 0.4, 0.0], [0.7, 0.3, 0.0], [0.2, 0.8, 0.0]]))
    array([0.5, 0.5, nan])
    """
    auc = np.full(probabilities.shape[1], np.nan)
    for index in range(len(auc)):
        positive = truth == index
        if positive.any() and not positive.all():
            auc[index] = roc_auc_score(positive, probabilities[:, index])
    return auc


def average_precision(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Average precision of each class against the rest, float64 [K]; truth int [N], probabilities [N, K].

    The precision at each image of the class in the order of its probability, averaged (no interpolation). NaN, and
    never 0, for a class without an image; the score of a blind guess is the share of the class.

    >>> average_precision(np.array([0, 1, 1]), np.array([[0.6, 0.4, 0.0], [0.7, 0.3, 0.0], [0.2, 0.8, 0.0]])).round(3)
    array([0.5  , 0.833,   nan])
    """
    found = np.full(probabilities.shape[1], np.nan)
    for index in range(len(found)):
        if (positive := truth == index).any():
            # A sum of steps that make one may come to the next number above it.
            found[index] = min(average_precision_score(positive, probabilities[:, index]), 1.0)
    return found
