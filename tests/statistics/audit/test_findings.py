from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.statistics.audit.findings import finding_rows
from sgcldff.statistics.audit.printed import checked_printed

COLUMNS = ["method", "metric", "mean", "sd", "n", "table"]


def findings(*rows):
    return finding_rows(checked_printed(pd.DataFrame([(*row.split(","), "")[:6] for row in rows], columns=COLUMNS)))


def parts(total, *values):
    """A total of iou and its parts, no SDs."""
    return findings(f"mine,iou,{total},,", *(f"mine,iou_{i},{value},," for i, value in enumerate(values)))


def test_the_papers_iou_of_single_classes_does_not_average_to_its_total():
    (finding,) = findings(
        "SG-CLDFF,iou,0.82,0.01,5",
        "SG-CLDFF,iou_lymphocyte,0.83,,",
        "SG-CLDFF,iou_monocyte,0.81,,",
        "SG-CLDFF,iou_neutrophil,0.80,,",
    )
    assert (finding["method"], finding["metric"], finding["kind"]) == ("SG-CLDFF", "iou", "average of parts")
    assert "0.83 lymphocyte, 0.81 monocyte, 0.80 neutrophil" in finding["finding"]
    assert "average 0.813 and not 0.82; rounding allows at most 0.818" in finding["finding"]
    assert "A weighted mean of them could be it" in finding["finding"]


def test_parts_that_average_to_the_total_are_no_finding():
    assert parts("0.96", "0.97", "0.95", "0.96") == []


def test_a_total_that_no_rounding_of_the_parts_gives_is_told_from_one_that_some_rounding_gives():
    assert "which is not 0.83" in parts("0.83", "0.83", "0.81", "0.80")[0]["finding"]
    assert "which would just print as 0.82" in parts("0.82", "0.83", "0.81", "0.80")[0]["finding"]


def test_a_total_below_its_parts_average_is_held_against_the_least_that_rounding_allows():
    assert "rounding allows at least 0.808, which is not 0.80" in parts("0.80", "0.83", "0.81", "0.80")[0]["finding"]


def test_a_total_beyond_every_part_is_no_mean_with_any_weights():
    assert "No weighted mean of them is it" in parts("0.85", "0.83", "0.81", "0.80")[0]["finding"]


def test_percentages_are_added_up_with_fractions_in_points():
    assert parts("81.3", "0.83", "0.81", "0.80") == []


def test_another_average_and_a_single_part_are_no_parts():
    assert findings("mine,f1,0.90,,", "mine,f1_macro,0.80,,", "mine,f1_weighted,0.70,,") == []
    assert findings("mine,iou,0.90,,", "mine,iou_cell,0.80,,") == []


@pytest.mark.parametrize(("mean", "largest"), [("0.50", "0.548"), ("0.90", "0.337")])
def test_an_sd_that_values_between_0_and_1_cannot_have_is_found(mean, largest):
    # Five values of mean m: sd^2 <= m (1 - m) 5/4, at .895 where .90 is printed.
    (finding,) = findings(f"mine,iou,{mean},0.70,5")
    assert finding["kind"] == "impossible SD"
    assert f"an SD of at most {largest[:3]}" in finding["finding"]


def test_the_largest_sd_that_is_possible_is_no_finding():
    # 0 0 1 1 has a mean of .5 and an SD of .577.
    assert findings("mine,iou,0.500,0.577,4") == []
    assert findings("mine,iou,0.500,0.579,4") != []


def test_percentages_are_held_against_0_to_100():
    assert findings("mine,accuracy,50.0,57.7,4") == []
    assert "values between 0 and 100" in findings("mine,accuracy,50.0,58.0,4")[0]["finding"]


def test_values_beyond_percentages_have_no_largest_sd():
    assert findings("mine,milliseconds,150,400,5", "mine,loss,-2,9,5") == []


def test_an_sd_of_0_is_found():
    (finding,) = findings("mine,iou,0.82,0.00,5")
    assert finding["kind"] == "SD of 0" and "printed as 0.00" in finding["finding"]


def test_a_method_with_the_same_values_in_two_tables_is_found_once():
    rows = [f"mine,{metric},0.8,0.1,5,{table}" for table in "AB" for metric in ("iou", "f1")]
    (finding,) = findings(*rows, "theirs,iou,0.7,0.1,5,A", "theirs,iou,0.6,0.1,5,B", "mine,auc,0.9,0.1,5,A")
    assert (finding["table"], finding["metric"], finding["kind"]) == ("A, B", "iou, f1", "repeated row")


def test_one_value_that_is_repeated_or_one_that_differs_is_no_repeated_row():
    assert findings("mine,iou,0.8,0.1,5,A", "mine,iou,0.8,0.1,5,B") == []
    rows = [f"mine,{metric},0.8,0.1,5,{table}" for table in "AB" for metric in ("iou", "f1")]
    assert findings(*rows, "mine,auc,0.8,0.1,5,A", "mine,auc,0.7,0.1,5,B") == []
