from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sgcldff.statistics.audit.pair import PrintedPair

# Means and SDs of SG-CLDFF's Tables 2 and 3 in points, five runs each; p at r = 0, .5 and .95 was computed by hand
# from sd_d^2 = a^2 + b^2 - 2 r a b and the t distribution with four degrees of freedom.
AGAINST = {
    "Yentrapragada, accuracy": ((4.3, 0.4, 0.8), (0.0004, 0.0002, 0.00003)),
    "Yentrapragada, IoU": ((8, 1, 2), (0.0013, 0.0005, 0.0001)),
    "Luo, IoU": ((5, 1, 2), (0.0075, 0.0030, 0.0005)),
    "Asha, accuracy": ((0.8, 0.4, 0.6), (0.068, 0.028, 0.0021)),
    "Asha, AUC": ((0, 1, 1), (1, 1, 1)),
    "Asha, IoU": ((3, 1, 1), (0.0090, 0.0026, 0.0000)),
    "no saliency, IoU": ((6, 1, 2), (0.0039, 0.0015, 0.0003)),
    "no fusion, F1": ((3, 1, 1), (0.0090, 0.0026, 0.0000)),
}
MARGINS = {
    "Yentrapragada, IoU": (2, (0.0019, 0.0007, 0.0001)),
    "Luo, IoU": (2, (0.020, 0.0090, 0.0018)),
    "Asha, IoU": (2, (0.095, 0.045, 0.0011)),
    "no saliency, IoU": (2, (0.0081, 0.0033, 0.0006)),
    "no fusion, F1": (1.5, (0.038, 0.014, 0.0002)),
}
CORRELATIONS = (0, 0.5, 0.95)


def pair(difference, a, b, half=0.0, n=5):
    return PrintedPair(n=n, difference=difference, sd_reference=a, sd_against=b, half_unit=half)


def rounded_alike(value, pinned):
    """Whether the value is the pinned one to the digits that are pinned."""
    digits = len(f"{pinned:f}".rstrip("0").partition(".")[2]) if pinned else 4
    return abs(value - pinned) <= 0.5 * 10**-digits * (1 + 1e-9) + 1e-12


def samples(difference, a, b, r, n, random):
    """Two samples of n whose difference of means, SDs and correlation are exactly these."""
    x, y = random.normal(size=(2, n))
    x = (x - x.mean()) / x.std(ddof=1)
    y = y - y.mean() - x * (x @ y) / (n - 1)
    y = y / y.std(ddof=1)
    return difference + a * x, b * (r * x + math.sqrt(1 - r * r) * y)


def grid(printed, correlations, steps=21):
    """Every p, straight from the formula, over a fine grid of what rounds to the printed numbers."""
    shifts = np.linspace(-printed.half_unit, printed.half_unit, steps)
    differences = printed.difference + 2 * shifts
    if differences.min() < 0 < differences.max():
        differences = np.append(differences, 0)
    a, b = (np.maximum(sd + shifts, 0) for sd in (printed.sd_reference, printed.sd_against))
    d, a, b, r = np.meshgrid(differences, a, b, correlations, sparse=True)
    sd = np.sqrt(np.maximum(a * a + b * b - 2 * r * a * b, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(d) * math.sqrt(printed.n) / sd, printed.n - 1)
    # SDs that are both 0 allow no test.
    return p[np.broadcast_to(sd > 1e-6, p.shape)]


PAIRS = st.builds(
    pair,
    difference=st.integers(-60, 60).map(lambda k: k / 10),
    a=st.integers(1, 40).map(lambda k: k / 10),
    b=st.integers(1, 40).map(lambda k: k / 10),
    half=st.sampled_from([0.05, 0.5]),
    n=st.integers(2, 12),
)


@pytest.mark.parametrize("name", AGAINST)
def test_the_papers_comparisons_give_the_pinned_p(name):
    numbers, pinned = AGAINST[name]
    assert all(rounded_alike(pair(*numbers).test(r).p, p) for r, p in zip(CORRELATIONS, pinned, strict=True))


@pytest.mark.parametrize("name", MARGINS)
def test_the_papers_comparisons_give_the_pinned_margin_p(name):
    margin, pinned = MARGINS[name]
    found = [pair(*AGAINST[name][0]).test(r, margin).p_margin for r in CORRELATIONS]
    assert all(rounded_alike(p, want) for p, want in zip(found, pinned, strict=True))


@pytest.mark.parametrize("r", [-0.9, 0, 0.5, 0.95])
@pytest.mark.parametrize("n", [3, 5, 20])
def test_p_is_that_of_samples_with_these_means_sds_and_correlation(r, n):
    x, y = samples(0.8, 0.4, 0.6, r, n, np.random.default_rng(3))
    printed = pair(0.8, 0.4, 0.6, n=n)
    assert np.corrcoef(x, y)[0, 1] == pytest.approx(r, abs=1e-9)
    assert printed.test(r).p == pytest.approx(stats.ttest_rel(x, y).pvalue, rel=1e-9)
    greater = stats.ttest_1samp(x - y, 0.5, alternative="greater")
    assert printed.test(r, margin=0.5).p_margin == pytest.approx(greater.pvalue, rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(PAIRS, st.sampled_from([0.0, 0.5, -0.7]))
def test_the_range_over_rounding_is_that_of_a_fine_grid(printed, r):
    low, high = printed.p_range(r, r)
    found = grid(printed, [r])
    assert low <= found.min() * (1 + 1e-9)
    assert high == pytest.approx(found.max(), rel=1e-9)


def test_the_smallest_spread_may_lie_between_the_corners_of_the_rounding():
    # SDs of .5 to 2.5 and 1 to 3 at r = .8: .8 beside 1 gives sd_d = .6, and no corner less than .67.
    printed = pair(6, 1.5, 2, half=1)
    low, _ = printed.p_range(0.8, 0.8)
    assert low == pytest.approx(2 * stats.t.sf(8 * math.sqrt(5) / 0.6, 4), rel=1e-9)
    assert low < min(pair(8, a, b).test(0.8).p for a in (0.5, 2.5) for b in (1, 3))


@settings(max_examples=20, deadline=None)
@given(PAIRS)
def test_the_range_over_every_correlation_is_that_of_a_fine_grid(printed):
    low, high = printed.p_range()
    found = grid(printed, np.linspace(-1, 0.999, 9), steps=9)
    assert low <= found.min() * (1 + 1e-9)
    assert high == pytest.approx(found.max(), rel=1e-9)


def test_sds_that_may_be_equal_leave_p_no_lower_end():
    assert pair(3, 1, 1, half=0.5).p_range()[0] == 0
    assert pair(3, 1, 1).p_range()[0] == 0
    assert pair(3, 1, 2, half=0.25).p_range()[0] > 0


def test_a_printed_difference_of_zero_reaches_a_p_of_one():
    assert pair(0, 1, 2, half=0.5).p_range()[1] == 1


def test_accuracy_against_asha_needs_a_correlation_of_22_hundredths():
    assert round(pair(0.8, 0.4, 0.6).least_r(), 2) == 0.22


@settings(max_examples=50, deadline=None)
@given(PAIRS, st.sampled_from([0.05, 0.01]))
def test_below_the_needed_correlation_p_is_too_large_and_above_it_is_small_enough(printed, level):
    least = printed.least_r(level)
    if math.isnan(least):
        assert printed.test(0.9999).p >= level or printed.difference == 0
    elif least == -1:
        assert printed.test(-1).p <= level * (1 + 1e-9)
    else:
        assert printed.test(least).p == pytest.approx(level, rel=1e-6)
        assert printed.test(least + (1 - least) / 2).p < level


@settings(max_examples=30, deadline=None)
@given(PAIRS)
def test_the_correlation_needed_with_the_kindest_rounding_is_the_least_on_a_fine_grid(printed):
    half, least = printed.half_unit, printed.least_r(rounding=True)
    sds = [
        [max(sd + shift, 1e-6) for shift in np.linspace(-half, half, 15)]
        for sd in (printed.sd_reference, printed.sd_against)
    ]
    found = [pair(abs(printed.difference) + 2 * half, a, b, n=printed.n).least_r() for a, b in product(*sds)]
    if math.isnan(least):
        assert all(math.isnan(r) for r in found)
    else:
        assert least <= np.nanmin(found) + 1e-9
        assert least == pytest.approx(np.nanmin(found), abs=0.05)


def test_no_difference_needs_no_correlation_because_none_will_do():
    assert math.isnan(pair(0, 1, 1).least_r())
    assert pair(0, 1, 1, half=0.5).least_r(rounding=True) == pytest.approx(-0.2972, abs=5e-5)


def test_two_sds_of_zero_allow_no_test_and_no_p_of_zero():
    printed = pair(3, 0, 0)
    numbers = [printed.test(0).p, printed.test(0, 2).p_margin, *printed.p_range(), printed.least_r()]
    assert all(math.isnan(number) for number in numbers)


def test_one_sd_of_zero_makes_the_correlation_irrelevant():
    wide, narrow = pair(3, 0, 1), pair(0.5, 0, 1)
    assert wide.test(-1).p == wide.test(0.95).p == pytest.approx(2 * stats.t.sf(3 * math.sqrt(5), 4))
    assert wide.least_r() == -1
    assert math.isnan(narrow.least_r())
