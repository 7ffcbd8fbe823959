"""Confusion counts and specificity against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, recall_score

from sgcldff.metrics.confusion import confusion, specificity


@pytest.fixture
def drawn() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(2)
    return generator.integers(0, 4, 200), generator.integers(0, 4, 200)


def test_counts_are_those_of_scikit_learn(drawn):
    assert confusion(*drawn, 5).tolist() == confusion_matrix(*drawn, labels=range(5)).tolist()


def test_specificity_is_the_recall_of_all_other_classes(drawn):
    truth, predicted = drawn
    expected = [recall_score(truth != index, predicted != index) for index in range(4)]
    assert specificity(confusion(truth, predicted, 4)) == pytest.approx(expected)


def test_a_class_that_occurs_nowhere_has_no_specificity():
    found = specificity(confusion(np.array([0, 1]), np.array([0, 0]), 3))
    assert found.tolist() == pytest.approx([0.0, 1.0, np.nan], nan_ok=True)


def test_a_class_that_is_alone_has_no_specificity():
    assert np.isnan(specificity(confusion(np.array([0, 0]), np.array([0, 0]), 2))).all()
