from __future__ import annotations

import math

import numpy as np
import pytest

from sgcldff.statistics.sd_interval import sd_interval


@pytest.mark.parametrize(
    ("n", "quantiles"),  # of the chi-squared distribution at .975, .025, .95, .05, from a printed table
    [(5, (11.143, 0.484, 9.488, 0.711)), (10, (19.023, 2.700, 16.919, 3.325))],
)
def test_the_ends_are_those_of_the_tables_of_chi_squared(n, quantiles):
    expected = [2.0 * math.sqrt((n - 1) / quantile) for quantile in quantiles]
    assert list(sd_interval(2.0, n)) == pytest.approx(expected, rel=2e-3)


def test_the_interval_misses_the_true_sd_five_times_in_a_hundred_also_where_all_runs_are_correlated():
    random = np.random.default_rng(0)
    shared = random.normal(0, 3, (4000, 1))  # what runs share moves all of them and is in no SD
    ends = [sd_interval(sd, 5) for sd in (shared + random.normal(0, 1, (4000, 5))).std(axis=1, ddof=1)]
    missed = np.mean([not end.ci_low <= 1 <= end.ci_high for end in ends])
    assert missed == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize(("sd", "n"), [(math.nan, 1), (0.0, 5)])
def test_one_run_or_runs_that_do_not_differ_have_no_interval(sd, n):
    assert all(math.isnan(end) for end in sd_interval(sd, n))
