"""Brier score and calibration error against scikit-learn and torchmetrics, and counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from sgcldff.metrics.calibration import brier_score, calibration_error

BINS = 15


@pytest.fixture
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Truth and probabilities of 300 images of four classes."""
    generator = np.random.default_rng(5)
    return generator.integers(0, 4, 300), generator.dirichlet(np.full(4, 0.4), 300)


def test_the_brier_score_is_that_of_scikit_learn(drawn):
    truth, probabilities = drawn
    expected = brier_score_loss(truth, probabilities, labels=range(4), scale_by_half=False)
    assert brier_score(truth, probabilities) == pytest.approx(expected)


def test_the_brier_score_of_two_classes_is_not_halved():
    assert brier_score(np.array([0]), np.array([[0.0, 1.0]])) == 2.0


def test_the_calibration_error_is_that_of_torchmetrics(drawn):
    import torch
    from torchmetrics.functional.classification import multiclass_calibration_error

    truth, probabilities = drawn
    given = torch.tensor(probabilities), torch.tensor(truth)
    expected = multiclass_calibration_error(*given, num_classes=4, n_bins=BINS)
    assert calibration_error(truth, probabilities, BINS) == pytest.approx(expected.item(), abs=1e-6)


def test_images_of_one_bin_are_averaged_before_they_are_compared():
    probabilities = np.array([[0.74, 0.26], [0.76, 0.24], [0.75, 0.25], [0.75, 0.25]])
    assert calibration_error(np.array([0, 0, 0, 1]), probabilities, bins=2) == pytest.approx(0)


def test_a_bin_holds_its_upper_end():
    truth, probabilities = np.array([0, 1]), np.array([[0.5, 0.5], [0.4, 0.6]])
    # 0.5 is in the lower bin of two, and 0.6 in the upper: right both, so half and 0.4 short.
    assert calibration_error(truth, probabilities, bins=2) == pytest.approx((0.5 + 0.4) / 2)


def test_certainty_that_is_right_has_no_error():
    truth = np.array([0, 1, 1])
    assert calibration_error(truth, np.eye(2)[truth], BINS) == brier_score(truth, np.eye(2)[truth]) == 0
