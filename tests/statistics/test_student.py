from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import betainc

from sgcldff.statistics.student import student_t

# Student (1908), hours of sleep gained under the second drug more than under the first: mean, SD / sqrt(10), df.
SLEEP = (1.58, 1.2299954833 / math.sqrt(10), 9)

means = st.floats(-50, 50)
errors = st.floats(0.01, 20)
degrees = st.floats(1, 200)


def test_sleep_data_give_the_pinned_test_and_interval():
    test = student_t(*SLEEP)
    assert test.t == pytest.approx(4.062127683382, rel=1e-9)
    assert test.p == pytest.approx(0.00283289019738, rel=1e-8)
    assert (test.ci_low, test.ci_high) == pytest.approx((0.700114236723, 2.459885763277), rel=1e-9)
    assert (test.mean, test.se, test.df) == SLEEP


def test_the_one_sided_bounds_use_the_printed_table_of_t():
    test = student_t(*SLEEP)
    # Any printed table of t: .95 at 9 degrees of freedom is 1.833.
    assert (test.mean - test.lower_bound) / test.se == pytest.approx(1.833, abs=5e-4)
    assert (test.upper_bound - test.mean) / test.se == pytest.approx(1.833, abs=5e-4)


def test_one_degree_of_freedom_is_the_cauchy_distribution():
    test = student_t(mean=3.0, se=1.5, df=1, margin=1.0)
    assert test.p == pytest.approx(2 * (0.5 - math.atan(2.0) / math.pi), rel=1e-12)
    assert test.p_margin == pytest.approx(0.5 - math.atan(2.0 / 1.5) / math.pi, rel=1e-12)
    assert test.ci_high == pytest.approx(3.0 + 1.5 * math.tan(math.pi * 0.475), rel=1e-9)
    assert test.lower_bound == pytest.approx(3.0 - 1.5 * math.tan(math.pi * 0.45), rel=1e-9)


@settings(deadline=None)
@given(means, errors, degrees)
def test_p_is_the_incomplete_beta_function_also_between_whole_degrees_of_freedom(mean, se, df):
    assert student_t(mean, se, df).p == pytest.approx(betainc(df / 2, 0.5, df / (df + (mean / se) ** 2)), abs=1e-7)


@settings(deadline=None)
@given(means, errors, degrees, st.floats(-20, 20))
def test_the_margin_is_tested_one_sided_and_upwards(mean, se, df, margin):
    assert student_t(mean, se, df, margin).p_margin == pytest.approx(stats.t.sf((mean - margin) / se, df), rel=1e-8)


def test_without_a_margin_the_one_sided_test_is_of_zero():
    test = student_t(*SLEEP)
    assert test.p_margin == pytest.approx(test.p / 2, rel=1e-12)


@settings(deadline=None)
@given(means, errors, degrees, st.floats(-20, 20))
def test_p_margin_is_significant_exactly_when_the_lower_bound_exceeds_the_margin(mean, se, df, margin):
    test = student_t(mean, se, df, margin)
    assume(abs(test.lower_bound - margin) > 1e-6)
    assert (test.p_margin < 0.05) == (test.lower_bound > margin)


@settings(deadline=None)
@given(means, errors, degrees)
def test_p_is_below_five_percent_exactly_when_the_interval_excludes_zero(mean, se, df):
    test = student_t(mean, se, df)
    assume(min(abs(test.ci_low), abs(test.ci_high)) > 1e-6)
    assert (test.p < 0.05) == (not test.ci_low < 0 < test.ci_high)


@settings(deadline=None)
@given(means, errors, degrees)
def test_the_opposite_mean_negates(mean, se, df):
    one, other = student_t(mean, se, df), student_t(-mean, se, df)
    assert other.t == pytest.approx(-one.t)
    assert (other.ci_low, other.lower_bound) == pytest.approx((-one.ci_high, -one.upper_bound))
    assert other.p == pytest.approx(one.p)
    assert other.p_margin == pytest.approx(1 - one.p_margin)


@settings(deadline=None)
@given(means, errors, degrees, st.floats(-20, 20), st.floats(0.01, 1000))
def test_scaling_scales_what_has_a_unit_and_nothing_else(mean, se, df, margin, scale):
    one, other = student_t(mean, se, df, margin), student_t(scale * mean, scale * se, df, scale * margin)
    for name in ("mean", "se", "ci_low", "ci_high", "lower_bound", "upper_bound"):
        assert getattr(other, name) == pytest.approx(scale * getattr(one, name), rel=1e-9, abs=1e-9 * scale)
    for name in ("t", "p", "p_margin"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7, abs=1e-12)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("se", "df"), [(math.nan, 4), (1.0, math.nan), (0.0, 4), (1.0, 0)], ids=["no se", "no df", "se 0", "df 0"]
)
def test_where_nothing_can_be_said_there_is_no_number(se, df):
    test = student_t(2.0, se, df, margin=1.0)
    assert test.mean == 2.0
    names = ("t", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")
    assert all(math.isnan(getattr(test, name)) for name in names)
