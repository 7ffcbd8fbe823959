from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sgcldff.statistics.comparison import compare
from sgcldff.statistics.fragile import ONE_SEED, fragile
from sgcldff.statistics.verdict import limit_passed, verdict
from sgcldff.tables.verdicts import DecidedBy, decided_by

LOWER, UPPER, BOTH, INTERVAL = DecidedBy.LOWER, DecidedBy.UPPER, DecidedBy.BOTH, DecidedBy.INTERVAL
CLEAR = [2.3, 1.3, 3.0, 1.8, 2.7]


def test_a_verdict_that_every_seed_and_the_sign_flips_share_is_not_fragile():
    assert fragile(CLEAR, LOWER, 1.0) == ""


def test_five_seeds_of_which_one_lies_short_of_the_margin_are_not_shared_by_the_sign_flips():
    """One-sided, two of the 32 assignments of signs give at least this mean."""
    values = [5.0, 5.1, 4.9, 5.0, 1.9]
    assert stats.ttest_1samp(values, 2.0, alternative="greater").pvalue < 0.05
    assert "sign flips one-sided p = 0.062" in fragile(values, LOWER, 2.0)


def test_without_one_seed_the_others_do_not_decide():
    values = [0.1, 0.2, 0.1, 0.2, 0.12, 0.15, 0.02, 0.004]
    assert fragile(values, LOWER, 0.0) == ""
    shifted = stats.ttest_1samp(values, 0, alternative="greater").statistic
    limit = np.mean(values) - 1.9 * np.mean(values) / shifted  # 1.9 standard errors below: p is .0496
    assert stats.ttest_1samp(values, limit, alternative="greater").pvalue < 0.05
    assert ONE_SEED in fragile(values, LOWER, limit)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-30, 60), min_size=3, max_size=7, unique=True), st.booleans())
def test_one_seed_decides_exactly_where_scipy_s_test_of_the_others_is_not_below_05(values, above):
    values, alternative = np.array(values, dtype=float), "greater" if above else "less"
    without = [stats.ttest_1samp(np.delete(values, i), 4.5, alternative=alternative).pvalue for i in range(len(values))]
    assert (ONE_SEED in fragile(values, LOWER if above else UPPER, 4.5)) == (max(without) >= 0.05)


@pytest.mark.parametrize(("by", "sides"), [(LOWER, 1), (INTERVAL, 2)])
@pytest.mark.parametrize("values", [(4, 6, 3, 5, 2, 7), (4, 6, 3, 5, -1, 7), (4, 6, 3, -2, -1, 7), (3, -1, 4, 5)])
def test_the_p_of_the_sign_flips_is_the_share_of_all_signs(values, by, sides):
    flipped = [np.dot(signs, np.abs(values)) for signs in itertools.product((-1, 1), repeat=len(values))]
    p = sides * np.mean(np.array(flipped) >= sum(values))
    found = fragile(values, by, 0.0)
    assert ("sign flips" in found) == (p >= 0.05)
    assert p < 0.05 or f"sided p = {p:.2g}" in found


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_seeds_too_few_for_a_sign_flip_below_05_share_a_verdict_where_all_lie_beyond_the_limit(n):
    values = [10.0, 10.2, 10.1, 9.9, 10.05][:n]
    assert "sign flips" not in fragile(values, LOWER, 1.0) + fragile(values, INTERVAL, 1.0)
    assert "sign flips" in fragile([*values[:-1], 0.9], LOWER, 1.0)


def test_two_seeds_are_always_fragile():
    assert fragile([10.0, 10.001], LOWER, 1.0) == ONE_SEED


def test_the_corrected_test_is_made_of_the_others_too():
    assert fragile(CLEAR, LOWER, 1.0) == ""
    assert fragile(CLEAR, LOWER, 1.0, test_train_ratio=2 / 7) == ONE_SEED


def test_an_upper_bound_is_a_lower_one_of_the_differences_turned_round():
    values = np.array([0.4, -0.3, 0.9, 0.1, 1.4])
    for limit in (0.5, 1.0, 1.5, 3.0):
        assert fragile(values, UPPER, limit) == fragile(-values, LOWER, -limit)


def test_equivalence_is_as_fragile_as_the_weaker_of_its_two_sides():
    values = np.array([0.4, -0.3, 0.9, 0.1, 0.7])
    assert fragile(values, LOWER, -0.95) == ""
    assert fragile(values, BOTH, 0.95) == fragile(values, UPPER, 0.95) == ONE_SEED


def test_others_that_are_all_alike_do_not_contradict():
    """Accuracies of few images repeat."""
    assert fragile([2.0, 2.0, 2.0, 2.0, 4.0], LOWER, 0.0) == ""


def test_a_verdict_that_nothing_decided_is_not_fragile():
    assert fragile([0.4, -0.3, 0.9], DecidedBy.NOTHING, 0.0) == fragile([], DecidedBy.NOTHING, float("nan")) == ""


def test_dropping_a_seed_changes_the_verdict_of_compare_itself():
    """The mark and the verdict follow one rule: a mark without a change, or a change without a mark, would fail."""
    random, marked = np.random.default_rng(4), []
    for _ in range(150):
        values = random.normal(1.4, 1.0, 6)
        whole = compare(values, np.zeros(6), 0.5)
        state = verdict(whole.plain.lower_bound, whole.plain.upper_bound, 0.5)
        if state != "SUPPORTED":
            continue
        kept = []
        for seed in range(6):
            others = compare(np.delete(values, seed), np.zeros(5), 0.5).plain
            kept.append(verdict(others.lower_bound, others.upper_bound, 0.5) == state)
        weak = whole.fragile(decided_by(state), limit_passed(state, 0.5))
        assert (ONE_SEED in weak) == (not all(kept))
        marked.append(bool(weak))
    assert 10 < sum(marked) < len(marked) - 10
