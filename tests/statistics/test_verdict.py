from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgcldff.errors import InputError
from sgcldff.statistics.verdict import verdict

points = st.floats(-100, 100).map(lambda x: round(x, 6))


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (2.1, 3.0, "SUPPORTED"),
        (2.0, 3.0, "DIRECTION ONLY"),
        (0.1, 3.0, "DIRECTION ONLY"),
        (0.0, 3.0, "INCONCLUSIVE"),
        (-0.1, 3.0, "INCONCLUSIVE"),
        (-0.1, 2.0, "INCONCLUSIVE"),
        (-0.1, 1.9, "REFUTED"),
        (-3.0, -1.0, "REFUTED"),
    ],
)
def test_each_state_has_its_boundaries(lower, upper, expected):
    assert verdict(lower, upper, 2.0) == expected


def test_a_positive_interval_wholly_below_the_margin_is_direction_only():
    assert verdict(0.5, 1.5, 2.0) == "DIRECTION ONLY"


def test_a_lower_bound_that_equals_the_margin_but_for_rounding_is_not_above_it():
    lower = (0.80 - 0.78) * 100
    assert lower > 2
    assert verdict(lower, 5.0, 2.0) == "DIRECTION ONLY"


@pytest.mark.parametrize(("a", "b", "margin"), [(0.82, 0.80, 2.0), (0.94, 0.925, 1.5)])
def test_an_upper_bound_that_equals_the_margin_but_for_rounding_is_not_below_it(a, b, margin):
    upper = (a - b) * 100
    assert upper < margin
    assert verdict(-1.0, upper, margin) == "INCONCLUSIVE"


def test_a_lower_bound_of_zero_but_for_rounding_shows_no_direction():
    assert verdict(0.1 + 0.2 - 0.3, 5.0, 2.0) == "INCONCLUSIVE"


def test_a_margin_of_zero_leaves_no_room_for_direction_only():
    assert verdict(0.1, 1.0, 0.0) == "SUPPORTED"


def test_no_interval_is_inconclusive():
    assert verdict(math.nan, math.nan, 2.0) == "INCONCLUSIVE"


def test_a_margin_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="in points"):
        verdict(0.0, 1.0, math.nan)


@settings(deadline=None)
@given(points, st.floats(0, 100), st.floats(0.1, 10))
def test_a_support_never_has_its_margin_outside_the_interval_on_the_high_side(lower, width, margin):
    state = verdict(lower, lower + width, margin)
    assert (state == "SUPPORTED") == (lower > round(margin, 9))
    assert state != "REFUTED" or lower + width < margin
