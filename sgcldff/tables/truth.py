"""Which tests take part in the mean of a scenario: decided in this one place, for the statistics and the report."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import pandas as pd

from sgcldff.tables.definitions import LEAST_ANNOTATED
from sgcldff.tables.runs import TRUTH_COUNTS

LEAST = {"masks": LEAST_ANNOTATED, "classes": 1}  # truth -> images that have it in every seed, for a part in a mean

Pair = tuple[str, str]  # trained on, tested on


class Lack(Enum):
    """How many images of a test lack the truth that a metric needs."""

    ALL = "all"  # the test has no score
    MOST = "most"  # it has one by itself, which does not enter the mean of a scenario


def lacks(runs: pd.DataFrame) -> Mapping[str, Mapping[Pair, Lack]]:
    """Truth ("masks", "classes") -> the pairs whose images lack it.

    runs: a row a run of any method; a count of TRUTH_COUNTS that they do not have is no lack. A pair lacks most where
    in any seed fewer images than LEAST have the truth: a mean is over the same pairs in every seed.
    """
    found: dict[str, dict[Pair, Lack]] = {}
    for truth, column in TRUTH_COUNTS.items():
        counts = runs.groupby(["trained_on", "tested_on"])[column].agg(["min", "max"]) if column in runs else None
        found[truth] = {
            (str(trained_on), str(tested_on)): Lack.MOST if most > 0 else Lack.ALL
            for (trained_on, tested_on), least, most in (counts.itertuples() if counts is not None else ())
            if not (most > 0 and least >= LEAST[truth])
        }
    return found
