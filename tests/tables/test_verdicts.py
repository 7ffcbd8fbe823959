"""What decides a verdict: the bound that is printed beside it."""

from __future__ import annotations

import pytest

from sgcldff.tables.verdicts import InteractionVerdict, Verdict, decided_by


@pytest.mark.parametrize(
    ("verdict", "greater", "less"),
    [
        (Verdict.SUPPORTED, "lower bound", "upper bound"),
        (Verdict.DIRECTION_ONLY, "lower bound", "upper bound"),
        (Verdict.REFUTED, "upper bound", "lower bound"),
        (Verdict.INCONCLUSIVE, "", ""),
        (InteractionVerdict.EQUIVALENT, "both bounds", "both bounds"),
        (InteractionVerdict.INTERACTION, "interval", "interval"),
        (InteractionVerdict.INCONCLUSIVE, "", ""),
        ("", "", ""),
    ],
)
def test_each_verdict_is_decided_by_one_bound_in_either_direction(verdict, greater, less):
    assert (decided_by(verdict), decided_by(verdict, greater=False)) == (greater, less)
    assert decided_by(str(verdict)) == greater  # as a table has it
