"""Anybody's scores, in a long table or a wide one: checked, paired, compared; of several datasets in each and together.

Nothing is left out or filled in: what cannot be paired is refused, with one sentence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.comparison import Comparison, compare
from sgcldff.statistics.fragile import without_one
from sgcldff.statistics.matching import match_pairs
from sgcldff.statistics.score_columns import Asked
from sgcldff.statistics.score_rows import ScoreRows, score_rows, several_rows
from sgcldff.statistics.score_units import scaled
from sgcldff.statistics.verdict import FALLS_SHORT, falls_short, limit_passed, verdict
from sgcldff.tables.verdicts import DecidedBy, decided_by

TOGETHER = "together"


@dataclass(frozen=True)
class Compared:
    """Comparisons by dataset ("" where there is no column of them) and TOGETHER; the scale their differences have.

    pair: the column that names the pairs; read: what was taken as what.
    """

    comparisons: dict[str, Comparison]
    scale: float
    pair: str
    read: str

    @property
    def comparison(self) -> Comparison:
        """The only comparison, or that of all datasets together."""
        return list(self.comparisons.values())[-1]


@dataclass(frozen=True)
class _Pairs:
    """The scores of a dataset, a row a pair; grids: differences [pairs, images] of each set of images, if each pair has
    them all.
    """

    paired: pd.DataFrame
    grids: tuple[np.ndarray, ...] = ()
    note: str = ""


def compared(
    table: pd.DataFrame,
    reference: str,
    against: str,
    metric: str,
    *,
    asked: Asked | None = None,
    margin: float = 0.0,
    test_train_ratio: float | None = None,
    scale: float | None = None,
    lower_is_better: bool = False,
) -> Compared:
    """The comparison reference - against; against - reference where lower is better: above zero the reference wins.

    table: long or wide (score_columns.py), a row a run or a row an image; cells as text or numbers; asked: which column
    is what. margin: in scaled units; scale: None for 100 where all values are fractions, from -1 to 1, or have per cent
    signs (the differences are then points), and 1 where they are not. With images, the score of a pair is the mean over
    its images, and where every pair has the same images the crossed analysis is made too. With datasets, the score of a
    pair in all together is the mean over them, where all have the same pairs.
    Raises InputError for a missing column, an unknown method or metric, a cell that is empty or no number, duplicated
    keys, pairs that only one method has, images that differ between the methods, percentages among fractions without a
    scale, and a difference that is the same in every pair, which allows no test.

    >>> scores = {"full": [0.82, 0.81, 0.83], "unet": [0.80, 0.80, 0.79]}
    >>> rows = [(method, seed, "iou", s[seed]) for method, s in scores.items() for seed in range(3)]
    >>> table = pd.DataFrame(rows, columns=["method", "seed", "metric", "value"])
    >>> found = compared(table, "full", "unet", "iou", margin=1.0)
    >>> round(found.comparison.plain.mean, 2), found.scale
    (2.33, 100.0)
    """
    rows = score_rows(table, reference, against, metric, asked or Asked())
    if not np.isfinite(margin):
        raise InputError("The margin is no finite number: give it in points.")
    factor, note = scaled(rows, scale, lower_is_better)
    if rows.columns.dataset is None:
        sets = {"": _pairs(rows, rows.frame)}
    else:
        of_each = rows.frame.groupby("dataset", observed=True, sort=False)
        sets = {str(dataset): _pairs(rows, frame, f" in {dataset}") for dataset, frame in of_each}
    several = len(sets) > 1
    if several and TOGETHER in sets:
        raise InputError(f"A dataset is called {TOGETHER}, as all of them are here: call it otherwise.")
    if several:
        sets |= {TOGETHER: together} if (together := _together(list(sets.values()))) else {}
    comparisons = {}
    for dataset, found in sets.items():
        pairs = found.paired[["against", "reference"] if lower_is_better else ["reference", "against"]]
        if len(pairs) < 2:
            where = f" in {dataset}" if dataset else ""
            raise InputError(
                f"{metric} of {reference} and {against}{where} has 1 {rows.columns.pair_name}: a test needs at least 2."
            )
        grids = [-grid for grid in found.grids] if lower_is_better else list(found.grids)
        comparison = compare(pairs.iloc[:, 0], pairs.iloc[:, 1], margin, test_train_ratio, grids or None)
        if np.isnan(comparison.plain.p) and not several:
            raise InputError(
                f"{reference} - {against} in {metric} is the same in all {comparison.plain.n} "
                f"{rows.columns.pair_name}s ({comparison.plain.mean:.6g}): no test can be made of a constant "
                "difference; check that the runs are different ones."
            )
        notes = [note, found.note, _one_decides(comparison, found.paired["seed"], rows.columns.pair_name, margin)]
        notes = [*filter(None, [*notes, comparison.note])]
        comparisons[dataset] = replace(comparison, note="; ".join(notes))
    if several and TOGETHER not in sets:
        last = list(comparisons)[-1]
        missing = f"the datasets have not the same {rows.columns.pair_name}s: none together"
        comparisons[last] = replace(comparisons[last], note="; ".join(filter(None, [comparisons[last].note, missing])))
    return Compared(comparisons, factor, rows.columns.pair_name, rows.read)


def as_row(comparison: Comparison, margin: float) -> dict[str, Any]:
    """The comparison as a row of a table of comparisons, with the verdict of each test ("" where there is none)."""
    row = comparison.row(abs(margin), margin) | {"margin": margin}
    tests = {"": comparison.plain, "corrected_": comparison.corrected, "crossed_": comparison.crossed}
    for name, test in tests.items():
        row[f"{name}verdict"] = str(verdict(test.lower_bound, test.upper_bound, margin)) if test.df > 0 else ""
    bounds = comparison.deciding.lower_bound, comparison.deciding.upper_bound
    state = verdict(*bounds, margin)
    row["fragile"] = comparison.fragile(decided_by(state), limit_passed(state, margin))
    if falls_short(*bounds, margin):
        row["note"] = "; ".join(filter(None, [comparison.note, FALLS_SHORT]))
    return row


def as_json(comparison: Comparison, margin: float) -> dict[str, Any]:
    """The comparison under its fixed keys; None where a value does not exist.

    p values are two-sided except p_margin; `corrected` is there where a test_train_ratio was given, `crossed` where
    images repeat over the seeds. The verdict is that of the deciding test: the corrected one where it was asked for,
    else the plain one. It stands with what decided it (`decided_by`), that bound of the deciding test (`bound`; None
    for INCONCLUSIVE) and why it is fragile ("": it is not). pairs_needed and its 80% interval are None where no number
    up to 100,000 would do.

    >>> as_json(compare([3.0, 4.0, 6.0], [1.0, 1.0, 1.0]), margin=0.0)["verdict"]
    'SUPPORTED'
    """
    plain, effect, decided = comparison.plain, comparison.effect, comparison.deciding
    cells: dict[str, Any] = {name: getattr(plain, name) for name in ("n", "mean", "sd", "t", "df", "p")}
    cells |= {name: getattr(plain, name) for name in ("ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")}
    cells |= {"d_z": effect.d_z, "g_z": effect.g_z}
    cells |= {"p_wilcoxon": comparison.p_wilcoxon, "p_sign_flip": comparison.p_sign_flip}
    cells |= comparison.power_of_margin(margin)._asdict()
    if comparison.test_train_ratio:
        keys = ("t", "df", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")
        cells["corrected"] = {name: getattr(comparison.corrected, name) for name in keys}
    if comparison.crossed.n_images:
        keys = ("mean", "se", "df", "p", "ci_low", "ci_high")
        cells["crossed"] = {name: getattr(comparison.crossed, name) for name in keys}
    state = verdict(decided.lower_bound, decided.upper_bound, margin)
    by = decided_by(state)
    cells["bound"] = {DecidedBy.LOWER: decided.lower_bound, DecidedBy.UPPER: decided.upper_bound}.get(by, math.nan)
    text = {"verdict": state, "decided_by": by, "fragile": comparison.fragile(by, limit_passed(state, margin))}
    return _without_nan(cells) | {name: str(cell) for name, cell in text.items()}


def _without_nan(cells: dict[str, Any]) -> dict[str, Any]:
    """NaN has no place in JSON."""
    return {
        name: _without_nan(value) if isinstance(value, dict) else value if np.isfinite(value) else None
        for name, value in cells.items()
    }


def _pairs(rows: ScoreRows, frame: pd.DataFrame, where: str = "") -> _Pairs:
    """The scores of both methods side by side; frame: a dataset's part of the rows, where: which in a sentence."""
    images = "image" in frame
    by_image = _matched(rows, frame, ["seed", "image"] if images else ["seed"], where)
    if not images:
        return _Pairs(by_image)
    seeds = by_image["seed"].cat.codes.to_numpy()
    starts = np.flatnonzero(np.diff(seeds, prepend=-1))
    counts = np.diff(starts, append=len(seeds))
    means = by_image.groupby("seed", observed=True)[["reference", "against"]].mean().reset_index()
    codes = by_image["image"].cat.codes.to_numpy()
    if (counts == counts[0]).all() and (codes.reshape(len(starts), -1) == codes[: counts[0]]).all():
        differences = by_image["reference"].to_numpy() - by_image["against"].to_numpy()
        return _Pairs(means, (differences.reshape(len(starts), -1),))
    note = f"the images are not the same in every {rows.columns.pair_name}: no crossed analysis"
    return _Pairs(means, note=note)


def _matched(rows: ScoreRows, frame: pd.DataFrame, keys: Sequence[str], where: str) -> pd.DataFrame:
    """`match_pairs` with the person's own names of the keys, and what may be done about several rows for one."""
    shown = [rows.columns.pair_name, "image"][: len(keys)]
    sides = list(frame["method"].cat.categories)
    names = f"{rows.metric} of {sides[0]}{where}", f"{rows.metric} of {sides[1]}{where}"
    left, right = (frame.loc[(frame["method"] == side).to_numpy(), [*keys, "value"]] for side in sides)
    try:
        return match_pairs(left, right, keys, "value", names, shown)
    except InputError as error:
        if several := several_rows(rows):
            raise InputError(several) from error
        raise


def _together(sets: Sequence[_Pairs]) -> _Pairs | None:
    """The mean over the datasets in each pair; None where they have not the same pairs."""
    first = sets[0].paired
    if any(len(each.paired) != len(first) or (each.paired["seed"] != first["seed"]).any() for each in sets):
        return None
    means = sum(each.paired[["reference", "against"]] for each in sets) / len(sets)
    grids = tuple(grid / len(sets) for each in sets for grid in each.grids)
    return _Pairs(pd.concat([first["seed"], means], axis=1), grids if all(each.grids for each in sets) else ())


def _one_decides(comparison: Comparison, seeds: pd.Series, pair: str, margin: float) -> str:
    """In words, the one pair without which nothing would be undecided."""
    found = without_one(comparison.differences, margin, comparison.test_train_ratio)
    if found is None:
        return ""
    return f"one {pair} decides: without {pair} {seeds.iloc[found.place]} {found.state} ({found.mean:+.4g})"
