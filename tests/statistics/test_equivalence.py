from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import ttost_paired

from sgcldff.statistics.equivalence import equivalence_p

A = np.array([4, 7, 8, 6, 3, 2], float)
B = np.array([6, 8, 7, 10, 11, 9], float)

means = st.floats(-10, 10)
errors = st.floats(0.01, 10)
degrees = st.floats(1, 100)
bounds = st.floats(0.01, 20)


def of(differences, bound):
    n = len(differences)
    return equivalence_p(differences.mean(), differences.std(ddof=1) / math.sqrt(n), n - 1, bound)


@pytest.mark.parametrize(("bound", "pinned"), [(1, 0.929382613), (2, 0.828610063)])
def test_six_pairs_give_the_pinned_values(bound, pinned):
    assert of(A - B, bound) == pytest.approx(pinned, abs=1e-9)


@pytest.mark.parametrize("bound", [0.5, 1, 3, 8])
def test_it_agrees_with_the_two_one_sided_tests_of_statsmodels(bound):
    assert of(A - B, bound) == pytest.approx(ttost_paired(A, B, -bound, bound)[0], rel=1e-10)


@settings(deadline=None)
@given(means, errors, degrees, bounds)
def test_it_is_significant_exactly_when_the_interval_of_ninety_percent_lies_within_the_bounds(mean, se, df, bound):
    low, high = stats.t.interval(0.90, df, mean, se)
    assume(min(abs(low + bound), abs(high - bound)) > 1e-6)
    assert (equivalence_p(mean, se, df, bound) < 0.05) == (-bound < low and high < bound)


@settings(deadline=None)
@given(means, errors, degrees)
def test_at_the_bound_itself_the_evidence_is_even(mean, se, df):
    # One of the two tests stands exactly on its boundary, where p is one half; the other is smaller.
    assume(abs(mean) > 1e-3)
    assert equivalence_p(mean, se, df, abs(mean)) == pytest.approx(0.5, rel=1e-9)


@settings(deadline=None)
@given(means, errors, degrees, bounds)
def test_swapping_the_methods_changes_nothing(mean, se, df, bound):
    assert equivalence_p(-mean, se, df, bound) == pytest.approx(equivalence_p(mean, se, df, bound), rel=1e-9)


@settings(deadline=None)
@given(means, errors, degrees, bounds, st.floats(0.01, 1000))
def test_scaling_everything_changes_nothing(mean, se, df, bound, scale):
    one, other = equivalence_p(mean, se, df, bound), equivalence_p(scale * mean, scale * se, df, scale * bound)
    assert other == pytest.approx(one, rel=1e-7, abs=1e-12)


@settings(deadline=None)
@given(means, errors, degrees, bounds)
def test_wider_bounds_are_easier_to_keep(mean, se, df, bound):
    assert equivalence_p(mean, se, df, 2 * bound) <= equivalence_p(mean, se, df, bound)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("se", "df"), [(math.nan, 4), (1.0, math.nan), (0.0, 4)], ids=["no se", "no df", "se 0"])
def test_without_an_interval_there_is_no_p(se, df):
    assert math.isnan(equivalence_p(0.1, se, df, 1.0))
