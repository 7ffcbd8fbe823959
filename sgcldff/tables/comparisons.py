"""comparisons.csv, the reference against every other method, and what every table of comparisons shares.

A comparison stands in a row with all of its tests, in points. Which of them decides follows from its basis: the plain
paired t-test over seeds, or the corrected one where each seed drew its own split.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from sgcldff.tables.contract import Contract

SEEDS = "seeds"  # every seed was tested on the same images: the plain test decides
REDRAWN = "redrawn splits"  # each seed drew its own split: the corrected test decides
EXPLORATORY, CONTROL = "exploratory", "control"  # families of comparisons that no hypothesis declares

SUBJECT = ("scenario", "pair", "metric", "reference", "against")  # what a comparison is about; pair "": their average
TESTS = (
    *("n", "mean", "sd", "t", "df", "p", "ci_low", "ci_high", "lower_bound", "upper_bound"),
    *("d_z", "d_z_low", "d_z_high", "g_z", "p_wilcoxon", "p_sign_flip"),
    *("corrected_t", "corrected_df", "corrected_p", "corrected_low", "corrected_high"),
    *("corrected_lower", "corrected_upper"),
    *("n_images", "crossed_mean", "crossed_se", "crossed_df", "crossed_p", "crossed_low", "crossed_high"),
    *("crossed_lower", "crossed_upper", "sd_seed", "sd_image", "sd_residual"),
    *("basis", "equivalence_bound", "p_equivalence"),
    *("power", "pairs_needed", "pairs_needed_low", "pairs_needed_high", "note"),
)
TEXT_OF_TESTS = ("basis", "note")
COMPARISONS = Contract((*SUBJECT, *TESTS, "family", "p_bh"), text=(*SUBJECT, *TEXT_OF_TESTS, "family"))

_SHORT = {"ci_low": "low", "ci_high": "high", "lower_bound": "lower", "upper_bound": "upper"}  # after a prefix


class Decided(NamedTuple):
    """The deciding test of a comparison, in points.

    t, df, p: two-sided test of no difference; low, high: its 95% interval; lower, upper: one-sided 95% bounds.
    """

    t: float
    df: float
    p: float
    low: float
    high: float
    lower: float
    upper: float


def column_of(column: str, test: str) -> str:
    """The column in which another test, "corrected" or "crossed", has what `column` is of the plain test.

    >>> column_of("ci_low", "corrected"), column_of("p_margin", "crossed")
    ('corrected_low', 'crossed_p_margin')
    """
    return f"{test}_{_SHORT.get(column, column)}"


def deciding(table: pd.DataFrame, column: str) -> pd.Series:
    """A column of the plain test (p, p_margin, ci_low, ...) as the deciding test of each row has it."""
    corrected = table[column_of(column, "corrected")]
    return table[column].where(table["basis"] != REDRAWN, corrected).astype(float)


def decided(row: Any) -> Decided:
    """The deciding test of a row (`itertuples`) of any table of comparisons."""
    return Decided(*(_decided(row, name) for name in ("t", "df", "p", *_SHORT)))


def decided_p_margin(row: Any) -> float:
    """p of the deciding test against the margin, of a row (`itertuples`) of hypotheses or interactions."""
    return _decided(row, "p_margin")


def _decided(row: Any, column: str) -> float:
    return getattr(row, column_of(column, "corrected") if row.basis == REDRAWN else column)
