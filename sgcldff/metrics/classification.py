"""Classification scores against a declared list of classes; classes are indices 0 … K-1 into it.

What a macro average runs over. Precision, recall and F1: the declared classes that occur in the truth or among the
predictions. A class that occurs in neither has nothing to be right or wrong about; it is NaN and left out, where some
libraries score it 0 and call a perfect prediction .667. A class that occurs in only one of the two scores 0 and counts.
`n_absent` says how many declared classes the truth lacks, so that no average hides it. Imported by every fit: no
library that takes a second to import.
"""

from __future__ import annotations

import numpy as np


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
    true = np.bincount(truth, minlength=n_classes)
    given = np.bincount(predicted, minlength=n_classes)
    hits = np.bincount(truth[truth == predicted], minlength=n_classes)
    occurs = true + given > 0

    def share(counted: np.ndarray, of: np.ndarray) -> np.ndarray:
        return np.where(occurs, counted / np.maximum(of, 1), np.nan)

    return share(hits, given), share(hits, true), share(2 * hits, true + given)


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
