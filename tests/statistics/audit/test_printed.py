from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.audit.printed import checked_printed, pair_of


def table(*rows):
    """Rows of text as a CSV file has them: method, metric, mean, sd, n and maybe table."""
    return pd.DataFrame([row.split(",") for row in rows]).rename(
        columns=dict(enumerate(["method", "metric", "mean", "sd", "n", "table"]))
    )


TWO = ("mine,iou,0.82,0.01,5", "theirs,iou,0.79,0.02,5")


def test_the_decimals_are_the_most_of_any_mean_or_sd_of_the_metric():
    rows = checked_printed(table("mine,f1,0.9,0.01,5", "theirs,f1,0.91,0.1,5", "mine,iou,0.8,0.1,5"))
    assert [row.decimals for row in rows] == [2, 2, 1]
    assert rows[0].half_unit == Decimal("0.005")


def test_decimals_are_counted_within_a_table():
    rows = checked_printed(table("mine,f1,0.9,0.1,5,A", "mine,f1,0.912,0.011,5,B"))
    assert [row.decimals for row in rows] == [1, 3]


def test_a_metric_within_0_and_1_is_in_fractions_and_any_other_is_taken_as_it_is():
    rows = checked_printed(table("mine,f1,1,0.1,5", "mine,accuracy,95,1,5", "mine,loss,-0.2,0.1,5"))
    assert [row.points for row in rows] == [100, 1, 1]


def test_printed_numbers_stay_decimal():
    pair = pair_of(*checked_printed(table("mine,iou,0.82,0.01,5", "theirs,iou,0.80,0.01,5")))
    assert (pair.difference, pair.half_unit, pair.n) == (2.0, 0.5, 5)


def test_a_value_without_an_sd_may_lack_its_n_and_gives_no_pair():
    rows = checked_printed(table("mine,iou,0.82,,", TWO[1]))
    assert (rows[0].sd, rows[0].n, rows[1].n) == (None, None, 5)
    assert pair_of(*rows) is None


def test_spaces_around_the_cells_are_no_part_of_them():
    assert checked_printed(table(" mine , iou,0.82 , 0.01,5 ")) == checked_printed(table("mine,iou,0.82,0.01,5"))


@pytest.mark.parametrize("column", ["method", "metric", "mean", "sd", "n"])
def test_a_missing_column_is_named(column):
    with pytest.raises(InputError, match=f"no column {column}: it needs method, metric, mean, sd, n"):
        checked_printed(table(*TWO).drop(columns=column))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("mine,iou,high,0.01,5", "The mean of iou of mine is 'high', which is no number"),
        ("mine,iou,0.82 ± 0.01,0.01,5", "no number: write the bare number"),
        ("mine,accuracy,95.8%,0.4,5", "'95.8%', which is no number"),
        ("mine,iou,nan,0.01,5", "no number"),
        ("mine,iou,1_0,0.01,5", "no number"),
        ("mine,iou,,0.01,5", "The mean of iou of mine is empty"),
        ("mine,iou,0.82,?,5", "The SD of iou of mine is '\\?'"),
        ("mine,iou,0.82,-0.01,5", "The SD of iou of mine is -0.01, and no SD is negative"),
        ("mine,iou,0.82,0.01,five", "n of iou of mine is 'five'"),
        ("mine,iou,0.82,0.01,", "n of iou of mine is empty"),
        ("mine,iou,0.82,0.01,1", "n of iou of mine is 1: .* a whole number of at least 2"),
        ("mine,iou,0.82,0.01,4.5", "n of iou of mine is 4.5"),
        (",iou,0.82,0.01,5", "A row has no method"),
        ("mine,,0.82,0.01,5", "A row has no metric"),
        ("theirs,iou,0.79,0.02,5", "Two rows give iou of theirs: keep one"),
        ("mine,iou,82,1,5", "iou of theirs is 0.79 and that of mine 82, a fraction beside a percentage"),
    ],
)
def test_what_is_wrong_in_a_row_is_said_in_a_sentence(row, words):
    with pytest.raises(InputError, match=words) as refusal:
        checked_printed(table(TWO[1], row))
    assert str(refusal.value).endswith(".")


def test_a_zero_is_the_same_in_fractions_and_percentages():
    assert {row.points for row in checked_printed(table("mine,rate,0,0,5", "theirs,rate,40,5,5"))} == {1}


def test_a_table_without_rows_is_refused():
    with pytest.raises(InputError, match="has no rows"):
        checked_printed(table(*TWO).iloc[:0])


def test_rows_of_no_table_among_rows_of_one_are_refused():
    with pytest.raises(InputError, match="Some rows name their table and some do not"):
        checked_printed(table("mine,iou,0.82,0.01,5,A", "theirs,iou,0.79,0.02,5,"))


def test_methods_of_different_n_are_refused_as_a_pair():
    rows = checked_printed(table("mine,iou,0.82,0.01,5", "theirs,iou,0.79,0.02,4"))
    with pytest.raises(InputError, match="n is 5 for iou of mine and 4 for theirs"):
        pair_of(*rows)
