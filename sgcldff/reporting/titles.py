"""What methods, datasets and axes of perturbation are called, and what every table and figure says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sgcldff.config.experiment import Experiment, MethodEntry, Pair
from sgcldff.variants import parse_variant

# What a title says of its method at its end; a narrow table has a mark there and says it below.
SAID = re.compile(r" \((random weights|sees the tested images|its weights have seen [^()]+)\)$")
MARKS = "†‡§¶‖#"
ARROW = "→"  # between the two names of a pair, in the tables of statistics and in titles


def pair_name(pair: Pair) -> str:
    """How the tables of statistics write a pair of (trained on, tested on).

    >>> pair_name(("jtsc", "cellavision"))
    'jtsc→cellavision'
    """
    return ARROW.join(pair)


def with_marks(titles: Sequence[str]) -> tuple[list[str], str]:
    """Titles with a mark for what they say at their end, and what each mark means ("" where there is none).

    >>> with_marks(["U-Net (random weights)", "Otsu", "SegFormer (random weights)"])
    (['U-Net †', 'Otsu', 'SegFormer †'], '† random weights')
    """
    said = dict.fromkeys(match[1] for title in titles if (match := SAID.search(title)))
    marks = dict(zip(said, MARKS, strict=False))
    short = [
        SAID.sub(lambda match: f" {marks[match[1]]}" if match[1] in marks else match[0], title) for title in titles
    ]
    return short, " · ".join(f"{mark} {meaning}" for meaning, mark in marks.items())


@dataclass(frozen=True)
class Titles:
    """Key -> title. datasets: pools and absent datasets too; axes: of perturbation.

    marks: that the images are synthetic, and the scale of the run; "" where there is nothing to say.
    """

    methods: Mapping[str, str]
    datasets: Mapping[str, str]
    axes: Mapping[str, str]
    marks: str

    @classmethod
    def of(cls, experiment: Experiment) -> Titles:
        named = {**experiment.absent, **experiment.datasets, **experiment.pools}
        marks = ["Synthetic images" if experiment.synthetic else "", experiment.scale or ""]
        return cls(
            methods={key: _method_title(entry, named) for key, entry in experiment.methods.items()},
            datasets={key: entry.title for key, entry in named.items()},
            axes={key: axis.title for key, axis in experiment.perturbations.items()},
            marks="; ".join(mark for mark in marks if mark),
        )

    def method(self, key: str) -> str:
        """The title of a method, or its key where the report does not show it."""
        return self.methods.get(key, key)

    def axis(self, key: str) -> str:
        return self.axes.get(key, key)

    def dataset(self, key: str) -> str:
        """The title of a dataset, of a pool, or of a dataset along an axis."""
        name, axis, level = parse_variant(key)
        title = self.datasets.get(name, name)
        if axis is None:
            return title
        return f"{title}, {self.axis(axis)}" + ("" if level is None else f" at {level:g}")

    def pair(self, pair: str | Pair) -> str:
        """Both titles with an arrow between them, or one title where a dataset is tested on itself."""
        trained_on, tested_on = pair.split(ARROW) if isinstance(pair, str) else pair
        if parse_variant(tested_on)[0] == trained_on:
            return self.dataset(tested_on)
        return f"{self.dataset(trained_on)} {ARROW} {self.dataset(tested_on)}"

    def caption(self, text: str) -> str:
        """The line above a table, with the marks."""
        return f"**{text}**" + (f" *({self.marks})*" if self.marks else "")


def _method_title(entry: MethodEntry, datasets: Mapping[str, Any]) -> str:
    """Said with it: that a network could have been pretrained and was not, and which datasets its weights have seen."""
    if entry.arguments.get("weights") == "none":
        return f"{entry.title} (random weights)"
    seen = [datasets[name].title for name in entry.seen if name in datasets]
    return f"{entry.title} (its weights have seen {', '.join(seen)})" if seen else entry.title
