"""Scenarios as a person writes them: sentences over datasets and label spaces, turned into pairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations, product

from sgcldff.config.suggestions import meant
from sgcldff.errors import InputError
from sgcldff.variants import variant_name

Pair = list[str]  # [trained on, tested on]

FORMS = {
    "each of A": re.compile(r"each of (?P<names>.+?)( along (?P<axis>\S+))?"),
    "all pairs of A": re.compile(r"all pairs of (?P<names>.+)"),
    "leave one out of A": re.compile(r"leave one out of (?P<names>.+)"),
    "all of A together": re.compile(r"all of (?P<names>.+) together"),
    "from A to B": re.compile(r"from (?P<names>.+) to (?P<onto>.+)"),
}
FEWEST_TO_LEAVE_ONE_OUT = 3  # of two, the other alone is left: that is a pair


@dataclass
class Expansion:
    """What the sentences of a configuration come to: pairs of each scenario, and the pools that they are fitted on."""

    scenarios: dict[str, list[Pair]] = field(default_factory=dict)
    pools: dict[str, dict[str, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """What a sentence may name.

    chosen: the datasets that take part, in their order, each with its label space; known: every dataset of the
    catalogue; spaces: label space -> title; titles: dataset -> title.
    """

    chosen: Mapping[str, str]
    known: Sequence[str]
    spaces: Mapping[str, str]
    titles: Mapping[str, str]

    def datasets(self, place: str, text: str) -> list[str]:
        """The chosen datasets that a list of names stands for; one that is known and not chosen is passed over."""
        names: list[str] = []
        for name in re.split(r"\s*,\s*|\s+and\s+", text.strip()):
            if name in self.spaces:
                names += [dataset for dataset, space in self.chosen.items() if space == name]
            elif name in self.known:
                names += [name] if name in self.chosen else []
            else:
                raise InputError(f"{place}: the dataset {name!r} is unknown{meant(name, [*self.known, *self.spaces])}")
        return list(dict.fromkeys(names))


def expand(scenarios: Mapping[str, str | list[str | Pair]], vocabulary: Vocabulary) -> Expansion:
    """The pairs of every scenario in the order written; one that no chosen dataset is left for has none.

    A scenario is a sentence, or a list of sentences and pairs. "leave one out of" makes a pool `without_<dataset>` for
    each, "all of ... together" one that is called like the scenario. Raises InputError for a sentence of another form,
    for a name that is neither a dataset nor a label space, and for pools of one name with different members.
    """
    expansion = Expansion()
    for name, written in scenarios.items():
        place = f"scenarios.{name}"
        pairs: list[Pair] = []
        for part in [written] if isinstance(written, str) else written:
            pairs += _pairs(place, name, part, vocabulary, expansion) if isinstance(part, str) else [list(part)]
        expansion.scenarios[name] = pairs
    return expansion


def _pairs(place: str, scenario: str, sentence: str, vocabulary: Vocabulary, expansion: Expansion) -> list[Pair]:
    """The pairs of one sentence; the pools that it needs are added to the expansion."""
    form, match = next(
        ((form, match) for form, pattern in FORMS.items() if (match := pattern.fullmatch(sentence.strip()))), ("", None)
    )
    if match is None:
        raise InputError(f"{place}: {sentence!r} has none of the forms {', '.join(FORMS)} (A, B: names with commas).")
    names = vocabulary.datasets(place, match["names"])
    make: dict[str, Callable[[], list[Pair]]] = {
        "each of A": lambda: [[name, variant_name(name, match["axis"]) if match["axis"] else name] for name in names],
        "all pairs of A": lambda: [list(pair) for pair in permutations(names, 2)],
        "leave one out of A": lambda: _leave_one_out(place, names, vocabulary, expansion),
        "all of A together": lambda: _together(place, scenario, names, match["names"], vocabulary, expansion),
        "from A to B": lambda: [
            [name, onto] for name, onto in product(names, vocabulary.datasets(place, match["onto"])) if name != onto
        ],
    }
    return make[form]()


def _leave_one_out(place: str, names: list[str], vocabulary: Vocabulary, expansion: Expansion) -> list[Pair]:
    if len(names) < FEWEST_TO_LEAVE_ONE_OUT:
        return []
    pairs = []
    for left_out in names:
        pool = f"without_{left_out}"
        others = [name for name in names if name != left_out]
        _add_pool(place, expansion, pool, f"all but {vocabulary.titles[left_out]}", others)
        pairs.append([pool, left_out])
    return pairs


def _together(
    place: str, scenario: str, names: list[str], written: str, vocabulary: Vocabulary, expansion: Expansion
) -> list[Pair]:
    if len(names) < 2:
        return []
    space = vocabulary.spaces.get(written.strip())
    title = f"all {space} datasets" if space else " and ".join(vocabulary.titles[name] for name in names)
    _add_pool(place, expansion, scenario, title, names)
    return [[scenario, name] for name in names]


def _add_pool(place: str, expansion: Expansion, pool: str, title: str, members: list[str]) -> None:
    entry = {"title": title, "members": members}
    if expansion.pools.setdefault(pool, entry) != entry:
        raise InputError(
            f"{place}: the pool {pool} has other datasets in another scenario: write these pairs as a list."
        )
