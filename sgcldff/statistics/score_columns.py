"""Which column of anybody's table of scores holds what: named by the person, or found by its name.

Two shapes are known. Long: a row a run (or a run and image), a column of methods. Wide: a column a method. Scores stand
in the column `value` beside `metric`, or in a column that is called as the metric, as experiment trackers export them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from sgcldff.config.suggestions import meant
from sgcldff.errors import InputError

PRINTED = "printed means are for sgcldff audit"
SHAPE = "a table of several runs has a row for each with its method, seed and score"
TENSORBOARD = {"wall time", "step", "value"}
DATASETS = {"dataset", "data_set", "data", "task", "benchmark", "domain", "corpus", "tested_on", "test_set"}


@dataclass(frozen=True)
class Asked:
    """What a person says of their table; None or (): found by name.

    pair: the columns whose values name a pair (seeds, folds, subjects); highest, lowest: of several rows of a pair the
    one where this column is highest or lowest counts; decimal: the sign of the decimals.
    """

    method: str | None = None
    pair: tuple[str, ...] = ()
    image: str | None = None
    dataset: str | None = None
    highest: str | None = None
    lowest: str | None = None
    decimal: str | None = None


@dataclass(frozen=True)
class Columns:
    """The columns found. method: None where each method has its own; values: the columns of the scores (of reference
    and against, where each has its own); metric: None where the values are all of one; pair: () where a row is a pair.
    """

    method: str | None
    values: tuple[str, ...]
    metric: str | None
    pair: tuple[str, ...]
    image: str | None
    dataset: str | None
    chosen_by: str | None

    @property
    def pair_name(self) -> str:
        return "row" if not self.pair else self.pair[0] if len(self.pair) == 1 else f"({', '.join(self.pair)})"

    @property
    def used(self) -> set[str]:
        named = {self.method, self.metric, self.image, self.dataset, self.chosen_by}
        return {*self.values, *self.pair, *filter(None, named)}


def find_columns(table: pd.DataFrame, reference: str, against: str, metric: str, asked: Asked) -> Columns:
    """The columns of a table for one comparison; capitals do not matter.

    Raises InputError for a column that was named and is not there, and where none can be found by its name: the
    sentence names the option.
    """
    names = [str(name) for name in table.columns]
    method = _named(names, asked.method, "--method-column") or _find(names, "method")
    sides = [_find(names, side) for side in (reference, against)]
    if method is None and not all(sides):
        raise InputError(_no_methods(names, reference, against))
    image = _named(names, asked.image, "--image-column") or _find(names, "image")
    dataset = _named(names, asked.dataset, "--dataset-column")
    if asked.highest and asked.lowest:
        raise InputError("--at-highest and --at-lowest are given both: choose the rows by one of them.")
    chosen = _named(names, asked.highest, "--at-highest") or _named(names, asked.lowest, "--at-lowest")
    metrics = _find(names, "metric")
    if method is None:
        values = tuple(filter(None, sides))
    else:
        values, metrics = _value_column(table, names, metric, metrics)
    pair = tuple(dict.fromkeys(filter(None, (_named(names, name, "--pair-by") for name in asked.pair))))
    if not pair and (seed := _find(names, "seed")):
        pair = (seed,)
    found = Columns(method, values, metrics, pair, image, dataset, chosen)
    rest = [name for name in names if name not in found.used and not _is_index(name)]
    if not pair and "±" in str(table[values[0]].iloc[0]):
        raise InputError(f"The file holds means and SDs and no single runs: {PRINTED}; {SHAPE}.")
    if not pair and (method is not None or rest):
        raise InputError(
            f"There is no column seed (there are: {', '.join(names)}): name the column whose values pair {reference} "
            f"with {against}, such as a fold or a subject, with --pair-by."
        )
    return found


def _value_column(
    table: pd.DataFrame, names: list[str], metric: str, metrics: str | None
) -> tuple[tuple[str], str | None]:
    """The column of the scores, and that of the metrics where the scores are of several."""
    value, own = _find(names, "value"), _find(names, metric)
    listed = metrics is not None and value is not None
    if own and own != metrics and not (listed and metric in set(_words(table[metrics]))):
        return (own,), None
    if value is None and {"mean", "sd"} <= {name.casefold() for name in names}:
        raise InputError(f"The file holds means and SDs and no single runs: {PRINTED}; {SHAPE}.")
    if value is None:
        raise InputError(
            f"There is no column value, and none {metric!r} (there are: {', '.join(names) or 'none'}): name the column "
            "of the scores with --metric."
        )
    return (value,), metrics


def _no_methods(names: list[str], reference: str, against: str) -> str:
    there = ", ".join(names) or "none"
    if {name.casefold() for name in names} == TENSORBOARD:
        return f"The file is TensorBoard's export of one run ({there}): {SHAPE}; write one from the runs' last values."
    return (
        f"There is no column method, and none for each of {reference} and {against} (there are: {there}): name the "
        f"column of the methods with --method-column; {SHAPE}."
    )


def _named(names: list[str], name: str | None, option: str) -> str | None:
    if name is None:
        return None
    found = _find(names, name)
    if found is None:
        raise InputError(f"{option} {name}: there is no such column{meant(name, filter(None, names))}")
    return found


def _find(names: Iterable[str], name: str) -> str | None:
    """The column of that name, else the only one that differs from it in capitals alone."""
    names = list(names)
    if name in names:
        return name
    near = [each for each in names if each.strip().casefold() == name.strip().casefold()]
    return near[0] if len(near) == 1 else None


def _is_index(name: str) -> bool:
    """Whether a column is the numbered index that pandas writes."""
    return name == "" or name.startswith("Unnamed: ") or name.casefold() == "index"


def _words(column: pd.Series) -> list[str]:
    return [str(word).strip() for word in pd.unique(column)]
