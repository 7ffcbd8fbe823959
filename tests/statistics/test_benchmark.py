"""What a claim is judged fragile on: the values over seeds of one place in the benchmark."""

from __future__ import annotations

import pytest

RATIO = 2 / 7


def test_by_seed_gives_the_differences_in_points_that_the_test_is_made_of(runs, measured):
    table = runs()
    values, ratio = measured(table).by_seed("cross_stain", "jtsc→cellavision", "iou", "full", "unetpp")
    here = table[(table["trained_on"] == "jtsc") & (table["tested_on"] == "cellavision")]
    scores = here.pivot(index="seed", columns="method", values="iou")
    assert values == pytest.approx(100 * (scores["full"] - scores["unetpp"]).to_numpy()) and ratio == 0


def test_by_seed_gives_the_scores_of_a_level_as_fractions_and_the_ratio_of_redrawn_splits(runs, measured):
    table = runs()
    values, ratio = measured(table).by_seed("in_domain", "", "iou", "full")
    own = table[(table["trained_on"] == table["tested_on"]) & (table["method"] == "full")]
    assert values == pytest.approx(own.groupby("seed")["iou"].mean().to_numpy()) and ratio == RATIO


def test_by_seed_gives_nothing_of_a_method_that_was_not_run(runs, measured):
    benchmark = measured(runs())
    for place in (("iou", "nobody"), ("iou", "full", "nobody")):
        assert len(benchmark.by_seed("cross_stain", "", *place)[0]) == 0
