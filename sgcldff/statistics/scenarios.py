"""What the tables are about: a scenario's average within a seed, and each of its pairs by itself.

A pair is an ordered (trained on, tested on). A scenario's value in a seed is the plain mean of its pairs, so that every
pair weighs the same whatever its number of pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sgcldff.errors import InputError


@dataclass(frozen=True)
class Scope:
    """One or more pairs that give one value a seed; `label` is "" for the average of the scenario."""

    scenario: str
    label: str
    pairs: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.scenario} ({self.label})" if self.label else self.scenario

    @property
    def redrawn(self) -> bool:
        """Whether every seed drew its own test pictures: each fit is tested on a part of its own dataset."""
        return all(trained_on == tested_on for trained_on, tested_on in self.pairs)

    @property
    def fixed(self) -> bool:
        """Whether every seed was tested on the same pictures: all those of another dataset."""
        return all(trained_on != tested_on for trained_on, tested_on in self.pairs)


def pair_label(trained_on: str, tested_on: str) -> str:
    """How a pair is written in every table."""
    return f"{trained_on}→{tested_on}"


def scopes(scenarios: Mapping[str, Sequence[Sequence[str]]]) -> list[Scope]:
    """For each scenario its average, then each of its pairs, in the order declared; one without pairs gives none.

    Raises InputError for a pair that is not two names or that stands twice in a scenario (it would weigh double).
    """
    found = []
    for name, declared in scenarios.items():
        if any(isinstance(pair, str) or len(pair) != 2 for pair in declared):
            raise InputError(f"A pair of scenario {name} is not [trained on, tested on]: correct it in config.yaml.")
        pairs = tuple((str(trained_on), str(tested_on)) for trained_on, tested_on in declared)
        if len(set(pairs)) < len(pairs):
            raise InputError(f"Scenario {name} names a pair twice: remove one of the two from config.yaml.")
        if len({trained_on == tested_on for trained_on, tested_on in pairs}) > 1:
            raise InputError(
                f"Scenario {name} mixes tests on the own dataset with tests on others, which take different analyses: "
                "make two scenarios of it."
            )
        if pairs:
            found.append(Scope(name, "", pairs))
            found += [Scope(name, pair_label(*pair), (pair,)) for pair in pairs]
    return found


@dataclass(frozen=True)
class Values:
    """A method's values in a scope, seeds in numeric order.

    seeds: int [S]; parts: float [S, P, M], a value a seed, pair and metric; metrics: M names; n_images: float [S],
    pictures tested, over all pairs.
    """

    scope: Scope
    method: str
    seeds: np.ndarray
    metrics: tuple[str, ...]
    parts: np.ndarray
    n_images: np.ndarray

    def of(self, metric: str) -> np.ndarray | None:
        """[S]: the mean over the pairs in each seed, NaN where one of them is; None where every value is NaN."""
        parts = self.parts[:, :, self.metrics.index(metric)]
        return None if np.isnan(parts).all() else parts.mean(axis=1)

    def undefined(self, metric: str) -> str:
        """Where the metric is NaN, in words ("auc of full is undefined in jtsc→jtsc (seed 3)"); "" if nowhere."""
        missing = np.isnan(self.parts[:, :, self.metrics.index(metric)])
        places = [
            f"{pair_label(*pair)} (seed {', '.join(map(str, self.seeds[missing[:, i]]))})"
            for i, pair in enumerate(self.scope.pairs)
            if missing[:, i].any()
        ]
        return f"{metric} of {self.method} is undefined in {', '.join(places)}" if places else ""


def values(runs: pd.DataFrame, method: str, scope: Scope, metrics: Sequence[str]) -> Values | None:
    """The method's values in the scope; None where it has no run in any of the scope's pairs.

    runs: as `checked_runs` gives them. Raises InputError for a seed that has some of the scope's pairs and lacks
    another: an average over the rest would compare different things under one name.
    """
    place = {pair: i for i, pair in enumerate(scope.pairs)}
    mine = runs[runs["method"] == method]
    position = pd.Series(list(zip(mine["trained_on"], mine["tested_on"], strict=True)), mine.index, object).map(place)
    mine = mine.assign(position=position).dropna(subset="position").sort_values(["seed", "position"])
    if mine.empty:
        return None
    for seed, present in mine.groupby("seed")["position"]:
        if lacking := [pair_label(*pair) for pair, i in place.items() if i not in set(present)]:
            raise InputError(
                f"Seed {seed} of {method} has no run for {', '.join(lacking)}, which scenario {scope.scenario} needs: "
                "run it or take the seed out."
            )
    seeds, n_pairs = mine["seed"].unique(), len(place)
    parts = mine[list(metrics)].to_numpy(dtype=float).reshape(len(seeds), n_pairs, len(metrics))
    n_images = mine["n_images"].to_numpy(dtype=float).reshape(len(seeds), n_pairs).sum(axis=1)
    return Values(scope, method, seeds, tuple(metrics), parts, n_images)
