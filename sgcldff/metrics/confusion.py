"""Which class is taken for which, and how often an image of another class is not taken for a class."""

from __future__ import annotations

import numpy as np


def confusion(truth: np.ndarray, predicted: np.ndarray, n_classes: int) -> np.ndarray:
    """Images by true class (rows) and predicted class, int64 [K, K]; truth and predicted int [N].

    >>> confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), n_classes=2)
    array([[1, 1],
           [0, 1]])
    """
    return np.bincount(truth * n_classes + predicted, minlength=n_classes**2).reshape(n_classes, n_classes)


def specificity(counts: np.ndarray) -> np.ndarray:
    """Share of the images of other classes that are not taken for a class, float64 [K]; counts: `confusion`.

    NaN for a class that occurs neither in the truth nor among the predictions (as for its precision, recall and F1),
    and for one that every image belongs to.

    >>> specificity(np.array([[1, 1, 0], [0, 2, 0], [0, 0, 0]]))
    array([1. , 0.5, nan])
    """
    true, given, hits = counts.sum(axis=1), counts.sum(axis=0), np.diag(counts)
    others = counts.sum() - true
    undefined = np.full(len(counts), np.nan)
    return np.divide(others - (given - hits), others, out=undefined, where=(true + given > 0) & (others > 0))
