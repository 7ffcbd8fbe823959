"""The experiment that a checked configuration comes to: what takes part, what is fitted on what, and tested where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from sgcldff.config.declared import Hypothesis, Interaction, arms_of
from sgcldff.config.perturbation import Perturbation
from sgcldff.config.training import Training
from sgcldff.config.typed import Typed
from sgcldff.variants import parse_variant, variant_name

IN_DOMAIN = "in_domain"  # the scenario of Tables 2 and 3: every dataset's own test subset
CHANCE = "chance"  # the control that looks at no image
REFERENCE = "full"  # the method that all others are compared with

Pair = tuple[str, str]  # (trained on, tested on)


class LabelSpace(Typed):
    """names: every class that labels speak of; classes: those that take part."""

    names: tuple[str, ...]
    classes: tuple[str, ...]


class Split(Typed):
    """Shares of the images."""

    train: float
    validation: float
    test: float


class DatasetEntry(Typed):
    """A dataset of the catalogue.

    space: what fits on it tell apart; grouped: False divides overlapping images too; labels: label space -> what the
    source calls an image -> class, or None.
    """

    class_path: str = Field(alias="class")
    title: str
    space: str
    labels: dict[str, dict[str, str | None]]
    arguments: dict[str, Any] = {}
    grouped: bool = True


class MethodEntry(Typed):
    """A method of the catalogue.

    paper: the row of the paper's tables that it stands for; base: of a shift control, the method that it is a variant
    of; at_test: what is done to the fit of its base when it predicts, in place of a fit of its own; seen: datasets that
    its pretrained weights were trained on.
    """

    class_path: str = Field(alias="class")
    title: str
    role: Literal["reference", "ablation", "baseline", "shift", "control"]
    paper: str | None = None
    base: str | None = None
    at_test: Literal["reinhard", "adabn"] | None = None
    seen: tuple[str, ...] = ()
    arguments: dict[str, Any] = {}


class Pool(Typed):
    """Several datasets that are fitted on together."""

    title: str
    members: tuple[str, ...]


class Axis(Perturbation):
    """An axis of the robustness scenarios; levels: above 0."""

    title: str
    levels: tuple[float, ...]


class Leakage(Typed):
    """The same data, divided by source and divided by image: what a leaking split is worth."""

    honest: str
    inflated: str


class Absent(Typed):
    """A dataset that was chosen and is not there; obtain: what to put where."""

    title: str
    obtain: str


class Experiment(Typed):
    """A checked configuration, every choice resolved.

    methods: those that are run, in the order of the tables; absent, absent_pairs: datasets that were chosen and are not
    there, and the pairs that each scenario lost with them.
    """

    name: str
    results: str
    reports: str
    raw: str
    mirror: str | None
    container: str | None = None
    synthetic: bool
    scale: str | None
    device: Literal["auto", "cuda", "cpu"]
    fit_threads: int
    fits_per_gpu: int
    seeds: tuple[int, ...]
    further_seeds: tuple[int, ...] = ()
    size: int
    label_spaces: dict[str, LabelSpace]
    split: Split
    training: Training
    datasets: dict[str, DatasetEntry]
    pools: dict[str, Pool]
    methods: dict[str, MethodEntry]
    perturbations: dict[str, Axis]
    scenarios: dict[str, tuple[Pair, ...]]
    leakage: Leakage | None
    equivalence: float
    families: dict[str, str]
    hypotheses: dict[str, Hypothesis]
    interactions: dict[str, Interaction]
    absent: dict[str, Absent] = {}
    absent_pairs: dict[str, tuple[Pair, ...]] = {}

    def with_methods(self, names: Iterable[str]) -> Experiment:
        """The same experiment with these of its methods alone."""
        return self.model_copy(update={"methods": {name: self.methods[name] for name in names}})

    @property
    def every_seed(self) -> tuple[int, ...]:
        """Those of all methods, then those of the arms of hypotheses alone."""
        return (*self.seeds, *self.further_seeds)

    def seeds_of(self, method: str) -> tuple[int, ...]:
        """The seeds that a method is fitted and tested with."""
        return self.every_seed if method in self.arms else self.seeds

    @property
    def arms(self) -> set[str]:
        """The methods that hypotheses are about."""
        return arms_of(self.hypotheses.values())

    def fitted_as(self, method: str) -> str:
        """The method whose fit this one predicts with: its own, or that of its base."""
        entry = self.methods[method]
        return entry.base if entry.at_test else method

    def members(self, trained_on: str) -> list[str]:
        """The datasets whose training subsets a fit sees: those of a pool, or the dataset itself."""
        return list(self.pools[trained_on].members) if trained_on in self.pools else [trained_on]

    def space(self, trained_on: str) -> str:
        """The label space of the fits on a dataset or pool."""
        return self.datasets[self.members(trained_on)[0]].space

    def classes(self, trained_on: str) -> list[str]:
        """The classes that fits on a dataset or pool tell apart."""
        return list(self.label_spaces[self.space(trained_on)].classes)

    def own_labels(self, dataset: str) -> dict[str, str | None]:
        """What the source calls an image -> its class in the dataset's own space."""
        entry = self.datasets[dataset]
        return entry.labels[entry.space]

    def foreign_labels(self, trained_on: str, tested_on: str) -> dict[str, str | None] | None:
        """What the source of a tested dataset calls an image -> its class in the space of the fit.

        None where both have the same space; empty where the tested dataset has no labels in the other.
        """
        entry, space = self.datasets[parse_variant(tested_on)[0]], self.space(trained_on)
        return None if entry.space == space else entry.labels.get(space, {})

    def on_own_test_subset(self, trained_on: str, tested_on: str) -> bool:
        """Whether a test is on the seed's test subset, because the fit was trained on another of the same dataset."""
        return parse_variant(tested_on)[0] in self.members(trained_on)

    @property
    def explained(self) -> list[str]:
        """The datasets whose own fits are tested on them in domain: images of these are explained."""
        return [name for name, tested_on in self.scenarios[IN_DOMAIN] if name == tested_on]

    def pairs(self) -> list[Pair]:
        """The pairs of all scenarios, each once."""
        return list(dict.fromkeys(pair for pairs in self.scenarios.values() for pair in pairs))

    def own_test_pairs(self) -> list[Pair]:
        """The pairs that are tested on the seeds' test subsets."""
        return [pair for pair in self.pairs() if self.on_own_test_subset(*pair)]

    def tests(self) -> dict[str, list[str]]:
        """What is trained on -> what its fits are tested on: all that any scenario asks for, and nothing else.

        A dataset along an axis stands for the dataset itself and each of its levels.
        """
        asked = set(self.pairs())
        tests: dict[str, list[str]] = {}
        for trained_on in (*self.datasets, *self.pools):
            tested_on: list[str] = []
            for dataset in self.datasets:
                axes = [axis for axis in self.perturbations if (trained_on, variant_name(dataset, axis)) in asked]
                if axes or (trained_on, dataset) in asked:
                    tested_on.append(dataset)
                tested_on += [
                    variant_name(dataset, axis, level) for axis in axes for level in self.perturbations[axis].levels
                ]
            if tested_on:
                tests[trained_on] = tested_on
        return tests

    def axes(self) -> dict[str, Axis]:
        """The axes along which any scenario tests."""
        tested = {parse_variant(tested_on)[1] for _, tested_on in self.pairs()}
        return {name: axis for name, axis in self.perturbations.items() if name in tested}
