"""Classification scores against a declared list of classes; classes are indices 0 … K-1 into it.

What a macro average runs over. Precision, recall and F1: the declared classes that occur in the truth or among the
predictions. A class that occurs in neither has nothing to be right or wrong about; it is NaN and left out, where some
libraries score it 0 and call a perfect prediction .667. A class that occurs in only one of the two scores 0 and counts.
AUC: the classes for which the truth holds both an image of the class and an image of another. `n_absent` says how
many declared classes the truth lacks, so that no average hides it.
"""

from __future__ import annotations

import numpy as np
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score


def accuracy(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Share of the images whose predicted class is the true one; both int [N].

    >>> accuracy(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.75
    """
    return float(np.mean(truth == predicted))


def precision_recall_f1(
    truth: np.ndarray, predicted: np.ndarray, n_classes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and F1 of each class, float64 [K] each, from int [N] truth and predicted class.

    NaN for a class that occurs in neither; a class in only one of them scores 0 in all three.

    >>> precision, recall, f1 = precision_recall_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), n_classes=3)
    >>> recall
    array([0.5, 1. , nan])
    """
    precision, recall, f1, _ = precision_recall_fscore_support(
        truth, predicted, labels=np.arange(n_classes), zero_division=0
    )
    occurs = np.isin(np.arange(n_classes), np.concatenate([truth, predicted]))
    return tuple(np.where(occurs, values, np.nan) for values in (precision, recall, f1))


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


def macro(per_class: np.ndarray) -> float:
    """Unweighted mean over the entries of float64 [K] that are defined; NaN where none is.

    >>> macro(np.array([0.5, 1.0, np.nan]))
    0.75
    """
    defined = per_class[~np.isnan(per_class)]
    return float(defined.mean()) if defined.size else float("nan")


def n_absent(truth: np.ndarray, n_classes: int) -> int:
    """How many of the declared classes no image of the truth (int [N]) belongs to.

    >>> n_absent(np.array([0, 0, 1]), n_classes=4)
    2
    """
    return n_classes - np.unique(truth).size
