"""Whether the probabilities of the classes mean what they say; lower is better in both scores."""

from __future__ import annotations

import numpy as np


def brier_score(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean over the images of the squared distance of the probabilities from the true class (Brier 1950).

    truth: int [N]; probabilities: [N, K]. From 0 to 2: all classes are summed up, also where there are two.

    >>> brier_score(np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    1.0
    """
    distances = probabilities - np.eye(probabilities.shape[1])[truth]
    return float(np.mean(np.sum(distances**2, axis=1)))


def calibration_error(truth: np.ndarray, probabilities: np.ndarray, bins: int) -> float:
    """Expected calibration error of the predicted class, from 0 to 1 (Guo et al. 2017, equation 5).

    The images fall into `bins` of equal width by the largest probability (a bin holds its upper end); the error is the
    mean over the images of |accuracy - mean confidence| of their bin. truth: int [N]; probabilities: [N, K].

    >>> calibration_error(np.array([0, 1]), np.array([[0.8, 0.2], [0.8, 0.2]]), bins=15)  # right in one of two
    0.30000000000000004
    """
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(bin_of, weights=correct - confidence)
    return float(np.abs(gaps).sum() / len(truth))
