from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sgcldff.statistics.sensitivity import sign_flip_p, sign_flip_p_above, wilcoxon_p

# Hollander and Wolfe, Nonparametric Statistical Methods: depression scale of nine patients before and after.
BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
DEPRESSION = np.subtract(BEFORE, AFTER)

BOTH = [wilcoxon_p, sign_flip_p]

# Differences that are whole numbers, so that sums and ties are exact; not all zero.
whole = st.lists(st.integers(-40, 40), min_size=2, max_size=9).filter(any)
distinct = st.lists(st.integers(1, 1000), min_size=2, max_size=9, unique=True)


def enumerated(values, statistic):
    """The share of all sign assignments whose statistic lies at least as far from its centre as the observed one."""
    magnitudes = [abs(value) for value in values]
    flipped = [
        statistic(sign * m for sign, m in zip(signs, magnitudes, strict=True))
        for signs in itertools.product((-1, 1), repeat=len(values))
    ]
    return np.mean([abs(one) >= abs(statistic(values)) for one in flipped])


def exact_sign_flip_p(values):
    """The same for many whole numbers, by counting how many assignments give each sum."""
    counts = {0: 1}
    for value in values:
        step = {}
        for total, ways in counts.items():
            for reached in (total + value, total - value):
                step[reached] = step.get(reached, 0) + ways
        counts = step
    return sum(ways for total, ways in counts.items() if abs(total) >= abs(sum(values))) / 2 ** len(values)


def test_the_depression_scale_gives_the_published_wilcoxon_p():
    # V = 40, p = .01953125 one-sided in the book and in R's example; ours is two-sided.
    assert wilcoxon_p(DEPRESSION) == pytest.approx(2 * 0.01953125, rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(distinct, st.data())
def test_wilcoxon_is_the_share_of_all_signed_rank_sums(magnitudes, data):
    signs = data.draw(st.lists(st.sampled_from((-1, 1)), min_size=len(magnitudes), max_size=len(magnitudes)))
    ranks = stats.rankdata(magnitudes).astype(int)
    expected = enumerated([s * r for s, r in zip(signs, ranks, strict=True)], sum)
    assert wilcoxon_p([s * m for s, m in zip(signs, magnitudes, strict=True)]) == pytest.approx(expected, rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(whole)
def test_sign_flip_is_the_share_of_all_flipped_means(values):
    assert sign_flip_p(values) == pytest.approx(enumerated(values, sum), rel=1e-12)


@settings(deadline=None, max_examples=10)
@given(whole)
def test_sign_flip_agrees_with_the_permutation_test_of_scipy(values):
    found = stats.permutation_test(
        (np.array(values, float), np.zeros(len(values))),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
    )
    assert sign_flip_p(values) == pytest.approx(found.pvalue, rel=1e-12)


@pytest.mark.parametrize("p_of", BOTH)
def test_five_seeds_cannot_go_below_one_in_sixteen(p_of):
    assert p_of([1.1, 2.3, 3.2, 4.7, 5.9]) == pytest.approx(0.0625, rel=1e-12)


@pytest.mark.parametrize("p_of", BOTH)
def test_ten_seeds_of_one_sign_give_one_in_five_hundred_and_twelve(p_of):
    assert p_of([1.1, 2.3, 3.2, 4.7, 5.9, 6.1, 7.3, 8.8, 9.4, 10.6]) == pytest.approx(2 / 1024, rel=1e-12)


def test_sign_flip_counts_a_flip_that_ties_with_the_observed_mean_but_for_rounding():
    # Several of the sixteen sums are .5 on paper, as the observed one; in floating point some fall short of it.
    assert sign_flip_p([0.3, -0.1, -0.2, 0.5]) == pytest.approx(sign_flip_p([3, -1, -2, 5]), rel=1e-12)
    assert sign_flip_p([0.3, -0.1, -0.2, 0.5]) == pytest.approx(enumerated([3, -1, -2, 5], sum), rel=1e-12)


def test_wilcoxon_takes_differences_that_are_equal_but_for_rounding_as_tied():
    by_rounding = [0.1 + 0.2, -0.3, 0.7, 1.1, 1.9]
    assert by_rounding[0] != 0.3
    assert wilcoxon_p(by_rounding) == pytest.approx(wilcoxon_p([0.3, -0.3, 0.7, 1.1, 1.9]), rel=1e-12)


def test_a_difference_that_is_zero_but_for_rounding_counts_as_zero_in_wilcoxon():
    assert wilcoxon_p([0.1 + 0.2 - 0.3, 0.7, 1.1, 1.9, -0.4]) == pytest.approx(
        wilcoxon_p([0.0, 0.7, 1.1, 1.9, -0.4]), rel=1e-12
    )


def test_twenty_differences_are_flipped_at_random_close_to_the_exact_p():
    values = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3, 5, -8, 9, 7, -9, 3, 2, -3, 8, 4]
    exact = exact_sign_flip_p(values)
    # Five standard errors of a share of 2**16 draws.
    assert sign_flip_p(values) == pytest.approx(exact, abs=5 * math.sqrt(exact * (1 - exact) / 2**16) + 2**-16)


def test_sixteen_differences_are_still_enumerated():
    values = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3, 5, -8, 9, 7, -9, 3]
    assert sign_flip_p(values) == pytest.approx(exact_sign_flip_p(values), rel=1e-12)


def test_drawn_flips_give_the_same_p_each_time_and_never_zero():
    values = np.arange(1.0, 41.0)
    assert sign_flip_p(values) == sign_flip_p(values) > 0


@pytest.mark.parametrize("p_of", BOTH)
@pytest.mark.parametrize("n", [7, 20])
def test_the_order_of_the_pairs_does_not_matter(p_of, n):
    random = np.random.default_rng(n)
    values = random.normal(0.5, 1, n)
    assert p_of(random.permutation(values)) == pytest.approx(p_of(values), rel=1e-12)


@pytest.mark.parametrize("p_of", BOTH)
@settings(deadline=None, max_examples=30)
@given(values=whole)
def test_swapping_the_methods_changes_nothing(p_of, values):
    assert p_of(np.negative(values)) == pytest.approx(p_of(values), rel=1e-12)


@pytest.mark.parametrize("p_of", BOTH)
@settings(deadline=None, max_examples=30)
@given(values=whole, scale=st.sampled_from([0.01, 0.1, 3.0, 100.0]))
def test_scaling_changes_nothing(p_of, values, scale):
    assert p_of(scale * np.array(values)) == pytest.approx(p_of(values), rel=1e-12)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("p_of", BOTH)
@pytest.mark.parametrize("values", [[], [2.0]], ids=["none", "one"])
def test_fewer_than_two_differences_show_nothing(p_of, values):
    assert not p_of(values) < 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("p_of", BOTH)
def test_differences_that_are_all_zero_show_nothing(p_of):
    assert not p_of([0.0, 0.0, 0.0, 0.0, 0.0]) < 1


@settings(deadline=None, max_examples=30)
@given(values=whole, limit=st.integers(-10, 10))
def test_one_sided_it_is_the_share_of_all_signs_that_give_as_large_a_sum_above_the_limit(values, limit):
    shifted = np.array(values) - limit
    sums = [np.dot(signs, np.abs(shifted)) for signs in itertools.product((-1, 1), repeat=len(values))]
    assert sign_flip_p_above(values, limit) == pytest.approx(np.mean(np.array(sums) >= shifted.sum()))


def test_one_sided_five_pairs_that_all_exceed_the_limit_have_the_least_p():
    assert sign_flip_p_above([2.3, 1.3, 3.0, 1.8, 2.7], 1.2) == 1 / 32
