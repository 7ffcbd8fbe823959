"""The scenarios of an experiment, as the report speaks of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sgcldff.config.experiment import Experiment, Pair
from sgcldff.reporting.titles import pair_name
from sgcldff.variants import parse_variant


@dataclass(frozen=True)
class Scenario:
    """Pairs of (trained on, tested on) that are averaged within each seed.

    absent: the pairs that it lost with datasets that are not there; own_subsets: its fits are tested on the test
    subsets of the seeds' splits; leaking: its test images have copies in the training subset, on purpose; pools: pool
    that is fitted on -> its members; also: other scenarios with the same pairs, which are shown with it.
    """

    name: str
    pairs: tuple[Pair, ...]
    absent: tuple[Pair, ...] = ()
    own_subsets: bool = True
    leaking: bool = False
    pools: Mapping[str, Sequence[str]] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)

    @property
    def title(self) -> str:
        """`cross_stain` is written Cross-stain."""
        return " and ".join(map(scenario_title, self.names)).capitalize()

    @property
    def axes(self) -> list[str]:
        """The axes along which it tests."""
        axes = [parse_variant(tested_on)[1] for _, tested_on in self.pairs]
        return list(dict.fromkeys(axis for axis in axes if axis is not None))

    def is_absent(self, pair: str) -> bool:
        return pair in map(pair_name, self.absent)


def scenario_title(name: str) -> str:
    """`cross_stain` is written cross-stain."""
    return name.replace("_", "-")


def reported_scenarios(experiment: Experiment) -> dict[str, Scenario]:
    """Every scenario with a pair that is there, by name."""
    inflated = experiment.leakage.inflated if experiment.leakage else None
    return {
        name: Scenario(
            name=name,
            pairs=pairs,
            absent=experiment.absent_pairs.get(name, ()),
            own_subsets=experiment.on_own_test_subset(*pairs[0]),
            leaking=inflated in {trained_on for trained_on, _ in pairs},
            pools={first: experiment.members(first) for first, _ in pairs if first in experiment.pools},
        )
        for name, pairs in experiment.scenarios.items()
    }


def merged(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Those of the same pairs, of which every number is the same, as one that bears all their names.

    >>> pairs = (("a", "b"), ("b", "a"))
    >>> [each.title for each in merged([Scenario("cross_stain", pairs), Scenario("domain_shift", pairs[::-1])])]
    ['Cross-stain and domain-shift']
    """
    found: dict[tuple[frozenset[Pair], frozenset[Pair]], Scenario] = {}
    for scenario in scenarios:
        key = (frozenset(scenario.pairs), frozenset(scenario.absent))
        first = found.get(key)
        found[key] = replace(first, also=(*first.also, *scenario.names)) if first else scenario
    return list(found.values())


def lost_scenarios(experiment: Experiment) -> list[Scenario]:
    """The scenarios all of whose pairs need a dataset that is not there."""
    return [
        Scenario(name, (), pairs) for name, pairs in experiment.absent_pairs.items() if name not in experiment.scenarios
    ]
