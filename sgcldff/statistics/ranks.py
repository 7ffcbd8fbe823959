"""Ranks of many methods over blocks (datasets, images or seeds): Friedman, Nemenyi, Wilcoxon with Holm.

Demsar (2006, JMLR 7, sections 3.2.2 and 3.2.4): the best method of a block has rank 1, ties share their mean rank.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.multiplicity import holm
from sgcldff.statistics.student import ALPHA

FEW_BLOCKS, PERMUTATIONS = 30, 9999


@dataclass(frozen=True)
class Ranks:
    """Mean ranks [k] of k methods over n blocks, and what they show.

    chi2, p: Friedman's test as Demsar prints it, without a correction for ties; chi2_ties, p_ties: with it (scipy's);
    f, p_f: Iman and Davenport's F with k - 1 and (k - 1)(n - 1) degrees of freedom, of chi2; p_permuted:
    Friedman's test by permutations within blocks, NaN above FEW_BLOCKS, where the other p are near it; critical:
    Nemenyi's critical difference at .05. f and p_f are NaN where every block has the same order, chi2_ties where all
    methods tie in every block.
    """

    mean: np.ndarray
    n: int
    chi2: float
    p: float
    chi2_ties: float
    p_ties: float
    f: float
    p_f: float
    p_permuted: float
    critical: float


def ranked(scores: np.ndarray, lower_is_better: bool = False) -> Ranks:
    """Ranks of scores [n, k], a row a block and a column a method, with Friedman's test and Nemenyi's difference.

    Raises InputError below two blocks or two methods.

    >>> ranks = ranked(np.array([[0.9, 0.8, 0.7], [0.8, 0.7, 0.6], [0.7, 0.5, 0.6]]))
    >>> ranks.mean.round(2).tolist(), round(ranks.chi2, 2), round(ranks.critical, 2)
    ([1.0, 2.33, 2.67], 4.67, 1.91)
    """
    n, k = scores.shape
    if n < 2 or k < 2:
        raise InputError(f"There are {k} methods and {n} blocks: ranks need two of each at least.")
    ranks = stats.rankdata(scores if lower_is_better else -scores, axis=1)
    mean = ranks.mean(axis=0)
    chi2 = float(12 * n / (k * (k + 1)) * (((mean - (k + 1) / 2) ** 2).sum()))
    tied = sum(float((counts**3 - counts).sum()) for counts in (np.unique(row, return_counts=True)[1] for row in ranks))
    left = 1 - tied / (n * (k**3 - k))
    chi2_ties = chi2 / left if left > 0 else math.nan
    most = n * (k - 1)
    f = (n - 1) * chi2 / (most - chi2) if most - chi2 > 1e-9 else math.nan
    return Ranks(
        mean=mean,
        n=n,
        chi2=chi2,
        p=float(stats.chi2.sf(chi2, k - 1)),
        chi2_ties=chi2_ties,
        p_ties=float(stats.chi2.sf(chi2_ties, k - 1)),
        f=f,
        p_f=float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))),
        p_permuted=_permuted(ranks) if n <= FEW_BLOCKS else math.nan,
        critical=critical_difference(n, k),
    )


def _permuted(ranks: np.ndarray) -> float:
    """The share of random orders within blocks whose chi2 is no smaller; theirs counts as one of them."""
    drawn = np.random.default_rng(0).permuted(np.broadcast_to(ranks, (PERMUTATIONS, *ranks.shape)), axis=2)
    spread = drawn.mean(axis=1).var(axis=1)
    return float((1 + (spread >= ranks.mean(axis=0).var() * (1 - 1e-9) - 1e-12).sum()) / (1 + PERMUTATIONS))


def critical_difference(n: int, k: int, level: float = ALPHA) -> float:
    """Nemenyi's: two of k methods differ where their mean ranks over n blocks are further apart.

    >>> round(critical_difference(14, 4), 2)
    1.25
    """
    studentized = float(stats.studentized_range.ppf(1 - level, k, np.inf))
    return studentized / math.sqrt(2) * math.sqrt(k * (k + 1) / (6 * n))


def to_rank(scores: np.ndarray) -> np.ndarray:
    """Scores over the largest of them, to twelve decimals, so that what is equal but for the last bit ties.

    >>> to_rank(np.array([0.1 + 0.2, 0.3])).tolist()
    [1.0, 1.0]
    """
    largest = float(np.abs(scores).max())
    return np.round(scores / largest, 12) if largest > 0 else scores


def pairs(scores: np.ndarray, methods: Sequence[str], ranks: Ranks) -> pd.DataFrame:
    """Every pair of methods, the better ranked first: a, b, difference of their mean ranks, nemenyi (whether it exceeds
    the critical difference), p (Wilcoxon's signed ranks of their scores, two-sided) and p_holm over all pairs.

    A pair whose scores are the same in every block has no p.
    """
    rows, steady = [], to_rank(scores)
    for one, other in combinations(np.argsort(ranks.mean, kind="stable"), 2):
        difference = float(ranks.mean[other] - ranks.mean[one])
        apart = np.round(steady[:, one] - steady[:, other], 12)
        p = float(stats.wilcoxon(apart).pvalue) if apart.any() else math.nan
        row = {"a": methods[one], "b": methods[other], "difference": difference}
        rows.append(row | {"nemenyi": difference > ranks.critical, "p": p})
    table = pd.DataFrame(rows)
    table["p_holm"] = holm(table["p"])
    return table


def cliques(mean: np.ndarray, critical: float) -> list[tuple[int, int]]:
    """The groups that Nemenyi's difference does not divide: first and last place in the order of the mean ranks, of
    each largest run of two methods or more.

    >>> cliques(np.array([1.0, 1.5, 2.4, 4.0]), 1.0)
    [(0, 1), (1, 2)]
    """
    order = np.sort(mean)
    found: list[tuple[int, int]] = []
    for start, first in enumerate(order):
        end = int(np.flatnonzero(order - first <= critical)[-1])
        if end > start and (not found or end > found[-1][1]):
            found.append((start, end))
    return found


def stability(
    cube: np.ndarray, random: np.random.Generator, lower_is_better: bool = False, draws: int = 2000
) -> tuple[np.ndarray, np.ndarray, float]:
    """How the ranks of scores [seeds, blocks, methods] hold when seeds and blocks are drawn anew, both at once.

    The ranks are those of the means over seeds, within blocks. Returns the 2.5 % and 97.5 % ends of each method's mean
    rank [2, k]; the share of draws in which it is first, ties shared [k]; and the mean of Kendall's tau-b between the
    drawn order and the observed (as challengeR has it), NaN where all tie. With one seed or one block the other alone
    is drawn.

    >>> ends, first, tau = stability(np.array([[[3.0, 2.0, 1.0]] * 4] * 3), np.random.default_rng(0), draws=20)
    >>> ends.tolist(), first.tolist(), round(tau, 6)
    ([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [1.0, 0.0, 0.0], 1.0)
    """
    seeds, n, k = cube.shape
    signed = cube if lower_is_better else -cube
    observed = stats.rankdata(signed.mean(axis=0), axis=1).mean(axis=0)
    drawn, first, taus = np.empty((draws, k)), np.zeros(k), []
    for draw in range(draws):
        chosen = signed[random.integers(0, seeds, seeds)].mean(axis=0)[random.integers(0, n, n)]
        drawn[draw] = stats.rankdata(chosen, axis=1).mean(axis=0)
        best = np.isclose(drawn[draw], drawn[draw].min())
        first += best / best.sum()
        taus.append(stats.kendalltau(observed, drawn[draw]).statistic)
    known = [tau for tau in taus if not math.isnan(tau)]
    return np.quantile(drawn, [0.025, 0.975], axis=0), first / draws, float(np.mean(known)) if known else math.nan
