from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from sgcldff.errors import InputError
from sgcldff.statistics.multiplicity import benjamini_hochberg, holm

# Benjamini and Hochberg (1995), their fifteen p values.
P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]
BH = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571, 0.0638571, 0.0645, 0.0765, 0.486]
HOLM = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1]

some_p = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def test_benjamini_hochberg_gives_the_values_of_1995():
    assert benjamini_hochberg(P)[:10] == pytest.approx(BH, rel=1e-6)


def test_holm_gives_the_pinned_values():
    assert holm(P) == pytest.approx(HOLM, rel=1e-12)


@settings(max_examples=15, deadline=None)  # statsmodels collects garbage at each call
@given(some_p)
def test_both_agree_with_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], rel=1e-12)
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1], rel=1e-12)


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
def test_a_nan_keeps_its_place_and_does_not_count(correct):
    with_nan = correct([0.01, np.nan, 0.04, np.nan])
    assert np.isnan(with_nan[[1, 3]]).all()
    assert with_nan[[0, 2]] == pytest.approx(correct([0.01, 0.04]))


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
def test_nothing_tested_gives_nothing_corrected(correct):
    assert correct([]).shape == (0,)
    assert np.isnan(correct([np.nan, np.nan])).all()


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
@settings(deadline=None)
@given(p=some_p, seed=st.integers(0, 100))
def test_the_order_of_the_tests_does_not_matter(correct, p, seed):
    order = np.random.default_rng(seed).permutation(len(p))
    assert correct(np.array(p)[order]) == pytest.approx(correct(p)[order], rel=1e-12)


@pytest.mark.parametrize("wrong", [-0.1, 1.1])
def test_a_value_that_is_no_p_is_refused(wrong):
    with pytest.raises(InputError, match="outside 0 to 1"):
        holm([0.5, wrong])
