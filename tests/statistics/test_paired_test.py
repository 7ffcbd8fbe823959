from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.paired_test import is_constant, paired_test

# Student (1908), hours of sleep gained under two drugs.
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

UNDEFINED = ("t", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")


@st.composite
def pairs(draw):
    """Scores in points of between 3 and 10 seeds, whose differences vary by more than rounding."""
    n = draw(st.integers(3, 10))
    scores = st.lists(st.integers(0, 10_000).map(lambda k: k / 100), min_size=n, max_size=n)
    a, b = np.array(draw(scores)), np.array(draw(scores))
    assume(np.std(a - b) > 0.01)
    return a, b


def test_sleep_data_give_the_pinned_test_and_interval():
    test = paired_test(SLEEP_2, SLEEP_1)
    assert test.t == pytest.approx(4.062127683382, rel=1e-12)
    assert (test.n, test.df) == (10, 9)
    assert test.sd == pytest.approx(test.mean / 1.284557563, rel=1e-9)  # the pinned d_z is mean / sd
    assert test.p == pytest.approx(0.00283289019738, rel=1e-11)
    assert (test.ci_low, test.ci_high) == pytest.approx((0.700114236723, 2.459885763277), rel=1e-11)
    assert test.note == ""


def test_sleep_data_are_not_tested_as_two_independent_samples():
    assert stats.ttest_ind(SLEEP_1, SLEEP_2, equal_var=False).statistic == pytest.approx(-1.8608, abs=1e-4)
    assert paired_test(SLEEP_1, SLEEP_2).t == pytest.approx(-4.062127683382, rel=1e-12)


def test_six_pairs_give_the_pinned_test():
    test = paired_test([4, 7, 8, 6, 3, 2], [6, 8, 7, 10, 11, 9])
    assert test.t == pytest.approx(-2.444506, abs=1e-6)
    assert test.p == pytest.approx(0.0583293, abs=1e-7)


def test_bounds_and_margin_test_follow_their_formulas():
    differences = np.subtract(SLEEP_2, SLEEP_1)
    mean, sd, root = differences.mean(), differences.std(ddof=1), math.sqrt(10)
    test = paired_test(SLEEP_2, SLEEP_1, margin=1.0)
    assert test.lower_bound == pytest.approx(mean - stats.t.ppf(0.95, 9) * sd / root, rel=1e-12)
    assert test.upper_bound == pytest.approx(mean + stats.t.ppf(0.95, 9) * sd / root, rel=1e-12)
    assert test.p_margin == pytest.approx(stats.t.sf((mean - 1.0) / (sd / root), 9), rel=1e-12)


def test_without_a_margin_the_margin_is_zero():
    test = paired_test(SLEEP_2, SLEEP_1)
    assert test.p_margin == pytest.approx(stats.ttest_rel(SLEEP_2, SLEEP_1, alternative="greater").pvalue, rel=1e-11)


def test_two_pairs_are_tested():
    test = paired_test([3, 5], [1, 2])
    assert test.p == pytest.approx(stats.ttest_rel([3, 5], [1, 2]).pvalue)
    assert test.note == ""


@pytest.mark.parametrize("scale", [1, 100])
def test_a_difference_that_is_constant_but_for_rounding_gives_no_p(scale):
    a, b = np.array([0.81, 0.82, 0.83, 0.84, 0.85]) * scale, np.array([0.79, 0.80, 0.81, 0.82, 0.83]) * scale
    test = paired_test(a, b, margin=0.01 * scale)
    assert all(math.isnan(getattr(test, name)) for name in UNDEFINED)
    assert test.mean == pytest.approx(0.02 * scale)
    assert (test.n, test.sd) == (5, 0)
    assert test.note == "the difference is the same in every pair: no test"


def test_constant_is_judged_against_the_scores_and_not_against_their_difference():
    a, b = np.array([0.81, 0.82, 0.83, 0.84, 0.85]), np.array([0.79, 0.80, 0.81, 0.82, 0.83])
    assert np.std(a - b, ddof=1) > 10 * np.finfo(float).eps * abs((a - b).mean())
    assert is_constant(a, b)
    assert not is_constant(a, b + [0, 0, 0, 0, 1e-9])


def test_the_trap_would_have_printed_a_tiny_p():
    untreated = stats.ttest_rel([0.81, 0.82, 0.83, 0.84, 0.85], [0.79, 0.80, 0.81, 0.82, 0.83])
    assert untreated.pvalue < 1e-50


@pytest.mark.parametrize("against", [[3.0, 4.0, 5.0], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
def test_identical_and_constant_differences_give_no_p(against):
    test = paired_test([3.0, 4.0, 5.0], against) if against[0] else paired_test([0.0, 0.0, 0.0], against)
    assert all(math.isnan(getattr(test, name)) for name in UNDEFINED)
    assert test.sd == 0


def test_a_small_true_spread_is_still_tested():
    test = paired_test([90.001, 90.002, 90.003], [88.001, 88.001, 88.001])
    assert 0 < test.p < 1e-6


@pytest.mark.filterwarnings("error")
def test_one_pair_gives_its_difference_and_a_note():
    test = paired_test([3.0], [1.0], margin=1.0)
    assert (test.n, test.mean) == (1, 2.0)
    assert all(math.isnan(getattr(test, name)) for name in (*UNDEFINED, "sd", "df"))
    assert test.note == "1 pair: a test needs at least 2"


@pytest.mark.filterwarnings("error")
def test_no_pairs_give_nan_and_a_note():
    test = paired_test([], [])
    assert test.n == 0 and math.isnan(test.mean) and test.note.startswith("no pairs")


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_value_that_is_no_number_is_refused_and_not_omitted(wrong):
    with pytest.raises(InputError, match="a number in every place"):
        paired_test([1, 2, wrong], [1, 3, 2])


def test_lists_of_unequal_length_are_refused():
    with pytest.raises(InputError, match="one length"):
        paired_test([1, 2, 3], [1, 2])


@settings(deadline=None)
@given(pairs(), st.integers(0, 100))
def test_the_order_of_the_pairs_does_not_matter(scores, seed):
    a, b = scores
    order = np.random.default_rng(seed).permutation(len(a))
    one, other = paired_test(a, b, 2.0), paired_test(a[order], b[order], 2.0)
    assert (one.t, one.p, one.lower_bound, one.p_margin) == pytest.approx(
        (other.t, other.p, other.lower_bound, other.p_margin), rel=1e-9, abs=1e-9
    )


@settings(deadline=None)
@given(pairs())
def test_swapping_the_methods_negates(scores):
    a, b = scores
    one, other = paired_test(a, b), paired_test(b, a)
    for name in ("mean", "t"):
        assert getattr(one, name) == pytest.approx(-getattr(other, name), rel=1e-9, abs=1e-12)
    assert (one.ci_low, one.lower_bound) == pytest.approx((-other.ci_high, -other.upper_bound), rel=1e-9, abs=1e-9)
    assert one.p == pytest.approx(other.p, rel=1e-9)


@settings(deadline=None)
@given(pairs(), st.floats(0.01, 1000))
def test_scaling_the_scores_scales_what_has_a_unit_and_nothing_else(scores, scale):
    a, b = scores
    one, other = paired_test(a, b, 2.0), paired_test(scale * a, scale * b, scale * 2.0)
    for name in ("mean", "sd", "se", "ci_low", "ci_high", "lower_bound", "upper_bound"):
        assert getattr(other, name) == pytest.approx(scale * getattr(one, name), rel=1e-9, abs=1e-9 * scale)
    for name in ("t", "p", "p_margin"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7, abs=1e-9)


@settings(deadline=None)
@given(pairs(), st.floats(-20, 20))
def test_the_margin_test_is_significant_exactly_when_the_lower_bound_exceeds_the_margin(scores, margin):
    test = paired_test(*scores, margin)
    assume(abs(test.lower_bound - margin) > 1e-6)
    assert (test.p_margin < 0.05) == (test.lower_bound > margin)


@settings(deadline=None)
@given(pairs())
def test_one_sided_bounds_lie_inside_the_two_sided_interval(scores):
    test = paired_test(*scores)
    assert test.ci_low < test.lower_bound < test.mean < test.upper_bound < test.ci_high
