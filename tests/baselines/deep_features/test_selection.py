"""Relevance, redundancy and entropy of features, against values worked out by hand."""

from __future__ import annotations

import numpy as np
from sklearn.feature_selection import f_classif

from baselines.deep_features.selection import correlations, entropy, rank, relevance


def test_relevance_is_the_f_statistic_and_0_for_a_constant_feature() -> None:
    features = np.array([[1.0, 5.0], [3.0, 5.0], [5.0, 5.0], [7.0, 5.0]])
    # Means 2 and 6 about 4: between 2·2²·2 = 16 with one degree of freedom, within 4 with two.
    np.testing.assert_allclose(relevance(features, np.array([0, 0, 1, 1])), [16 / (4 / 2), 0])


def test_relevance_is_that_of_scikit_learn() -> None:
    features, labels = np.random.default_rng(0).normal(size=(40, 7)), np.arange(40) % 3
    np.testing.assert_allclose(relevance(features, labels), f_classif(features, labels)[0])


def test_one_class_has_no_relevant_feature() -> None:
    np.testing.assert_array_equal(relevance(np.random.default_rng(0).normal(size=(5, 3)), np.zeros(5, int)), 0)


def test_products_of_scaled_columns_are_correlations() -> None:
    features = np.random.default_rng(0).normal(size=(20, 4)) * [1, 10, 100, 0]
    scaled = correlations(features)
    np.testing.assert_allclose((scaled.T @ scaled)[:3, :3], np.corrcoef(features[:, :3].T), atol=1e-12)
    np.testing.assert_array_equal(scaled[:, 3], 0)


def test_a_copy_of_the_best_feature_comes_after_a_weaker_one_that_says_something_else() -> None:
    generator = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 30)
    best = (labels == 0) + generator.normal(0, 0.3, 90)
    other = (labels == 2) + generator.normal(0, 0.35, 90)
    copy = best + generator.normal(0, 0.01, 90)
    noise = generator.normal(size=90)
    order = rank(np.stack([noise, copy, other, best], axis=1), labels, 3)
    assert order[0] in (1, 3) and order[1] == 2


def test_ranks_name_each_feature_once() -> None:
    generator = np.random.default_rng(0)
    order = rank(generator.normal(size=(30, 12)), np.arange(30) % 3, 12)
    assert sorted(order) == list(range(12))


def test_entropy_counts_the_levels_that_a_feature_takes() -> None:
    features = np.stack([np.zeros(8), np.arange(8) % 2, np.arange(8) % 4, np.repeat([0, 1], [6, 2])], axis=1)
    by_hand = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25))
    np.testing.assert_allclose(entropy(features.astype(float)), [0, 1, 2, by_hand])
