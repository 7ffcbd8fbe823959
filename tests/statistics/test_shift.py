from __future__ import annotations

import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.scenarios import Scope, values
from sgcldff.statistics.shift import shifted
from sgcldff.tables.runs import METRICS
from sgcldff.tables.truth import lacks


@pytest.fixture
def scored():
    """A method's values in one pair of datasets."""

    def build(runs, trained_on: str, tested_on: str, method: str = "full"):
        scope = Scope("any", tested_on, ((trained_on, tested_on),), redrawn=True)
        return values(runs, method, scope, METRICS, lacks(runs))

    return build


def test_scores_are_paired_by_seed_and_the_difference_is_in_points(runs, scored):
    table = runs()
    before, after = scored(table, "jtsc", "jtsc"), scored(table, "jtsc", "bccd")
    found = shifted(before, after, "f1", 2 / 7)
    assert found.plain.mean == pytest.approx(100 * (before.of("f1") - after.of("f1")).mean())
    assert (found.plain.n, found.basis) == (5, "redrawn splits")


def test_a_metric_that_is_undefined_in_some_seed_is_not_tested_and_said(runs, scored, blank):
    table = blank(runs(), "auc", method="full", seed=3, tested_on="bccd")
    found = shifted(scored(table, "jtsc", "jtsc"), scored(table, "jtsc", "bccd"), "auc", 2 / 7)
    assert found.note == "not tested: auc of full is undefined in jtsc→bccd (seed 3)"


def test_a_metric_that_one_of_the_two_never_has_gives_nothing(runs, scored, blank):
    table = blank(runs(), "iou", method="full", tested_on="bccd")
    assert shifted(scored(table, "jtsc", "jtsc"), scored(table, "jtsc", "bccd"), "iou", None) is None


def test_other_seeds_before_than_after_are_refused(runs, scored):
    table = runs()
    fewer = table[(table["tested_on"] != "bccd") | (table["seed"] != 4)]
    with pytest.raises(InputError, match=r"full has other seeds in any \(jtsc\) than in any \(bccd\)"):
        shifted(scored(fewer, "jtsc", "jtsc"), scored(fewer, "jtsc", "bccd"), "f1", None)
