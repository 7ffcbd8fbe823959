from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from sgcldff.statistics.claimed_differences import claimed_differences
from sgcldff.tables.claims import DECLARED_COLUMNS
from sgcldff.tables.comparisons import COMPARISONS


def declared(**cells) -> pd.DataFrame:
    claim = {"claim": "c", "kind": "improvement", "metric": "iou", "scenario": "cross_stain", "against": "chance"}
    return pd.DataFrame([claim | cells], columns=list(DECLARED_COLUMNS))


def test_two_others_are_compared_with_each_other(runs, measured):
    table = claimed_differences(measured(runs()), declared(reference="unetpp"), str.split)
    of = runs().set_index(["method", "trained_on", "tested_on", "seed"])["iou"]
    first, second = (
        (of[method]["jtsc"]["cellavision"] + of[method]["cellavision"]["jtsc"]) / 2 for method in ("unetpp", "chance")
    )
    (row,) = table.itertuples()
    assert (row.reference, row.against, row.pair) == ("unetpp", "chance", "")
    assert row.p == pytest.approx(stats.ttest_rel(first, second).pvalue)
    assert list(table.columns) == list(COMPARISONS.columns)


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"kind": "level", "reference": "unetpp"},
        {"reference": "nobody"},
        {"reference": "unetpp", "scenario": "other"},
    ],
)
def test_a_claim_on_the_reference_a_level_and_what_was_not_run_have_no_row(runs, measured, cells):
    assert claimed_differences(measured(runs()), declared(**cells), str.split).empty


def test_a_comparison_behind_two_claims_is_made_once(runs, measured):
    twice = pd.concat([declared(reference="unetpp"), declared(reference="unetpp", claim="d")])
    assert len(claimed_differences(measured(runs()), twice, str.split)) == 1
