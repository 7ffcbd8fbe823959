"""Printed comparisons at the correlation that was measured: what a paper cannot say of its two methods, runs here can.

The correlation of two methods' runs decides what their printed means and SDs show (pair.py). It is measured over the
seeds of runs of one's own of the same two methods and the same metric (or over images, where the printed SD is one over
images), and stands in for that of the paper's runs: the same methods, other data and other training.

The probability that a claim is false is that of Christodoulou et al. (2025, arXiv 2505.04720, "Claims Reloaded"), for
metrics with a mean and an SD: P(mu_A <= mu_B) = T_{n-1}(sqrt(n) (m_B - m_A) / sqrt(s_A^2 + s_B^2 - 2 r s_A s_B)), with
A the method that is printed as the better one and T the distribution of Student's t. It is the posterior under the
reference prior of a paired t-test, and so half of its two-sided p; they take n images and an assumed r, here it is the
printed n and the measured r.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.audit.pair import PrintedPair
from sgcldff.statistics.grid import score_table
from sgcldff.tables.audit import AUDIT_MEASURED

LEAST_PAIRS = 4  # Fisher's z has the variance 1 / (n - 3)


class Correlation(NamedTuple):
    """Pearson's r of n pairs with its 95% interval by Fisher's z; NaN where it does not exist."""

    r: float
    low: float
    high: float
    n: int


def correlation(one: Sequence[float], other: Sequence[float]) -> Correlation:
    """Of paired values [n]; no interval below four pairs or at |r| = 1, no r where one of the two has no spread.

    >>> [round(number, 3) for number in correlation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])[:3]]
    [0.8, -0.28, 0.986]
    """
    x, y = np.asarray(one, float), np.asarray(other, float)
    n = len(x)
    if n < 3 or min(np.ptp(x), np.ptp(y)) <= 1e-12 * max(np.abs(x).max(), np.abs(y).max()):
        return Correlation(math.nan, math.nan, math.nan, n)
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    if n < LEAST_PAIRS or abs(r) > 1 - 1e-12:
        return Correlation(r, math.nan, math.nan, n)
    half = stats.norm.ppf(0.975) / math.sqrt(n - 3)
    return Correlation(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half), n)


def probability_false(pair: PrintedPair, r: float) -> float:
    """That the method with the lower printed mean is not the worse one, given r; NaN where there is no spread.

    >>> pair = PrintedPair(n=5, difference=1.1, sd_reference=0.4, sd_against=0.5, half_unit=0.05)
    >>> round(probability_false(pair, 0.5), 4)
    0.0029
    """
    return pair.test(r).p / 2


def audit_measured(
    comparisons: pd.DataFrame,
    scores: pd.DataFrame,
    same: Mapping[str, str] | None = None,
    over: str = "seed",
    decimal: str | None = None,
) -> pd.DataFrame:
    """Every printed comparison that has a test, at the correlation measured between its two methods: AUDIT_MEASURED.

    comparisons: as `audit_comparisons` gives them; scores: a long table of runs, method, seed, metric, value and maybe
    image; same: printed name -> name in scores, where they differ by more than capitals; over: seed (a seed's mean over
    its images) or image (an image's mean over the seeds); decimal: the sign of the decimals in scores, where it may be
    either. r, r_low, r_high: the correlation with its 95% interval, pairs: seeds or images behind it; p: two-sided, at
    r; p_low, p_high: at the ends of that interval; p_false: that the order of the two as printed is wrong, p_false_low,
    p_false_high: at the ends. `note` says why something is missing.
    Raises InputError for scores that cannot be read, and names in `same` that either table does not have.
    """
    runs = score_table(scores, decimal)
    if over not in runs:
        raise InputError(f"The measured scores have no column {over}: add it, or take the correlation over the seeds.")
    same = dict(same or {})
    printed = {*comparisons["reference"], *comparisons["against"]}
    known = {name.casefold(): name for name in runs["method"].unique()}
    for ours, theirs in same.items():
        if ours not in printed:
            raise InputError(f"No printed method is called {ours!r}: name one of {', '.join(sorted(printed))}.")
        if theirs.casefold() not in known:
            raise InputError(
                f"No measured method is called {theirs!r}: name one of {', '.join(sorted(known.values()))}."
            )
    names = {name: known.get(same.get(name, name).casefold()) for name in printed}
    rows = [_measured(row, runs, names, over) for row in comparisons.itertuples() if not math.isnan(row.p_r0)]
    return pd.DataFrame(rows, columns=list(AUDIT_MEASURED.columns))


def _measured(row: Any, runs: pd.DataFrame, names: Mapping[str, str | None], over: str) -> dict[str, Any]:
    cells = {name: getattr(row, name) for name in ("table", "metric", "reference", "against", "difference", "n")}
    cells |= {"over": over, "pairs": 0, "note": ""}
    if missing := [name for name in (row.reference, row.against) if names[name] is None]:
        return cells | {"note": f"no runs of {' and '.join(missing)} among the measured"}
    own = runs[runs["metric"].str.casefold() == row.metric.casefold()]
    sides = [own[own["method"] == names[name]].groupby(over)["value"].mean() for name in (row.reference, row.against)]
    paired = pd.concat(sides, axis=1, join="inner")
    cells["pairs"] = len(paired)
    found = correlation(paired.iloc[:, 0], paired.iloc[:, 1])
    if math.isnan(found.r):
        few = f"{len(paired)} {over}s with {row.metric} of both were measured, and a correlation needs three"
        return cells | {"note": few if len(paired) < 3 else "one of the two has no spread in what was measured"}
    pair = PrintedPair(int(row.n), row.difference, row.reference_sd, row.against_sd, row.half_unit)
    at = {"": found.r, "_low": found.low, "_high": found.high}
    cells |= {f"r{end}": r for end, r in at.items()}
    # A larger r gives a smaller p: the low p belongs to the high end.
    ends = {"": found.r, "_low": found.high, "_high": found.low}
    for end, r in ends.items():
        cells[f"p{end}"] = math.nan if math.isnan(r) else pair.test(r).p
        cells[f"p_false{end}"] = math.nan if math.isnan(r) else probability_false(pair, r)
    if math.isnan(found.low):
        cells["note"] = f"{found.n} {over}s give r no interval"
    return cells
