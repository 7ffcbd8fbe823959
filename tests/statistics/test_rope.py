from __future__ import annotations

import math

import numpy as np
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.resampled import corrected_test
from sgcldff.statistics.rope import rope
from sgcldff.statistics.student import TTest, student_t

A = np.array([79.8, 80.1, 80.0, 80.4, 79.2])
B = np.array([82.1, 81.4, 83.0, 82.2, 81.9])


def of_folds(differences):
    """The test that baycomp makes of one cross-validation: a fold is tested, the n - 1 others are trained on."""
    n = len(differences)
    return corrected_test(differences.mean(), differences.std(ddof=1), n, 1 / (n - 1))


def test_the_probabilities_in_the_documentation_of_baycomp():
    # two_on_single(nbc, j48) prints .4145 and .5855, with rope=0.5 .2858, .2692, .4450. The scores are not printed:
    # of ten folds, mean and standard error follow from the second line, and the first from them.
    test = student_t(0.3049, 1.3714145905466777, 9)
    assert rope(test, 0.5) == pytest.approx((0.28584464173791, 0.26915187168802, 0.44500348657406), abs=1e-10)
    below, _, above = rope(test, 0)
    assert (below, above) == pytest.approx((0.4145119975061462, 0.5854880024938538), abs=1e-10)


def test_the_statistics_in_the_tests_of_baycomp():
    test = of_folds(np.array([5, 7, 3]) - np.array([4, 2, 6]))
    assert (test.mean, test.se**2, test.df) == pytest.approx((1, 16 * (1 / 3 + 1 / 2), 2))


def test_what_baycomp_1_0_3_says_of_five_folds():
    expected = (0.00108203024316954, 0.027074733126773998, 0.9718432366300565)
    assert rope(of_folds(B - A), 1.0) == pytest.approx(expected, rel=1e-9)


def test_a_rope_of_no_width_has_half_of_the_two_sided_p_on_one_side():
    test = student_t(2.0, 0.5, 4)
    assert rope(test, 0) == pytest.approx((test.p / 2, 0, 1 - test.p / 2))


def test_what_allows_no_test_allows_no_probability():
    assert all(math.isnan(share) for share in rope(TTest(mean=1.0), 1.0))
    assert all(math.isnan(share) for share in rope(student_t(1.0, 0.0, 4), 1.0))


@pytest.mark.parametrize("width", [-1, math.nan, math.inf])
def test_a_width_that_is_none_is_refused(width):
    with pytest.raises(InputError, match="half width"):
        rope(student_t(2.0, 0.5, 4), width)
