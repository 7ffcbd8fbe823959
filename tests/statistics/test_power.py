from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from statsmodels.stats.power import TTestPower

from sgcldff.statistics.power import MOST_PAIRS, detectable_effect, pairs_needed, pairs_needed_interval, power

SIDES = [True, False]


def alternative(two_sided):
    return "two-sided" if two_sided else "larger"


def integrated(effect, n, two_sided, test_train_ratio=0.0):
    """The chance of rejection, from the definition: a normal mean over a root of chi2, integrated over the latter."""
    df, root = n - 1, math.sqrt(n - 1)
    limit = stats.t.ppf(0.975 if two_sided else 0.95, df)
    shift = effect / math.sqrt(1 / n + test_train_ratio)

    def rejected(x):
        above = stats.norm.sf(limit * x / root - shift)
        return (above + (stats.norm.cdf(-limit * x / root - shift) if two_sided else 0)) * stats.chi.pdf(x, df)

    return integrate.quad(rejected, *stats.chi.ppf([1e-13, 1 - 1e-13], df), epsabs=1e-12, limit=400)[0]


@pytest.mark.parametrize(
    ("n", "two_sided", "pinned", "within"),
    # Both vectors of five pairs come from a solver that stops at 5e-6; the integral gives 1.681997 and 1.359418.
    [(5, True, 1.681999, 5e-6), (5, False, 1.359414, 5e-6), (10, True, 0.996, 5e-4), (10, False, 0.853, 5e-4)],
)
def test_the_effect_that_is_detected_four_times_in_five_is_the_pinned_one(n, two_sided, pinned, within):
    assert detectable_effect(n, two_sided) == pytest.approx(pinned, abs=within)


@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize("n", [2, 3, 5, 10, 30])
def test_the_detectable_effect_is_that_of_statsmodels(n, two_sided):
    expected = TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8, alternative=alternative(two_sided))
    assert detectable_effect(n, two_sided) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize("n", [2, 3, 5, 10, 30])
@pytest.mark.parametrize("effect", [0.1, 0.5, 1.36, 2.5])
def test_power_follows_from_its_definition(effect, n, two_sided):
    assert power(effect, n, two_sided) == pytest.approx(integrated(effect, n, two_sided), abs=1e-8)


@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize(("effect", "n"), [(0.1, 5), (0.5, 5), (1.36, 5), (0.5, 10), (0.3, 30), (1.0, 3)])
def test_power_agrees_with_statsmodels_where_that_has_a_number(effect, n, two_sided):
    # Beyond these its two-sided power is NaN now and then: the far tail of scipy's noncentral t.
    expected = TTestPower().power(effect, n, 0.05, alternative=alternative(two_sided))
    assert power(effect, n, two_sided) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize("n", [2, 3, 5, 10])
def test_power_is_a_probability_for_every_effect(n, two_sided):
    found = [power(effect, n, two_sided) for effect in np.linspace(0, 40, 2001)]
    assert all(0 <= one <= 1 + 1e-12 for one in found)


@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize(("effect", "n"), [(0.5, 5), (2.0, 5), (1.0, 10)])
def test_the_corrected_test_has_the_power_of_its_larger_error(effect, n, two_sided):
    # Nadeau and Bengio's t is the same mean over an error that is larger by sqrt(1 + n x ratio).
    assert power(effect, n, two_sided, 2 / 7) == pytest.approx(integrated(effect, n, two_sided, 2 / 7), abs=1e-8)
    equal = power(effect / math.sqrt(1 + n * 2 / 7), n, two_sided)
    assert power(effect, n, two_sided, 2 / 7) == pytest.approx(equal, rel=1e-9)


@pytest.mark.parametrize("two_sided", SIDES)
def test_the_detectable_effect_of_the_corrected_test_is_larger_by_the_root_of_the_factors(two_sided):
    expected = detectable_effect(5, two_sided) * math.sqrt(1 + 5 * 2 / 7)
    assert detectable_effect(5, two_sided, test_train_ratio=2 / 7) == pytest.approx(expected, rel=1e-6)


def test_more_splits_of_the_same_images_never_show_a_small_effect():
    # However many there are, the error stays above sqrt(2/7) SD, and .5 / .535 is far below 1.645 + .842.
    assert pairs_needed(0.5, test_train_ratio=2 / 7) == math.inf
    limit = (stats.norm.ppf(0.95) + stats.norm.ppf(0.8)) * math.sqrt(2 / 7)
    assert pairs_needed(0.99 * limit, test_train_ratio=2 / 7) == math.inf
    assert math.isfinite(pairs_needed(1.05 * limit, test_train_ratio=2 / 7))


@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize("n", [2, 5, 50])
def test_without_an_effect_the_power_is_the_level_of_the_test(n, two_sided):
    assert power(0.0, n, two_sided) == pytest.approx(0.05, abs=1e-9)


def test_the_wrong_direction_is_found_by_the_two_sided_test_alone():
    assert power(-1.0, 10, two_sided=True) == pytest.approx(power(1.0, 10, two_sided=True), rel=1e-9)
    assert power(-1.0, 10) < 0.001


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 60), st.booleans(), st.sampled_from([0.5, 0.8, 0.95]))
def test_the_detectable_effect_has_the_power_that_was_wanted(n, two_sided, wanted):
    assert power(detectable_effect(n, two_sided, wanted), n, two_sided) == pytest.approx(wanted, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.1, 4), st.booleans())
def test_the_pairs_needed_are_the_fewest_that_suffice(effect, two_sided):
    n = pairs_needed(effect, two_sided)
    assert n >= 2 and n == int(n)
    assert power(effect, int(n), two_sided) >= 0.8
    assert n == 2 or power(effect, int(n) - 1, two_sided) < 0.8


@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize("effect", [0.05, 0.2, 0.5, 0.8])
def test_the_pairs_needed_are_those_of_statsmodels_rounded_up(effect, two_sided):
    expected = TTestPower().solve_power(effect_size=effect, alpha=0.05, power=0.8, alternative=alternative(two_sided))
    assert pairs_needed(effect, two_sided) == math.ceil(expected)


def test_a_medium_effect_needs_thirty_four_pairs():
    # R: power.t.test(delta = .5, power = .8, type = "paired") gives n = 33.37.
    assert pairs_needed(0.5, two_sided=True) == 34


@pytest.mark.parametrize("two_sided", SIDES)
def test_no_effect_is_never_decided(two_sided):
    assert pairs_needed(0.0, two_sided) == math.inf


@pytest.mark.parametrize("two_sided", SIDES)
def test_beyond_the_most_pairs_the_number_is_infinite(two_sided):
    # For so many pairs the test is one of a normal mean: n = ((z_alpha + z_power) / effect)**2.
    z = stats.norm.ppf(0.8) + stats.norm.ppf(0.975 if two_sided else 0.95)
    assert pairs_needed(1.01 * z / math.sqrt(MOST_PAIRS), two_sided) == pytest.approx(MOST_PAIRS / 1.01**2, rel=1e-3)
    assert pairs_needed(0.99 * z / math.sqrt(MOST_PAIRS), two_sided) == math.inf


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize("effect", [30.0, 500.0])
def test_an_enormous_effect_has_power_one_and_needs_few_pairs(effect, two_sided):
    assert power(effect, 5, two_sided) == pytest.approx(1.0, abs=1e-9)
    assert pairs_needed(effect, two_sided) <= 3


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 3), st.integers(2, 40), st.booleans())
def test_power_grows_with_the_effect_and_with_the_pairs(effect, n, two_sided):
    found = power(effect, n, two_sided)
    assert power(effect + 0.1, n, two_sided) >= found - 1e-9
    assert power(effect, n + 1, two_sided) >= found - 1e-9


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("effect", "n"), [(math.nan, 5), (1.0, 1), (1.0, 0)], ids=["no effect", "one pair", "no pair"])
def test_without_a_test_there_is_no_power(effect, n):
    assert math.isnan(power(effect, n))


@pytest.mark.filterwarnings("error")
def test_an_effect_that_does_not_exist_needs_no_number():
    assert math.isnan(pairs_needed(math.nan))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n", [0, 1])
def test_one_pair_detects_nothing(n):
    assert math.isnan(detectable_effect(n))


def test_the_numbers_are_plain_numbers():
    assert not np.ndim(power(1.0, 5)) and isinstance(pairs_needed(1.0), float)


REPEATS = 600


@pytest.mark.parametrize(("n", "needed"), [(5, 6), (5, 27), (10, 10)])
def test_eight_to_nine_in_ten_intervals_of_the_pairs_needed_hold_the_true_number(n, needed):
    """Simulated, where the true effect is the least that `needed` pairs show. Intervals of 60 or 95% would fail.

    Eight in ten are exact for the effect; more hold the number, which is whole and does not ask for the effect's sign.
    """
    effect = detectable_effect(needed) + 1e-6
    assert pairs_needed(effect) == needed
    drawn = np.random.default_rng(needed).normal(effect, 1, (REPEATS, n))
    found = [pairs_needed_interval(one, n) for one in drawn.mean(1) / drawn.std(1, ddof=1)]
    held = np.mean([low <= needed <= high for low, high in found])
    assert 0.8 - 3 * math.sqrt(0.8 * 0.2 / REPEATS) < held < 0.9 + 2 * math.sqrt(0.9 * 0.1 / REPEATS)


@pytest.mark.parametrize("two_sided", SIDES)
@pytest.mark.parametrize("effect", [0.0001, 0.1, 0.6, 1.2, 2.5])
@pytest.mark.parametrize("ratio", [0.0, 2 / 7])
def test_the_number_lies_in_its_interval(effect, two_sided, ratio):
    low, high = pairs_needed_interval(effect, 5, two_sided, ratio)
    assert low <= pairs_needed(effect, two_sided, test_train_ratio=ratio) <= high


@pytest.mark.parametrize("n", [3, 5, 10])
def test_the_interval_has_an_upper_end_exactly_where_the_effect_is_told_from_nothing(n):
    # One-sided p = .10. Just below, any number may be needed; just above, the end is beyond what counts as a number.
    least = stats.t.ppf(0.9, n - 1) / math.sqrt(n)
    assert math.isinf(pairs_needed_interval(0.999 * least, n)[1])
    assert math.isfinite(pairs_needed_interval(1.05 * least, n)[1])


def test_the_sign_of_the_effect_does_not_matter():
    assert pairs_needed_interval(-1.5, 5) == pairs_needed_interval(1.5, 5)


def test_more_pairs_of_the_same_effect_narrow_the_interval():
    few, many = pairs_needed_interval(1.2, 5), pairs_needed_interval(1.2, 40)
    assert few[0] < many[0] <= pairs_needed(1.2) <= many[1] < few[1]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("effect", "n"), [(math.nan, 5), (1.0, 1)])
def test_without_an_effect_the_pairs_needed_have_no_interval(effect, n):
    assert all(map(math.isnan, pairs_needed_interval(effect, n)))
