"""A measured benchmark: the runs, their images and what is declared of them, and the comparison of any two sides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.comparison import Comparison, compare
from sgcldff.statistics.image_scores import IMAGE_SCORES, Images
from sgcldff.statistics.paired_test import PairedTest
from sgcldff.statistics.runs import checked_runs
from sgcldff.statistics.scenarios import Scope, Values, scopes, values
from sgcldff.tables.runs import DESCRIBED, METRICS, is_class_metric
from sgcldff.tables.truth import lacks

POINTS = 100.0  # scores are fractions; differences and margins are points

Scenarios = Mapping[str, Sequence[Sequence[str]]]
Side = Mapping[str, float]  # method -> weight: what a side of a comparison scores is the weighted sum


@dataclass
class Benchmark:
    """What is compared.

    runs: a row a run, scores as `sgcldff.tables.runs` has them; scenarios: name -> [trained on, tested on] pairs;
    images: the scores of single images, None for no crossed analysis; test_train_ratio: images tested over images
    trained on in a seed's split; equivalence_bound: points within which a difference counts as none; redrawn: as for
    `scopes`; arms: the methods of hypotheses with all their seeds, where they have more than the others. Two of them
    are compared over all of these: a difference is the same wherever it is tested.
    Raises InputError as `checked_runs` and `scopes` do.
    """

    runs: pd.DataFrame
    scenarios: Scenarios
    test_train_ratio: float
    images: Images | None = None
    equivalence_bound: float = 1.0
    redrawn: Collection[tuple[str, str]] | None = None
    arms: Benchmark | None = None
    _values: dict[tuple[str, Scope], Values | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        columns = [*METRICS, *(name for name in self.runs if name in DESCRIBED or is_class_metric(name))]
        self.metrics = list(dict.fromkeys(columns))
        self.runs = checked_runs(self.runs, self.metrics)
        self.scopes = scopes(self.scenarios, self.redrawn)
        self._lacking = lacks(self.runs)

    @cached_property
    def methods(self) -> list[str]:
        """Sorted, so that the order of rows in the runs decides nothing."""
        return sorted(self.runs["method"].unique())

    def scopes_of(self, scenario: str) -> list[Scope]:
        """The average of a scenario and each of its pairs."""
        return [scope for scope in self.scopes if scope.scenario == scenario]

    def values(self, method: str, scope: Scope) -> Values | None:
        """The method's values in the scope; None where it was not run there. Raises InputError as `values` does."""
        if (method, scope) not in self._values:
            self._values[method, scope] = values(self.runs, method, scope, self.metrics, self._lacking)
        return self._values[method, scope]

    def ratio(self, scope: Scope) -> float | None:
        """The ratio for the correction where the scope's splits were redrawn, else None."""
        return self.test_train_ratio if scope.redrawn else None

    def compared(
        self, scope: Scope, metric: str, reference: Side, against: Side, margin: float = 0.0
    ) -> Comparison | None:
        """The two sides compared over the seeds, in points; None where a method was not run or lacks the metric.

        reference, against: method -> weight; margin: points. A metric that is undefined in some run is not tested, and
        the note says where. Raises InputError where the methods have different seeds, or different images.
        """
        if metric not in self.metrics:
            raise InputError(f"The runs have no metric {metric}: name one of {', '.join(self.metrics)}.")
        sides = {**reference, **against}
        if self.arms and sides.keys() <= set(self.arms.methods):
            return self.arms.compared(scope, metric, reference, against, margin)
        measured = {method: self.values(method, scope) for method in sides}
        if any(values is None or values.of(metric) is None for values in measured.values()):
            return None
        if undefined := [text for values in measured.values() if (text := values.undefined(metric))]:
            defined = [set(values.seeds[~np.isnan(values.of(metric))]) for values in measured.values()]
            note = f"not tested: {'; '.join(undefined)}"
            return Comparison(PairedTest(n=len(set.intersection(*defined))), note=note)
        _check_seeds(list(measured.values()))
        left, right = (
            sum(weight * POINTS * measured[method].of(metric) for method, weight in side.items())
            for side in (reference, against)
        )
        any_method = next(iter(measured.values()))  # which pairs take part is the same for all
        grids, missing = self._grids(replace(scope, pairs=tuple(any_method.pairs(metric))), metric, reference, against)
        comparison = compare(left, right, margin, self.ratio(scope), grids)
        if grids is not None:
            _check_images(comparison, scope, metric, sides)
        notes = [comparison.note or missing, any_method.without(metric)]
        return replace(comparison, note="; ".join(note for note in notes if note))

    def by_seed(
        self, scenario: str, pair: str, metric: str, reference: str, against: str = ""
    ) -> tuple[np.ndarray, float]:
        """What a test in this place is made of, [seeds], and the ratio of the deciding test (0: the plain one).

        Differences reference - against in points, or without `against` the scores of the reference as fractions; of a
        method that was not run there, none.
        """
        (scope,) = (scope for scope in self.scopes_of(scenario) if scope.label == pair)
        if against:
            comparison = self.compared(scope, metric, {reference: 1.0}, {against: 1.0})
            return np.array(comparison.differences if comparison else ()), self.ratio(scope) or 0.0
        values = self.values(reference, scope)
        scores = None if values is None else values.of(metric)
        return np.array(() if scores is None else scores), self.ratio(scope) or 0.0

    def _grids(self, scope: Scope, metric: str, reference: Side, against: Side) -> tuple[list[np.ndarray] | None, str]:
        """Differences [S, I] in points for each dataset tested on, where its images repeat over seeds; or why not."""
        if self.images is None or scope.redrawn or metric not in IMAGE_SCORES:
            return None, ""
        grids = self.images.differences(reference, against, scope, metric)
        return (None, grids) if isinstance(grids, str) else ([POINTS * grid for grid in grids], "")


def _check_images(comparison: Comparison, scope: Scope, metric: str, sides: Side) -> None:
    """Raises InputError where the scores of images do not come to those of the runs."""
    crossed, plain = comparison.crossed, comparison.plain
    if crossed.n_seeds and (crossed.n_seeds != plain.n or abs(crossed.mean - plain.mean) > 1e-6 * POINTS):
        raise InputError(
            f"{metric} of {' and '.join(sides)} in {scope} is {plain.mean:.4f} points apart over {plain.n} seeds in "
            f"the runs, and {crossed.mean:.4f} over {crossed.n_seeds} in the scores of images: score the predictions "
            "again."
        )


def _check_seeds(measured: Sequence[Values]) -> None:
    """Raises InputError where methods that are to be paired have different seeds."""
    first, *others = measured
    for other in others:
        for more, fewer in ((first, other), (other, first)):
            if extra := sorted(set(more.seeds) - set(fewer.seeds)):
                raise InputError(
                    f"{more.method} in {more.scope} has runs for seed {', '.join(map(str, extra))} and {fewer.method} "
                    "does not: run what is missing or leave it out of both."
                )
