"""What the tables are about: a scenario's average within a seed, and each of its pairs by itself.

A pair is an ordered (trained on, tested on). A scenario's value in a seed is the plain mean of its pairs, so that every
pair weighs the same whatever its number of images. A pair whose images lack the truth that a metric needs (a mask,
a class), or of which too few have it (`sgcldff.tables.truth`), takes no part in that mean, for any method.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.runs import truth_of
from sgcldff.tables.truth import LEAST, Lack, Pair


@dataclass(frozen=True)
class Scope:
    """One or more pairs that give one value a seed.

    label: "" for the average of the scenario; redrawn: every seed drew its own test images, some of the dataset
    that the fit was trained on; else every seed was tested on the same images, all those of another dataset.
    """

    scenario: str
    label: str
    pairs: tuple[tuple[str, str], ...]
    redrawn: bool

    def __str__(self) -> str:
        return f"{self.scenario} ({self.label})" if self.label else self.scenario


def pair_label(trained_on: str, tested_on: str) -> str:
    """How a pair is written in every table.

    >>> pair_label("bccd", "jtsc")
    'bccd→jtsc'
    """
    return f"{trained_on}→{tested_on}"


def scopes(
    scenarios: Mapping[str, Sequence[Sequence[str]]], redrawn: Collection[tuple[str, str]] | None = None
) -> list[Scope]:
    """For each scenario its average, then each of its pairs, in the order declared; one without pairs gives none.

    redrawn: the pairs that are tested on test subsets of what was trained on; None: where both have one name. Raises
    InputError for a pair that is not two names or that stands twice in a scenario (it would weigh double).

    >>> [str(scope) for scope in scopes({"cross": [["bccd", "jtsc"], ["jtsc", "bccd"]]})]
    ['cross', 'cross (bccd→jtsc)', 'cross (jtsc→bccd)']
    """
    every_scope = []
    for name, declared in scenarios.items():
        if any(isinstance(pair, str) or len(pair) != 2 for pair in declared):
            raise InputError(f"A pair of scenario {name} is not [trained on, tested on]: correct it in config.yaml.")
        pairs = tuple((str(trained_on), str(tested_on)) for trained_on, tested_on in declared)
        if len(set(pairs)) < len(pairs):
            raise InputError(f"Scenario {name} names a pair twice: remove one of the two from config.yaml.")
        own = {pair[0] == pair[1] if redrawn is None else pair in redrawn for pair in pairs}
        if len(own) > 1:
            raise InputError(
                f"Scenario {name} mixes tests on the own dataset with tests on others, which take different analyses: "
                "make two scenarios of it."
            )
        if pairs:
            every_scope.append(Scope(name, "", pairs, *own))
            every_scope += [Scope(name, pair_label(*pair), (pair,), *own) for pair in pairs]
    return every_scope


@dataclass(frozen=True)
class Values:
    """A method's values in a scope, seeds in numeric order.

    seeds: int [S]; parts: float [S, P, M], a value a seed, pair and metric; metrics: M names; lacking: truth ->
    the pairs that take no part in the metrics that need it, and how much of it they lack; n_images: float [S], images
    tested, over all pairs.
    """

    scope: Scope
    method: str
    seeds: np.ndarray
    metrics: tuple[str, ...]
    parts: np.ndarray
    lacking: Mapping[str, Mapping[Pair, Lack]]
    n_images: np.ndarray

    def of(self, metric: str) -> np.ndarray | None:
        """[S]: the mean over the pairs in each seed, NaN where one of them is; None where every value is NaN."""
        parts = self.by_pair(metric)
        return None if np.isnan(parts).all() else parts.mean(axis=1)

    def undefined(self, metric: str) -> str:
        """Where the metric is NaN, in words ("auc of full is undefined in jtsc→jtsc (seed 3)"); "" if nowhere."""
        missing = np.isnan(self.by_pair(metric))
        places = [
            f"{pair_label(*pair)} (seed {', '.join(map(str, self.seeds[missing[:, i]]))})"
            for i, pair in enumerate(self.pairs(metric))
            if missing[:, i].any()
        ]
        return f"{metric} of {self.method} is undefined in {', '.join(places)}" if places else ""

    def pairs(self, metric: str) -> list[tuple[str, str]]:
        """The pairs that take part in the metric."""
        return [pair for pair in self.scope.pairs if pair not in self.lacking[truth_of(metric)]]

    def without(self, metric: str) -> str:
        """Which pairs take no part in the metric, in words ("without lisc→lisc: no masks"); "" if all do or none."""
        truth, sentences = truth_of(metric), []
        for lack, words in ((Lack.ALL, "no"), (Lack.MOST, f"fewer than {LEAST[truth_of(metric)]} images with")):
            pairs = [pair_label(*pair) for pair, found in self.lacking[truth].items() if found is lack]
            sentences += [f"without {', '.join(pairs)}: {words} {truth}"] if pairs else []
        return "; ".join(sentences) if self.pairs(metric) else ""

    def by_pair(self, metric: str) -> np.ndarray:
        """[S, P]: the values of the pairs that take part in the metric."""
        takes_part = [pair not in self.lacking[truth_of(metric)] for pair in self.scope.pairs]
        return self.parts[:, takes_part, self.metrics.index(metric)]


def values(
    runs: pd.DataFrame,
    method: str,
    scope: Scope,
    metrics: Sequence[str],
    lacking: Mapping[str, Mapping[Pair, Lack]],
) -> Values | None:
    """The method's values in the scope; None where it has no run in any of the scope's pairs.

    runs: as `checked_runs` gives them; lacking: as `lacks` finds it in them. A pair by itself shows its value whatever
    few of its images it rests on. Raises InputError for a seed that has some of the scope's pairs and lacks another: an
    average over the rest would compare different things under one name.
    """
    place = {pair: i for i, pair in enumerate(scope.pairs)}
    mine = runs[runs["method"] == method]
    position = pd.Series(list(zip(mine["trained_on"], mine["tested_on"], strict=True)), mine.index, object).map(place)
    mine = mine.assign(position=position).dropna(subset="position").sort_values(["seed", "position"])
    if mine.empty:
        return None
    for seed, present in mine.groupby("seed")["position"]:
        if absent := [pair_label(*pair) for pair, i in place.items() if i not in set(present)]:
            raise InputError(
                f"Seed {seed} of {method} has no run for {', '.join(absent)}, which scenario {scope.scenario} needs: "
                "run it or take the seed out."
            )
    seeds, n_pairs = mine["seed"].unique(), len(place)
    parts = mine[list(metrics)].to_numpy(dtype=float).reshape(len(seeds), n_pairs, len(metrics))
    n_images = mine["n_images"].to_numpy(dtype=float).reshape(len(seeds), n_pairs).sum(axis=1)
    return Values(scope, method, seeds, tuple(metrics), parts, _without_part(scope, lacking), n_images)


def _without_part(scope: Scope, lacking: Mapping[str, Mapping[Pair, Lack]]) -> Mapping[str, Mapping[Pair, Lack]]:
    """Truth -> the pairs of the scope that take no part in the metrics that need it."""
    alone = scope.label != ""
    return {
        truth: {pair: of[pair] for pair in scope.pairs if pair in of and not (alone and of[pair] is Lack.MOST)}
        for truth, of in lacking.items()
    }
