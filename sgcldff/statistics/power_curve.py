"""Power of the hypotheses' margin tests against the number of seeds, if mean and SD were those observed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sgcldff.statistics.power import detectable_effect, power
from sgcldff.tables.comparisons import REDRAWN
from sgcldff.tables.power import POWER

SEEDS = range(2, 51)


def power_curve(hypotheses: pd.DataFrame, test_train_ratio: float) -> pd.DataFrame:
    """A row a hypothesis and number of seeds n = 2 ... 50, of its scenario's average (empty pair).

    hypotheses: the table of that name (points). power: the probability that n seeds show the mean on its side of the
    margin (beyond it where the mean is, else short of it); detectable: the true difference, in points, that n seeds
    would show beyond the margin four times in five. Where splits are redrawn, both are of the corrected test (with that
    test_train_ratio), to which more seeds help less. A hypothesis without an SD has no rows.
    """
    averages = hypotheses[(hypotheses["pair"] == "") & (hypotheses["sd"] > 0)]
    rows = [
        {"hypothesis": test.hypothesis, "n": n} | _expected(test, n, test_train_ratio)
        for test in averages.itertuples()
        for n in SEEDS
    ]
    return pd.DataFrame(rows, columns=list(POWER.columns))


def _expected(test: Any, n: int, test_train_ratio: float) -> dict[str, float]:
    sign = 1 if test.direction == "greater" else -1
    effect = abs(sign * test.mean - test.margin) / test.sd
    ratio = test_train_ratio if test.basis == REDRAWN else 0.0
    return {
        "power": power(effect, n, test_train_ratio=ratio),
        "detectable": sign * (test.margin + test.sd * detectable_effect(n, test_train_ratio=ratio)),
    }
