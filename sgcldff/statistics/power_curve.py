"""Power of the hypotheses' margin tests against the number of seeds, if mean and SD were those observed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from sgcldff.statistics.comparison import REDRAWN
from sgcldff.statistics.power import detectable_effect, power
from sgcldff.statistics.t_test import CONFIDENCE

COLUMNS = ["hypothesis", "n", "power", "detectable"]
SEEDS = range(2, 51)


def power_curve(hypotheses: pd.DataFrame) -> pd.DataFrame:
    """A row a hypothesis and number of seeds n = 2 ... 50, of its scenario's average (empty pair).

    hypotheses: the table of that name (points). power: the probability that n seeds show the mean on its side of the
    margin (beyond it where the mean is, else short of it); detectable: the true difference, in points, that n seeds
    would show beyond the margin four times in five. Where splits are redrawn, both are of the corrected test, to which
    more seeds help less. A hypothesis without an SD has no rows.
    """
    averages = hypotheses[(hypotheses["pair"] == "") & (hypotheses["sd"] > 0)]
    rows = [
        {"hypothesis": test.hypothesis, "n": n} | _expected(test, n) for test in averages.itertuples() for n in SEEDS
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _expected(test: Any, n: int) -> dict[str, float]:
    sign = 1 if test.direction == "greater" else -1
    effect = abs(sign * test.mean - test.margin) / test.sd
    ratio = _test_train_ratio(test)
    return {
        "power": power(effect, n, test_train_ratio=ratio),
        "detectable": sign * (test.margin + test.sd * detectable_effect(n, test_train_ratio=ratio)),
    }


def _test_train_ratio(test: Any) -> float:
    """n_test / n_train of a test on redrawn splits, from its standard error SD sqrt(1/n + n_test/n_train); else 0."""
    if test.basis != REDRAWN:
        return 0.0
    se = (test.mean - test.corrected_lower) / stats.t.ppf(CONFIDENCE, test.n - 1)
    return float(np.square(se / test.sd) - 1 / test.n)
