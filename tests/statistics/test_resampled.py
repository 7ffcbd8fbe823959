from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.resampled import corrected_test
from sgcldff.statistics.student import student_t

# scikit-learn's example "Statistical comparison of models using grid search", radial against linear kernel: ten times
# ten-fold cross-validation of 100 points. It prints the uncorrected t; the mean follows with any SD.
GRID_SEARCH_MEAN, GRID_SEARCH_SD, GRID_SEARCH_N = 2.6111648393, 10.0, 100

means = st.floats(-20, 20)
spreads = st.floats(0.01, 10)
ratios = st.floats(0.01, 2)
numbers = st.integers(2, 50)


def test_the_grid_search_of_scikit_learn_gives_the_pinned_test():
    test = corrected_test(GRID_SEARCH_MEAN, GRID_SEARCH_SD, GRID_SEARCH_N, 10 / 90)
    assert test.t == pytest.approx(0.7503126954, rel=1e-9)
    assert test.df == 99
    assert test.p / 2 == pytest.approx(0.2274229710, rel=1e-8)  # theirs is one-sided
    assert test.p_margin == pytest.approx(0.2274229710, rel=1e-8)


def test_five_splits_of_seventy_and_twenty_follow_the_paper_by_hand():
    # Nadeau and Bengio (2003): the variance of the mean is (1/J + n2/n1) s2, here 1/5 + 20/70 = 17/35 with s = 1, and
    # there are J - 1 degrees of freedom. With 1/(n1 + n2) for 1/J, or 1/J, n2/(n1 + n2) or n1/n2 for n2/n1, the number
    # is another one.
    test = corrected_test(2.0, 1.0, 5, 20 / 70)
    assert test.se**2 == pytest.approx(17 / 35, rel=1e-12)
    assert test.t == pytest.approx(2 * math.sqrt(35 / 17), rel=1e-12)
    assert test.df == 4
    # With four degrees of freedom the distribution is elementary: F(t) = 1/2 + 3/8 x (1 - x2 / 12), x = t / sqrt(1 +
    # t2/4); here t2 = 140/17 and x2 = 140/52.
    x = math.sqrt(140 / 52)
    assert test.p == pytest.approx(2 * (0.5 - 3 / 8 * x * (1 - 140 / 52 / 12)), rel=1e-10)


def test_the_factors_of_the_paper_for_fifteen_splits_into_nine_tenths_and_one_tenth():
    # Nadeau and Bengio write the correction as 1/J + rho / (1 - rho) with rho = n2 / (n1 + n2): 1/15 + 1/9.
    assert corrected_test(1.0, 1.0, 15, 0.1 / 0.9).se ** 2 == pytest.approx(1 / 15 + 1 / 9, rel=1e-12)


def test_interval_and_bounds_follow_from_the_corrected_error():
    test = corrected_test(3.0, 2.0, 5, 2 / 7, margin=1.0)
    se = 2.0 * math.sqrt(1 / 5 + 2 / 7)
    # Any printed table of t, four degrees of freedom: .975 is 2.7764, .95 is 2.1318.
    assert (test.ci_low, test.ci_high) == pytest.approx((3 - 2.7764 * se, 3 + 2.7764 * se), abs=1e-3)
    assert (test.lower_bound, test.upper_bound) == pytest.approx((3 - 2.1318 * se, 3 + 2.1318 * se), abs=1e-3)
    assert test.p_margin == pytest.approx(stats.t.sf(2.0 / se, 4), rel=1e-12)


def test_the_corrected_interval_is_wider_than_the_plain_one_by_the_root_of_the_factors():
    corrected, plain = corrected_test(3.0, 2.0, 5, 2 / 7), student_t(3.0, 2.0 / math.sqrt(5), 4)
    widths = (corrected.ci_high - corrected.ci_low) / (plain.ci_high - plain.ci_low)
    assert widths == pytest.approx(math.sqrt(1 + 5 * 2 / 7), rel=1e-12)


@settings(deadline=None)
@given(means, spreads, numbers, ratios, st.floats(-10, 10))
def test_swapping_the_methods_negates(mean, sd, n, ratio, margin):
    one, other = corrected_test(mean, sd, n, ratio, margin), corrected_test(-mean, sd, n, ratio, margin)
    assert (other.mean, other.t) == pytest.approx((-one.mean, -one.t))
    assert (other.ci_low, other.lower_bound) == pytest.approx((-one.ci_high, -one.upper_bound))
    assert other.p == pytest.approx(one.p)


@settings(deadline=None)
@given(means, spreads, numbers, ratios, st.floats(-10, 10), st.floats(0.01, 1000))
def test_scaling_scales_what_has_a_unit_and_nothing_else(mean, sd, n, ratio, margin, scale):
    one = corrected_test(mean, sd, n, ratio, margin)
    other = corrected_test(scale * mean, scale * sd, n, ratio, scale * margin)
    for name in ("mean", "se", "ci_low", "ci_high", "lower_bound", "upper_bound"):
        assert getattr(other, name) == pytest.approx(scale * getattr(one, name), rel=1e-9, abs=1e-9 * scale)
    for name in ("t", "df", "p", "p_margin"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7, abs=1e-12)


@settings(deadline=None)
@given(means, spreads, numbers, ratios)
def test_a_larger_test_part_makes_the_evidence_weaker(mean, sd, n, ratio):
    assume(abs(mean) > 1e-6)
    assert corrected_test(mean, sd, n, 2 * ratio).p > corrected_test(mean, sd, n, ratio).p


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("sd", "n"), [(math.nan, 1), (0.0, 5)], ids=["one seed", "constant"])
def test_without_a_spread_there_is_no_test(sd, n):
    test = corrected_test(2.0, sd, n, 2 / 7)
    assert test.mean == 2.0
    names = ("t", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")
    assert all(math.isnan(getattr(test, name)) for name in names)


@pytest.mark.parametrize("ratio", [0.0, -0.25, math.nan, math.inf])
def test_a_ratio_that_cannot_be_is_refused(ratio):
    with pytest.raises(InputError, match="ratio"):
        corrected_test(2.0, 1.0, 5, ratio)
