"""What a single image adds to a score that is no mean over images: jackknife pseudo-values of macro scores.

With n images, a score s and s(-i) the same score without image i, image i has the pseudo-value
s + (n - 1) (mean of s(-j) over j - s(-i)). Their mean is s, and their spread is what other images would have made of
it (Tukey 1958), so that an analysis of seeds and images can take them as it takes the IoU of images. For an AUC
they are the structural components of DeLong, DeLong and Clarke-Pearson (1988), up to a factor that tends to 1.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from sgcldff.metrics.classification import macro, precision_recall_f1
from sgcldff.metrics.ranking import one_vs_rest_auc


def pseudo_values(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, np.ndarray]:
    """precision, recall, f1 and auc (macro averages) -> the pseudo-value of each image, float64 [N].

    truth: int [N]; probabilities: [N, K]. NaN where the score itself is, or is no longer without that image.

    >>> truth = np.array([0, 0, 1, 1])
    >>> probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
    >>> values = pseudo_values(truth, probabilities)["recall"]
    >>> float(values.mean())  # that of all images: (1/2 + 1) / 2
    0.75
    """
    predicted, n_classes = probabilities.argmax(axis=1), probabilities.shape[1]
    whole = dict(zip(("precision", "recall", "f1"), precision_recall_f1(truth, predicted, n_classes), strict=True))
    whole["auc"] = one_vs_rest_auc(truth, probabilities)
    without = _without_each(truth, predicted, n_classes)
    without["auc"] = _auc_without_each(truth, probabilities, whole["auc"])
    return {metric: macro(whole[metric]) + (len(truth) - 1) * (left.mean() - left) for metric, left in without.items()}


def _without_each(truth: np.ndarray, predicted: np.ndarray, n_classes: int) -> dict[str, np.ndarray]:
    """Macro precision, recall and F1 without each image, [N] each.

    Only its true and predicted class matter, so each such combination is scored once.
    """
    combination = truth * n_classes + predicted
    without = {name: np.full(len(truth), np.nan) for name in ("precision", "recall", "f1")}
    for code, first in zip(*np.unique(combination, return_index=True), strict=True):
        scores = precision_recall_f1(np.delete(truth, first), np.delete(predicted, first), n_classes)
        for values, score in zip(without.values(), scores, strict=True):
            values[combination == code] = macro(score)
    return without


def _auc_without_each(truth: np.ndarray, probabilities: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Macro one-vs-rest AUC without each image, [N]; whole: that of each class with all images, [K].

    The AUC is a mean over the pairs of an image of the class and one of another; what an image's own pairs come to
    is its rank among all, less that among its own side. Without it, they are taken out of the mean.
    """
    left = np.full(probabilities.shape, np.nan)
    for index, auc in enumerate(whole):
        if np.isnan(auc):
            continue
        scores, positive = probabilities[:, index], truth == index
        for side, sign in ((positive, 1), (~positive, -1)):
            if side.sum() > 1:
                own = (rankdata(sign * scores)[side] - rankdata(sign * scores[side])) / (~side).sum()
                left[side, index] = auc - (own - auc) / (side.sum() - 1)
    return np.array([macro(row) for row in left])
