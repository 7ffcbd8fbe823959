"""Which numbers of a test count: those of the plain paired t-test, or the corrected ones where splits are redrawn."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

REDRAWN = "redrawn splits"

BASES = {
    REDRAWN: (
        "Each seed drew its own split of the same images, so the runs share images and are not independent: "
        "t, p, interval and bounds are those of the corrected resampled t-test (Nadeau and Bengio), whose standard "
        "error is SD·√(1/n + n_test/n_train)."
    ),
    "seeds": (
        "Every seed is tested on the same images: t, p, interval and bounds are those of the paired t-test over "
        "seeds, and what they say is about those images."
    ),
}
"""What the basis of a test means."""


def basis_sentences(tests: pd.DataFrame) -> list[str]:
    """What the bases of these tests mean; rows that could not be tested do not count."""
    found = tests.loc[tests["p"].notna(), "basis"].unique()
    return [sentence for basis, sentence in BASES.items() if basis in found]


class Counted(NamedTuple):
    """Two-sided t-test of no difference, its 95% interval, and the one-sided 95% bounds; points."""

    t: float
    df: float
    p: float
    low: float
    high: float
    lower: float
    upper: float


def counted(test: Any) -> Counted:
    """The numbers that count, of a row of comparisons, hypotheses or interactions."""
    if test.basis == REDRAWN:
        return Counted(
            test.corrected_t,
            test.corrected_df,
            test.corrected_p,
            test.corrected_low,
            test.corrected_high,
            test.corrected_lower,
            test.corrected_upper,
        )
    return Counted(test.t, test.df, test.p, test.ci_low, test.ci_high, test.lower_bound, test.upper_bound)


def margin_p(test: Any) -> float:
    """p of the test against the margin that counts, of a row of hypotheses or interactions."""
    return test.corrected_p_margin if test.basis == REDRAWN else test.p_margin
