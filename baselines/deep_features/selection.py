"""Which features tell the classes apart: relevance of each, and a choice that does not repeat itself."""

from __future__ import annotations

import numpy as np


def relevance(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The F statistic of each feature between the classes (one-way analysis of variance), float64 [F].

    features: float64 [N, F]; labels: int64 [N]. 0 where it is undefined: a constant feature, one class alone, or no
    class with two images.
    """
    classes, members = np.unique(labels, return_inverse=True)
    counts = np.bincount(members)
    if len(classes) < 2 or len(labels) == len(classes):
        return np.zeros(features.shape[1])
    means = np.stack([features[members == each].mean(axis=0) for each in range(len(classes))])
    between = (counts[:, None] * (means - features.mean(axis=0)) ** 2).sum(axis=0) / (len(classes) - 1)
    within = ((features - means[members]) ** 2).sum(axis=0) / (len(labels) - len(classes))
    # What is left of a constant feature is rounding, and its quotient would be arbitrary.
    varies = np.ptp(features, axis=0) > 1e-12 * np.abs(features).max(axis=0)
    return np.where(varies, between / np.maximum(within, 1e-12 * between + np.finfo(np.float64).tiny), 0.0)


def correlations(features: np.ndarray) -> np.ndarray:
    """Features scaled so that the product of two columns is their correlation, float64 [N, F]; constant ones are 0."""
    centred = features - features.mean(axis=0)
    length = np.linalg.norm(centred, axis=0)
    return centred / np.where(length > 0, length, np.inf)


def rank(features: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """The `count` features of most relevance and least redundancy, the best first: int64 [count].

    Ding and Peng 2005, "FCQ": each next feature has the largest quotient of its F statistic and its mean absolute
    correlation with those already taken. features: float64 [N, F]; labels: int64 [N].
    """
    relevances, scaled = relevance(features, labels), correlations(features)
    redundancy = np.zeros(features.shape[1])
    left = np.ones(features.shape[1], dtype=bool)
    taken = np.empty(count, dtype=np.int64)
    for position in range(count):
        # The floor keeps a feature without any redundancy from being taken for that alone.
        quotient = relevances / np.maximum(redundancy / max(position, 1), 1e-3)
        taken[position] = np.where(left, quotient, -1.0).argmax()
        left[taken[position]] = False
        redundancy += np.abs(scaled.T @ scaled[:, taken[position]])
    return taken


def entropy(features: np.ndarray, levels: int = 16) -> np.ndarray:
    """Shannon entropy of each feature over the images in bits, float64 [F], on `levels` equal steps of its range.

    features: float64 [N, F]. A constant feature has none.
    """
    low, high = features.min(axis=0), features.max(axis=0)
    steps = (features - low) / np.where(high > low, high - low, 1.0) * levels
    codes = np.minimum(steps.astype(np.int64), levels - 1)
    shares = np.stack([(codes == level).mean(axis=0) for level in range(levels)])
    return -(shares * np.log2(shares, where=shares > 0, out=np.zeros_like(shares))).sum(axis=0)
