"""Classification scores against scikit-learn, torchmetrics, scipy and hand counting."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from sgcldff.metrics.classification import accuracy, macro, n_absent, precision_recall_f1
from sgcldff.metrics.ranking import one_vs_rest_auc

N_CLASSES = 4


@pytest.fixture
def images() -> tuple[np.ndarray, np.ndarray]:
    """Truth and probabilities of 60 images of four classes, better than chance, with ties."""
    generator = np.random.default_rng(3)
    truth = generator.choice(N_CLASSES, 60, p=[0.5, 0.25, 0.15, 0.1])
    scores = generator.random((60, N_CLASSES)).round(1) + 0.1
    scores[np.arange(60), truth] += 0.3
    return truth, scores / scores.sum(axis=1, keepdims=True)


def by_hand(truth: list[int], predicted: list[int], index: int) -> tuple[float, float, float]:
    pairs = list(zip(truth, predicted, strict=True))
    hits = sum(t == index == p for t, p in pairs)
    predictions, images = predicted.count(index), truth.count(index)
    return hits / predictions if predictions else 0, hits / images if images else 0, 2 * hits / (predictions + images)


def test_each_class_agrees_with_counting_by_hand(images):
    truth, predicted = images[0].tolist(), images[1].argmax(axis=1).tolist()
    scores = np.array(precision_recall_f1(np.array(truth), np.array(predicted), N_CLASSES)).T
    np.testing.assert_allclose(scores, [by_hand(truth, predicted, index) for index in range(N_CLASSES)], rtol=1e-12)


@pytest.mark.parametrize("lacking", [[], [3], [1, 2]])
def test_macro_averages_agree_with_scikit_learn_over_the_classes_that_occur(images, lacking):
    truth, probabilities = images
    keep = ~np.isin(truth, lacking)
    truth, predicted = truth[keep], probabilities[keep].argmax(axis=1)
    averages = [macro(scores) for scores in precision_recall_f1(truth, predicted, N_CLASSES)]
    expected = [
        score(truth, predicted, average="macro", zero_division=0) for score in (precision_score, recall_score, f1_score)
    ]
    np.testing.assert_allclose(averages, expected, rtol=1e-12)


@pytest.mark.parametrize("lacking", [[], [3], [1, 2]])
def test_macro_averages_agree_with_torchmetrics(images, lacking):
    import torch
    from torchmetrics.functional import classification as metrics

    truth, probabilities = images
    keep = ~np.isin(truth, lacking)
    truth, predicted = truth[keep], probabilities[keep].argmax(axis=1)
    arguments = torch.from_numpy(predicted), torch.from_numpy(truth)
    expected = [
        metric(*arguments, num_classes=N_CLASSES, average="macro").item()
        for metric in (metrics.multiclass_precision, metrics.multiclass_recall, metrics.multiclass_f1_score)
    ]
    averages = [macro(scores) for scores in precision_recall_f1(truth, predicted, N_CLASSES)]
    np.testing.assert_allclose(averages, expected, rtol=1e-6)


def test_a_class_neither_true_nor_predicted_is_left_out_of_the_macro_average():
    truth = np.array([0, 1, 0, 1])
    for scores in precision_recall_f1(truth, truth, 3):
        assert np.isnan(scores[2])
        assert macro(scores) == 1


def test_an_absent_class_that_is_predicted_scores_0_and_counts():
    _, _, f1 = precision_recall_f1(np.array([0, 0, 1]), np.array([0, 2, 1]), 3)
    np.testing.assert_allclose(f1, [2 / 3, 1, 0])
    assert macro(f1) == pytest.approx(5 / 9)


def test_a_class_that_is_never_predicted_scores_0_and_counts():
    precision, recall, f1 = precision_recall_f1(np.array([0, 0, 1]), np.array([0, 0, 0]), 2)
    assert (precision[1], recall[1], f1[1]) == (0, 0, 0)
    assert macro(f1) == pytest.approx(0.4)


def test_accuracy_is_the_share_of_right_images():
    assert accuracy(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 0])) == 0.75


def test_auc_agrees_with_the_mann_whitney_statistic(images):
    truth, probabilities = images
    for index, auc in enumerate(one_vs_rest_auc(truth, probabilities)):
        inside, outside = probabilities[truth == index, index], probabilities[truth != index, index]
        expected = mannwhitneyu(inside, outside).statistic / (len(inside) * len(outside))
        assert auc == pytest.approx(expected, rel=1e-12)


def test_macro_auc_agrees_with_scikit_learns_multiclass_average(images):
    truth, probabilities = images
    expected = roc_auc_score(truth, probabilities, multi_class="ovr", average="macro")
    assert macro(one_vs_rest_auc(truth, probabilities)) == pytest.approx(expected, rel=1e-12)


def test_auc_of_each_class_agrees_with_torchmetrics(images):
    import torch
    from torchmetrics.functional import classification as metrics

    truth, probabilities = images
    expected = metrics.multiclass_auroc(
        torch.from_numpy(probabilities), torch.from_numpy(truth), num_classes=N_CLASSES, average="none"
    )
    np.testing.assert_allclose(one_vs_rest_auc(truth, probabilities), expected.numpy(), rtol=1e-6)


def test_auc_of_a_perfect_ranking_is_1_and_of_a_reversed_one_0():
    truth = np.array([0, 0, 1, 1])
    right = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.1, 0.9]])
    assert one_vs_rest_auc(truth, right).tolist() == [1, 1]
    assert one_vs_rest_auc(truth, right[:, ::-1]).tolist() == [0, 0]


def test_auc_of_an_absent_class_is_nan_and_left_out_of_the_average():
    auc = one_vs_rest_auc(np.array([0, 1, 0, 1]), np.eye(3)[[0, 1, 0, 1]])
    np.testing.assert_array_equal(auc, [1, 1, np.nan])
    assert macro(auc) == 1


def test_auc_of_a_single_class_is_undefined_and_not_0():
    auc = one_vs_rest_auc(np.array([1, 1]), np.array([[0.3, 0.7], [0.1, 0.9]]))
    assert np.isnan(auc).all()
    assert np.isnan(macro(auc))


def test_auc_of_constant_probabilities_is_one_half(images):
    truth, probabilities = images
    constant = np.tile(probabilities[0], (len(truth), 1))
    np.testing.assert_array_equal(one_vs_rest_auc(truth, constant), [0.5] * N_CLASSES)


def test_absent_classes_are_counted():
    assert n_absent(np.array([0, 2, 2]), 4) == 2
