"""Everything that `sgcldff rank` says of many methods, from one table of scores."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.grid import FACTORS, blocks, from_wide, score_table
from sgcldff.statistics.iqm import bootstrap, iqm
from sgcldff.statistics.ranks import Ranks, pairs, ranked, stability, to_rank
from sgcldff.statistics.rope import rope
from sgcldff.statistics.student import student_t

DRAWS = 1000
SEED = 0  # of the bootstraps: the same table gives the same numbers
PERCENT = 100.0
ENOUGH = 5  # blocks, for a factor to be taken before another


@dataclass(frozen=True)
class Ranking:
    """methods: a row a method, best rank first: method, rank, rank_low, rank_high, first (share of draws in which it is
    first), mean, mean_low, mean_high, iqm, iqm_low, iqm_high, and with a ROPE p_worse, p_same, p_better of the first
    method against it; pairs: as `ranks.pairs`; ranks: of the methods in the order of the rows.

    over: what a block is; seeds: seeds drawn anew beside the blocks, 0 where blocks alone are; tau: mean Kendall's tau
    between the drawn orders and the observed; scale: what scores were multiplied by; notes: what was taken as what.
    """

    metric: str
    over: str
    ranks: Ranks
    methods: pd.DataFrame
    pairs: pd.DataFrame
    seeds: int
    tau: float
    scale: float
    lower_is_better: bool
    notes: tuple[str, ...]


def ranking(
    table: pd.DataFrame,
    metric: str | None = None,
    over: str | None = None,
    lower_is_better: bool = False,
    half_width: float | None = None,
    decimal: str | None = None,
) -> Ranking:
    """Ranks, tests, stability and intervals of every method of a table (text, long or a column a method).

    metric: of a long table, not needed where it has one; over: dataset, image or seed, by default the first of them
    of which there are five, or else that of which there are most; half_width: the ROPE's, in points where all scores
    are fractions; decimal: the sign of the decimals, where it may be either.
    Raises InputError for a table that cannot be read, an unknown metric or factor, a method that lacks a block, and
    fewer than two methods or blocks.
    """
    notes = [f"Read as: {'; '.join(read)}."] if (read := table.attrs.get("read")) else []
    names = {str(name).casefold().strip() for name in table.columns}
    if not names & {"method", "value"}:
        table = from_wide(table, metric or "score")
        notes.append(f"A column is a method: {', '.join(dict.fromkeys(map(str, table['method'])))}.")
    rows = score_table(table, decimal)
    known = list(dict.fromkeys(rows["metric"]))
    if metric is None and len(known) > 1:
        raise InputError(f"There are several metrics: name one of {', '.join(known)} with --metric.")
    metric = metric or known[0]
    if metric not in known:
        raise InputError(f"There is no metric {metric!r}: name one of {', '.join(known)}.")
    rows = rows[rows["metric"] == metric]
    there = [name for name in FACTORS if name in rows]
    if over is None:
        numbers = {name: rows[name].nunique() for name in there}
        over = next((name for name in there if numbers[name] >= ENOUGH), max(numbers, key=numbers.get))
        rest = [name for name in there if name != over]
        notes.append(f"A block is a {over}" + (f"; --over {' or '.join(rest)} takes another." if rest else "."))
    if over not in there:
        raise InputError(f"There is no column {over} to rank over: use {' or '.join(there)}.")
    scale = PERCENT if (rows["value"].abs() <= 1).all() else 1.0
    rows = rows.assign(value=rows["value"] * scale)
    grid = blocks(rows, [over])
    ranks = ranked(to_rank(grid.to_numpy()), lower_is_better)
    cube, note = _cube(rows, grid, over)
    notes += note
    found = _methods(grid, cube, ranks, lower_is_better, half_width)
    table_of_pairs = pairs(grid.to_numpy(), list(grid.columns), ranks)
    ends, first, tau = stability(to_rank(cube), np.random.default_rng(SEED), lower_is_better, DRAWS)
    found["rank_low"], found["rank_high"], found["first"] = ends[0], ends[1], first
    ordered = found.iloc[np.argsort(ranks.mean, kind="stable")].reset_index(drop=True)
    seeds = len(cube) if over != "seed" and len(cube) > 1 else 0
    return Ranking(metric, over, ranks, ordered, table_of_pairs, seeds, tau, scale, lower_is_better, tuple(notes))


def _cube(rows: pd.DataFrame, grid: pd.DataFrame, over: str) -> tuple[np.ndarray, list[str]]:
    """Scores [seeds, blocks, methods]; one seed where they have none, or not the same blocks in each."""
    whole = grid.to_numpy()[None]
    if over == "seed" or "seed" not in rows:
        return whole, []
    wide = rows.pivot_table("value", index=["seed", over], columns="method", aggfunc="mean")[list(grid.columns)]
    seeds = rows["seed"].nunique()
    if len(wide) != seeds * len(grid) or wide.isna().any(axis=None):
        return whole, [f"The {over}s are not the same in every seed: {over}s alone are drawn anew."]
    return wide.to_numpy().reshape(seeds, len(grid), -1), []


def _methods(
    grid: pd.DataFrame, cube: np.ndarray, ranks: Ranks, lower_is_better: bool, half_width: float | None
) -> pd.DataFrame:
    # One run a task cannot be drawn anew: then the blocks are the runs of a single task.
    runs = cube if len(cube) > 1 else cube.transpose(1, 0, 2)
    best = int(np.argmin(ranks.mean))
    found = []
    for place, method in enumerate(grid.columns):
        row = {"method": method, "rank": ranks.mean[place]}
        for name, statistic in (("mean", np.mean), ("iqm", iqm)):
            interval = bootstrap(runs[:, :, place], statistic, np.random.default_rng(SEED), DRAWS)
            row |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
        if half_width is not None and place != best:
            apart = (grid.iloc[:, best] - grid.iloc[:, place]).to_numpy() * (-1 if lower_is_better else 1)
            spread = apart.std(ddof=1) if np.ptp(to_rank(apart)) > 0 else 0.0
            worse, same, better = rope(
                student_t(apart.mean(), spread / math.sqrt(len(apart)), len(apart) - 1), half_width
            )
            row |= {"p_worse": worse, "p_same": same, "p_better": better}
        found.append(row)
    return pd.DataFrame(found)
