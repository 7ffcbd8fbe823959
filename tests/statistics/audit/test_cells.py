from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgcldff.errors import InputError
from sgcldff.statistics.audit.cells import as_printed, cell
from sgcldff.statistics.audit.printed import checked_printed


@pytest.mark.parametrize(
    "text",
    [
        "91.2 ± 0.5",
        "91.2±0.5",
        "91.2 (0.5)",
        "91.2 (±0.5)",
        "91.2 +/- 0.5",
        "91,2 ± 0,5",
        "91.2\N{NO-BREAK SPACE}±\N{THIN SPACE}0.5",
        "**91.2 ± 0.5**",
        r"91.2 \pm 0.5",
        r"$91.2 \pm 0.5$",
        r"$91.2_{\pm 0.5}$",
        r"$\mathbf{91.2}_{\pm0.5}$",
        r"\textbf{91.2} $\pm$ 0.5",
        r"{\bf 91.2}{\scriptsize$\pm$0.5}",
        r"\underline{91.2}$^{*}$\,$\pm$\,0.5",
        "91.2 ± 0.5 %",
        r"91.2\% ± 0.5\%",
    ],
)
def test_a_mean_with_its_sd_is_read_in_every_dress(text):
    assert cell(text)[:2] == ("91.2", "0.5")


@pytest.mark.parametrize(
    "text", ["91.2 (90.1, 92.0)", "91.2 [90.1, 92.0]", "1,234", "91 2", "91.2^{1}", "high", "91.2 ±"]
)
def test_what_may_mean_another_number_is_none(text):
    assert cell(text) is None


@pytest.mark.parametrize("text", ["", "-", "—", "n/a"])
def test_a_dash_is_a_cell_without_a_value(text):
    assert cell(text)[:2] == ("", "")


def test_digits_are_kept_so_that_the_rounding_can_be_told():
    assert cell("0.90 ± 0.010")[:2] == ("0.90", "0.010")


@given(st.text(max_size=20))
def test_no_cell_ends_in_a_traceback(text):
    value = cell(text)
    assert value is None or not value.mean or float(value.mean) is not None


def test_a_metric_with_signs_of_per_cent_is_no_fraction_however_small():
    table = pd.DataFrame({"method": ["base", "ours"], "error": ["0.9 ± 0.1 %", "0.5 ± 0.1 %"]})
    assert [row.points for row in checked_printed(as_printed(table, n=5).table)] == [1, 1]


def test_a_fraction_beside_signs_of_per_cent_is_refused():
    table = pd.DataFrame({"method": ["base", "ours"], "error": ["9 ± 1 %", "0.05 ± 0.01"]})
    with pytest.raises(InputError, match="0.05 without a sign of per cent"):
        as_printed(table, n=5)


def test_an_empty_place_of_a_wide_table_is_no_row():
    table = pd.DataFrame({"Model": ["base", "ours"], "acc": ["0.9", "0.92"], "iou": ["—", "0.8"]})
    reading = as_printed(table)
    assert reading.table[["method", "metric"]].to_numpy().tolist() == [
        ["base", "acc"],
        ["ours", "acc"],
        ["ours", "iou"],
    ]
    assert reading.said == ["The column Model was taken for method.", "A column is a metric: acc, iou."]


def test_a_first_column_of_words_holds_the_methods():
    reading = as_printed(pd.DataFrame({"": ["base", "ours"], "acc": ["0.9", "0.92"]}))
    assert list(reading.table["method"]) == ["base", "ours"] and "first column" in reading.said[0]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"method": ["a"], "acc": ["1 ± 2"]}, "say --n 5"),
        ({"method": ["a"], "metric": ["acc"], "mean": ["1 ± 2"], "sd": ["2"], "n": ["5"]}, "in its cell and 2"),
        ({"method": ["a"], "mean": ["1"]}, "no column metric"),
        ({"method": ["a"], "metric": ["acc"]}, "no column mean"),
        ({"acc": ["1"], "iou": ["2"]}, "no column method"),
        ({"method": ["a"], "acc": ["—"]}, "No cell of the table holds a number"),
        ({"method": ["a"]}, "no column of values"),
        ({"method": ["a"], "acc": ["91.2 (90, 92)"]}, r"'91.2 \(90, 92\)', which is no number"),
    ],
)
def test_what_is_not_said_is_asked_for(columns, words):
    with pytest.raises(InputError, match=words) as refusal:
        as_printed(pd.DataFrame(columns))
    assert str(refusal.value).endswith(".")
