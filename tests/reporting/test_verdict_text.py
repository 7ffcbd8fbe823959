from __future__ import annotations

import math

import pytest

from sgcldff.reporting.verdict_text import beside, verdict_text


@pytest.mark.parametrize(
    ("verdict", "by", "expected"),
    [
        ("SUPPORTED", "lower bound", "SUPPORTED: +6.09, at least +0.12 (one-sided 95%)"),
        ("SUPPORTED", "upper bound", "SUPPORTED: +6.09, at most +12.06 (one-sided 95%)"),
        ("EQUIVALENT", "both bounds", "EQUIVALENT: +6.09, +0.12 to +12.06 (90% interval)"),
        ("INTERACTION", "interval", "INTERACTION: +6.09"),
        ("INCONCLUSIVE", "", "INCONCLUSIVE: +6.09"),
    ],
)
def test_a_verdict_stands_with_the_bound_that_decided_and_no_other(verdict, by, expected):
    assert verdict_text(verdict, by, 0.12, 12.06, mean=6.09) == expected


def test_a_fragile_verdict_says_why_in_the_same_line():
    text = verdict_text("SUPPORTED", "lower bound", 0.12, 12.06, "one seed decides")
    assert text == "SUPPORTED: at least +0.12 (one-sided 95%), fragile: one seed decides"


def test_without_a_verdict_there_is_nothing_to_say():
    assert verdict_text("", "", math.nan, math.nan) == "" and beside("", math.nan, math.nan) == []
    assert verdict_text("INCONCLUSIVE", "", math.nan, math.nan, mean=math.nan) == "INCONCLUSIVE"


def test_a_bound_is_written_in_the_unit_of_the_table():
    text = verdict_text("REFUTED", "upper bound", 0.9, 0.945, show=lambda score: f"{100 * score:.1f} %")
    assert text == "REFUTED: at most 94.5 % (one-sided 95%)"
