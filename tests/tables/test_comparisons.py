"""Which test of a comparison decides: every table and figure asks this one place."""

from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.tables.comparisons import REDRAWN, SEEDS, decided, decided_p_margin, deciding

PLAIN = {"t": 9.0, "df": 4, "p": 0.01, "ci_low": 1.0, "ci_high": 3.0, "lower_bound": 1.2, "upper_bound": 2.8}
CORRECTED = {"t": 2.0, "df": 3, "p": 0.2, "low": -1.0, "high": 5.0, "lower": -0.5, "upper": 4.5}
ROW = {**PLAIN, "p_margin": 0.02, "corrected_p_margin": 0.3} | {f"corrected_{k}": v for k, v in CORRECTED.items()}
TABLE = pd.DataFrame([ROW | {"basis": SEEDS}, ROW | {"basis": REDRAWN}])


def test_over_seeds_the_plain_test_decides_and_on_redrawn_splits_the_corrected_one():
    plain, corrected = TABLE.itertuples()
    assert decided(plain) == tuple(PLAIN.values())
    assert decided(corrected)._asdict() == CORRECTED
    assert (decided_p_margin(plain), decided_p_margin(corrected)) == (0.02, 0.3)


@pytest.mark.parametrize("column", [*PLAIN, "p_margin"])
def test_a_column_has_the_deciding_test_of_each_row(column):
    pair = [*(decided(row) for row in TABLE.itertuples())]
    expected = [row[list(PLAIN).index(column)] for row in pair] if column in PLAIN else [0.02, 0.3]
    assert deciding(TABLE, column).tolist() == expected
