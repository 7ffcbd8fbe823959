from __future__ import annotations

import numpy as np
import pytest

from sgcldff.statistics.iqm import bootstrap, iqm

# Of the tests of rliable: runs × tasks.
X = np.array([[1, 2], [2, 2], [1, 1], [2, 1]])
Y = np.array([[1, 1], [2, 2], [3, 3]])


def test_the_iqm_in_the_tests_of_rliable():
    assert (iqm(X), iqm(Y)) == (1.5, 2)


def test_the_iqm_leaves_out_a_quarter_at_each_end():
    assert iqm(np.array([-100, 1, 2, 3, 4, 5, 6, 900])) == 3.5


def test_runs_are_drawn_within_each_task():
    # Tasks that differ, runs that do not: nothing varies. Were scores drawn across tasks, the mean would.
    interval = bootstrap(np.array([[0.0, 10.0]] * 5), np.mean, np.random.default_rng(0), draws=50)
    assert interval == (5, 5, 5)


def test_the_interval_of_many_runs_is_that_of_the_normal_distribution():
    scores = np.random.default_rng(0).normal(size=(400, 1))
    interval = bootstrap(scores, np.mean, np.random.default_rng(0))
    half = 1.96 * scores.std() / 20
    assert (interval.low, interval.high) == pytest.approx((scores.mean() - half, scores.mean() + half), abs=0.01)


def test_a_single_run_has_no_interval():
    interval = bootstrap(np.array([[1.0, 3.0]]), np.mean, np.random.default_rng(0))
    assert interval.value == 2 and np.isnan([interval.low, interval.high]).all()
