from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from sgcldff.statistics.effect_size import effect_interval, effect_size, small_sample_factor

# Student (1908): mean and SD of the differences of ten pairs.
SLEEP = (1.58, 1.2299954833, 10)

INTERVAL = ("d_z_low", "d_z_high")


def noncentral_t_cdf(t, df, delta):
    """P(T <= t) from the definition T = (Z + delta) / sqrt(chi2 / df), integrated over the chi distribution."""
    root = math.sqrt(df)
    low, high = stats.chi.ppf([1e-13, 1 - 1e-13], df)
    return integrate.quad(
        lambda x: stats.norm.cdf(t * x / root - delta) * stats.chi.pdf(x, df), low, high, epsabs=1e-12, limit=400
    )[0]


def inverted(d, n):
    """The 95% interval of d_z: the two noncentralities under which the observed t is the .975 and the .025 quantile."""
    root = math.sqrt(n)
    low, high = (
        optimize.brentq(lambda delta, q=q: noncentral_t_cdf(d * root, n - 1, delta) - q, -10, 20, xtol=1e-10) / root
        for q in (0.975, 0.025)
    )
    return low, high


def test_sleep_data_give_the_pinned_effect_sizes():
    found = effect_size(*SLEEP)
    assert found.d_z == pytest.approx(1.284557563, rel=1e-8)
    assert found.g_z == pytest.approx(1.173924904, rel=1e-8)


def test_sleep_data_give_the_published_interval():
    # The documentation of R's effectsize::cohens_d prints it for the same data with the drugs exchanged:
    # -1.28 [-2.12, -0.41].
    found = effect_size(*SLEEP)
    assert (found.d_z_low, found.d_z_high) == pytest.approx((0.41, 2.12), abs=5e-3)


@pytest.mark.parametrize(("n", "c4"), [(2, 0.7979), (3, 0.8862), (4, 0.9213), (5, 0.9400), (10, 0.9727), (25, 0.9896)])
def test_the_small_sample_factor_follows_the_table_of_control_charts(n, c4):
    # The constant c4 of Shewhart charts (Montgomery, Introduction to Statistical Quality Control, appendix VI) has the
    # same two gamma functions: J(n) = c4(n) sqrt((n - 1) / n).
    assert small_sample_factor(n) == pytest.approx(c4 * math.sqrt((n - 1) / n), abs=6e-5)


def test_the_small_sample_factor_is_exact_for_five_seeds():
    assert small_sample_factor(4) == pytest.approx(0.797885, abs=5e-7)
    assert small_sample_factor(4) == pytest.approx(math.sqrt(2 / math.pi), rel=1e-14)


def test_the_small_sample_factor_makes_the_expectation_right():
    # The mean of a noncentral t with 6 degrees of freedom is delta / J(6): scipy has it in closed form.
    assert stats.nct.mean(6, 1.3) == pytest.approx(1.3 / small_sample_factor(6), rel=1e-12)


@pytest.mark.parametrize(("d", "n"), [(0.3, 5), (1.36, 5), (-2.5, 5), (0.8, 10), (1.0, 3), (4.0, 4), (0.1, 40)])
def test_the_interval_inverts_the_noncentral_t(d, n):
    found = effect_size(d * 2.5, 2.5, n)
    assert (found.d_z_low, found.d_z_high) == pytest.approx(inverted(d, n), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("n", [2, 3, 5, 30])
def test_an_effect_of_zero_has_the_interval_of_a_normal_mean(n):
    # P(T <= 0) is the normal distribution at -delta, whatever the degrees of freedom.
    found = effect_size(0.0, 1.0, n)
    assert found.d_z_low == pytest.approx(-1.959963985 / math.sqrt(n), rel=1e-7)
    assert found.d_z_high == pytest.approx(1.959963985 / math.sqrt(n), rel=1e-7)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("d", [100.0, 1000.0, 5000.0])
def test_a_very_large_effect_keeps_a_finite_interval(d):
    # For a large delta only the spread of the SD matters: (delta / t)**2 has the distribution of chi2 / df.
    found = effect_size(d, 1.0, 5)
    expected = d * np.sqrt(stats.chi2.ppf([0.025, 0.975], 4) / 4)
    assert (found.d_z_low, found.d_z_high) == pytest.approx(tuple(expected), rel=1e-3)


@settings(deadline=None, max_examples=40)
@given(st.floats(-3, 3), st.integers(3, 20))
def test_the_interval_excludes_zero_exactly_when_the_t_test_does(d, n):
    found, p = effect_size(d, 1.0, n), 2 * stats.t.sf(abs(d) * math.sqrt(n), n - 1)
    if abs(p - 0.05) > 1e-6:
        assert (found.d_z_low > 0 or found.d_z_high < 0) == (p < 0.05)


@settings(deadline=None, max_examples=40)
@given(st.floats(-3, 3), st.integers(3, 20), st.floats(0.01, 1000))
def test_an_effect_size_has_no_unit(d, n, scale):
    one, other = effect_size(d, 1.0, n), effect_size(scale * d, scale, n)
    for name in ("d_z", "g_z", *INTERVAL):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7, abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(st.floats(-3, 3), st.integers(3, 20))
def test_swapping_the_methods_negates(d, n):
    one, other = effect_size(d, 1.0, n), effect_size(-d, 1.0, n)
    assert (other.d_z, other.g_z) == pytest.approx((-one.d_z, -one.g_z))
    assert (other.d_z_low, other.d_z_high) == pytest.approx((-one.d_z_high, -one.d_z_low), rel=1e-7, abs=1e-8)


def test_g_is_d_times_the_small_sample_factor():
    found = effect_size(1.58, 1.23, 10)
    assert found.g_z == pytest.approx(small_sample_factor(9) * found.d_z, rel=1e-12)


@pytest.mark.filterwarnings("error")
def test_two_pairs_have_a_d_with_its_interval_and_no_g():
    found = effect_size(2.0, 1.0, 2)
    assert (found.d_z_low, found.d_z_high) == pytest.approx(inverted(2.0, 2), rel=1e-6)
    assert math.isnan(found.g_z)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("sd", "n"), [(0.0, 5), (math.nan, 1), (math.nan, 0)])
def test_without_a_spread_there_is_no_effect_size(sd, n):
    found = effect_size(2.0, sd, n)
    assert all(math.isnan(getattr(found, name)) for name in ("d_z", "g_z", *INTERVAL))


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize(("d_z", "n"), [(0.2, 5), (-1.5, 3), (1.5, 10), (4.0, 5)])
def test_an_interval_of_any_confidence_leaves_half_of_the_rest_on_each_side(d_z, n, confidence):
    root = math.sqrt(n)
    low, high = (end * root for end in effect_interval(d_z, n, confidence))
    assert noncentral_t_cdf(d_z * root, n - 1, low) == pytest.approx((1 + confidence) / 2, abs=1e-7)
    assert noncentral_t_cdf(d_z * root, n - 1, high) == pytest.approx((1 - confidence) / 2, abs=1e-7)
