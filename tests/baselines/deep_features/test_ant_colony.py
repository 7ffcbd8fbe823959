"""The ant colony finds what tells the classes apart, and a seed gives one selection."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.deep_features import ant_colony
from baselines.deep_features.ant_colony import RIDGE, quality, search, walk


def hidden(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """One variant of images of three classes that features 3, 11 and 17 of 24 tell apart; the others are noise."""
    generator = np.random.default_rng(seed)
    labels = np.arange(45) % 3
    features = generator.normal(size=(45, 24))
    features[:, [3, 11, 17]] += 3 * np.eye(3)[labels]
    return features[None], labels


def test_the_features_that_tell_the_classes_apart_are_found() -> None:
    assert set(search(*hidden(), 4, np.random.default_rng(1))) >= {3, 11, 17}


def test_a_seed_gives_one_selection_of_the_size_asked_for() -> None:
    first, again = (search(*hidden(), 6, np.random.default_rng(2)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len(first) == 6 and (np.diff(first) > 0).all()


def test_an_ant_comes_by_a_feature_once_and_sooner_where_there_is_more_pheromone() -> None:
    generator = np.random.default_rng(0)
    pheromone = np.where(np.arange(10) < 5, 0.95, 0.05)
    walks = np.concatenate([walk(pheromone, np.ones(10), np.zeros((10, 10)), 3, generator) for _ in range(20)])
    assert (walks.sum(axis=1) == 3).all()
    # The first step goes to the strong half with a probability of .95; the later ones have fewer of them left.
    assert 0.88 < walks[:, :5].sum() / walks.sum() < 0.96


def test_an_ant_keeps_away_from_what_is_like_its_path() -> None:
    likeness = np.kron(np.eye(2), np.ones((2, 2)))  # 0 and 1 are alike, and so are 2 and 3
    walks = walk(np.full(4, 0.5), np.ones(4), likeness, 2, np.random.default_rng(0))
    assert (walks[:, :2].sum(axis=1) == 1).all()


def test_quality_is_what_leaving_out_each_image_in_turn_gives() -> None:
    generator = np.random.default_rng(0)
    features, labels = generator.normal(size=(9, 4)), np.array([0, 0, 0, 0, 0, 1, 1, 2, 2])
    gram = features @ features.T * 9 / np.trace(features @ features.T) + 1
    codes = 2 * np.eye(3)[labels] - 1
    errors = np.zeros(9)
    for out in range(9):
        rest = np.arange(9) != out
        weights = np.linalg.solve(gram[np.ix_(rest, rest)] + RIDGE * np.eye(8), codes[rest])
        errors[out] = ((codes[out] - gram[out, rest] @ weights) ** 2).mean()
    by_class = np.mean([errors[labels == each].mean() for each in range(3)])
    assert quality(features, labels) == pytest.approx(-by_class)


def test_iterations_raise_the_quality_of_what_ants_come_by(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(ant_colony, "quality", lambda *given: seen.append(quality(*given)) or seen[-1])
    search(*hidden(), 6, np.random.default_rng(0))
    by_iteration = np.reshape(seen, (ant_colony.ITERATIONS, ant_colony.ANTS)).mean(axis=1)
    assert by_iteration[-3:].mean() > by_iteration[:3].mean()


def test_features_of_one_class_alone_are_selected_all_the_same() -> None:
    features, _ = hidden()
    assert len(search(features, np.zeros(45, int), 5, np.random.default_rng(0))) == 5
