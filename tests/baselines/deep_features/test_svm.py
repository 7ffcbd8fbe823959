"""The support vector machine of arrays: equal to scikit-learn's, whole after storing, chosen on validation images."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

from baselines.deep_features.svm import (
    GAUSSIAN,
    PENALTIES,
    PRECISION,
    REACH,
    TEMPERATURES,
    SupportVectorMachine,
    choose_machine,
    fit_machines,
    standardise,
)

SKLEARN = {
    1: lambda count: {"kernel": "linear"},
    2: lambda count: {"kernel": "poly", "degree": 2, "gamma": 1 / count, "coef0": 1},
    3: lambda count: {"kernel": "poly", "degree": 3, "gamma": 1 / count, "coef0": 1},
    GAUSSIAN: lambda count: {"kernel": "rbf", "gamma": PRECISION / count},
}


def clouds(count: int, seed: int, classes: int = 3, features: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Clouds of points that overlap, the first class more frequent; features on very different scales."""
    generator = np.random.default_rng(seed)
    labels = np.minimum(np.arange(count) % (classes + 2), classes - 1)
    centres = np.random.default_rng(99).normal(0, 1.5, (classes, features))
    return (centres[labels] + generator.normal(0, 1, (count, features))) * 10.0 ** np.arange(features), labels


@pytest.mark.parametrize("degree", SKLEARN)
def test_decisions_are_those_of_scikit_learn(degree: int) -> None:
    features, labels = clouds(60, 0)
    unseen, _ = clouds(40, 1)
    kept = np.array([4, 0, 2, 5])
    machine = fit_machines(features, labels, 3, kept, degree, [3.0])[0]
    standard = standardise(features[:, kept], machine.mean, machine.scale)
    # The linear kernel here is divided by the number of features, which is a penalty divided by it there.
    penalty = 3.0 / len(kept) if degree == 1 else 3.0
    reference = OneVsRestClassifier(SVC(C=penalty, class_weight="balanced", tol=1e-6, **SKLEARN[degree](len(kept))))
    reference.fit(standard, labels)
    expected = reference.decision_function(standardise(unseen[:, kept], machine.mean, machine.scale))
    np.testing.assert_allclose(machine.decisions(unseen), expected, atol=2e-2)


def test_a_stored_machine_gives_the_same_probabilities_bit_for_bit() -> None:
    features, labels = clouds(60, 0)
    machine = choose_machine(features, labels, *clouds(20, 1), 3, [np.arange(6)], [1, GAUSSIAN])
    restored = SupportVectorMachine.restore(machine.state())
    assert all(isinstance(array, np.ndarray) for array in machine.state().values())
    np.testing.assert_array_equal(restored.probabilities(features), machine.probabilities(features))


def test_probabilities_are_distributions_whose_largest_is_the_class_decided() -> None:
    features, labels = clouds(60, 0)
    machine = choose_machine(features, labels, *clouds(20, 1), 3, [np.arange(6)], [1])
    probabilities = machine.probabilities(features)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), machine.decisions(features).argmax(axis=1))
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.8


def test_a_class_without_training_images_has_the_probability_0() -> None:
    features, labels = clouds(60, 0)
    machine = choose_machine(features, 2 * labels, features, labels, 5, [np.arange(6)], [1])
    np.testing.assert_array_equal(machine.probabilities(features)[:, [1, 3]], 0)


def test_one_class_alone_is_certain() -> None:
    features, _ = clouds(10, 0)
    machine = choose_machine(features, np.ones(10, int), features, np.ones(10, int), 3, [np.arange(6)], [1])
    np.testing.assert_array_equal(machine.probabilities(features), np.tile([0.0, 1.0, 0.0], (10, 1)))


def test_features_are_cut_so_that_an_outlier_does_not_decide() -> None:
    standard = standardise(np.array([[1000.0, -1000.0, 0.5]]), np.zeros(3), np.ones(3))
    np.testing.assert_array_equal(standard, [[REACH, -REACH, 0.5]])


def test_a_constant_feature_changes_nothing() -> None:
    features, labels = clouds(60, 0)
    with_constant = np.column_stack([features, np.full(60, 0.1)])
    machine = fit_machines(with_constant, labels, 3, np.arange(7), 1, [1.0])[0]
    assert np.isfinite(machine.decisions(with_constant)).all() and machine.scale[-1] == 1


def test_validation_images_choose_the_features_that_tells_the_classes_apart() -> None:
    features, labels = clouds(90, 0)
    noise = np.random.default_rng(3).normal(size=(90, 6))
    table = np.concatenate([noise, features], axis=1)
    subsets = [np.arange(6), np.arange(6, 12)]
    machine = choose_machine(table[:60], labels[:60], table[60:], labels[60:], 3, subsets, [1])
    np.testing.assert_array_equal(machine.kept, subsets[1])
    assert machine.penalty in PENALTIES


def test_the_temperature_stays_in_its_bounds_where_validation_images_are_told_apart_without_a_mistake() -> None:
    features, labels = clouds(60, 0)
    apart = features + 1000.0 * labels[:, None] * 10.0 ** np.arange(6)
    machine = choose_machine(apart, labels, apart, labels, 3, [np.arange(6)], [1])
    assert TEMPERATURES[0] <= machine.temperature <= TEMPERATURES[1]
    assert np.isfinite(machine.probabilities(apart)).all()


def test_a_rare_class_weighs_as_much_as_a_frequent_one() -> None:
    generator = np.random.default_rng(0)
    features = np.concatenate([generator.normal(0, 1, (95, 1)), generator.normal(1.5, 1, (5, 1))])
    labels = np.repeat([0, 1], [95, 5])
    machine = fit_machines(features, labels, 2, np.arange(1), 1, [1.0])[0]
    assert (machine.decisions(features)[labels == 1].argmax(axis=1) == 1).mean() >= 0.6
