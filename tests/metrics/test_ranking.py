"""Average precision against scikit-learn's curve and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from sgcldff.metrics.ranking import average_precision


def test_average_precision_is_the_area_under_the_steps_of_the_curve():
    generator = np.random.default_rng(3)
    truth, probabilities = generator.integers(0, 3, 60), generator.dirichlet(np.ones(3), 60)
    for index, found in enumerate(average_precision(truth, probabilities)):
        precision, recall, _ = precision_recall_curve(truth == index, probabilities[:, index])
        assert found == pytest.approx(-np.sum(np.diff(recall) * precision[:-1]))


def test_average_precision_by_hand_and_none_for_a_class_without_an_image():
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    found = average_precision(np.array([0, 1, 0, 1]), np.stack([scores, 1 - scores, 0 * scores], axis=1))
    assert found.tolist() == pytest.approx([(1 + 2 / 3) / 2, (1 + 2 / 3) / 2, np.nan], nan_ok=True)


def test_a_perfect_ranking_scores_one_and_not_the_next_number_above():
    # Nine steps of a ninth add up to more than one.
    truth = np.array([0] * 9 + [1] * 5)
    certain = np.linspace(1, 0, 14)
    assert average_precision(truth, np.stack([certain, 1 - certain], axis=1)).tolist() == [1.0, 1.0]
