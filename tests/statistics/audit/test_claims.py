from __future__ import annotations

import math

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.audit.claims import claim_rows
from sgcldff.statistics.audit.printed import checked_printed
from sgcldff.tables.audit import CLAIMED_COLUMNS

PRINTED = checked_printed(
    pd.DataFrame(
        [
            ("without saliency", "accuracy", "92.4", "0.6", "5"),
            ("without saliency", "iou", "0.76", "0.02", "5"),
            ("without fusion", "accuracy", "93.1", "0.5", "5"),
            ("Asha", "accuracy", "95.0", "0.6", "5"),
            ("Asha", "auc", "0.96", "0.01", "5"),
            ("Asha", "recall", "0.90", "", ""),
            ("full", "accuracy", "95.8", "0.4", "5"),
            ("full", "iou", "0.82", "0.01", "5"),
            ("full", "iou_lymphocyte", "0.83", "", ""),
            ("full", "iou_monocyte", "0.81", "", ""),
            ("full", "iou_neutrophil", "0.80", "", ""),
            ("full", "auc", "0.96", "0.01", "5"),
            ("full", "recall", "0.92", "", ""),
        ],
        columns=["method", "metric", "mean", "sd", "n"],
    )
)


def claims(*rows):
    return pd.DataFrame([dict(zip(CLAIMED_COLUMNS, row, strict=True)) for row in rows], columns=CLAIMED_COLUMNS)


def claim(against, metric, difference="", unit="", p="", reference="full"):
    (row,) = claim_rows(PRINTED, claims(("a claim", reference, against, metric, difference, unit, p)))
    return row


def test_6_per_cent_of_iou_is_6_points_and_7_9_per_cent():
    row = claim("without saliency", "iou", "6", "percent")
    assert row["check"] == "points, not per cent"
    assert (row["found"], row["found_low"], row["found_high"]) == (6, 5, 7)
    assert row["relative"] == pytest.approx(7.8947, abs=1e-4)
    assert "6 points, which is 7.9 % of 0.76" in row["finding"]


def test_2_7_per_cent_of_accuracy_is_2_7_points():
    row = claim("without fusion", "accuracy", "2.7", "percent")
    assert row["check"] == "points, not per cent" and row["relative"] == pytest.approx(2.9001, abs=1e-4)


def test_over_3_per_cent_is_right_in_either_unit():
    assert claim("without saliency", "accuracy", ">3", "percent")["check"] == "agrees"
    assert claim("without saliency", "accuracy", "> 3", "points")["check"] == "agrees"


def test_points_that_are_the_relative_difference_are_told():
    assert claim("without saliency", "iou", "7.9", "points")["check"] == "per cent, not points"


@pytest.mark.parametrize(
    ("difference", "check"),
    [("6", "agrees"), ("6.0", "agrees"), ("6.5", "only by rounding"), ("12", "differs"), ("-6", "differs")],
)
def test_a_difference_is_held_against_the_table_as_printed_and_with_its_rounding(difference, check):
    assert claim("without saliency", "iou", difference, "points")["check"] == check


@pytest.mark.parametrize(
    ("difference", "check"),
    [(">=6", "agrees"), ("≥ 6", "agrees"), (">6", "only by rounding"), (">=7", "only by rounding"), (">12", "differs")],
)
def test_a_bound_is_reached_or_exceeded(difference, check):
    assert claim("without saliency", "iou", difference, "points")["check"] == check


def test_a_claim_without_another_method_is_about_the_value_itself():
    row = claim("", "accuracy", "95.0", reference="Asha")
    assert (row["check"], row["found"], row["finding"]) == ("agrees", 95.0, "The table has 95.0.")
    assert claim("", "accuracy", "95.1", reference="Asha")["check"] == "only by rounding"
    assert claim("", "accuracy", "96.0", reference="Asha")["check"] == "differs"


def test_a_claimed_total_agrees_only_as_far_as_its_parts_add_up():
    row = claim("", "iou", "0.82")
    assert row["check"] == "only by rounding" and "average 0.813 and not 0.82" in row["finding"]


def test_p_below_05_for_accuracy_against_asha_needs_a_correlation():
    row = claim("Asha", "accuracy", p="0.05")
    assert row["p_check"] == "depends on r" and row["check"] == ""
    assert row["least_r"] == pytest.approx(0.2185, abs=5e-5)
    assert "As printed p < 0.05 at r ≥ 0.22, with the kindest rounding at r ≥ −0.26." in row["finding"]


def test_a_claimed_p_that_any_correlation_gives_says_whether_rounding_can_take_it_away():
    assert claim("without saliency", "iou", p="0.05")["finding"].endswith("As printed p < 0.05 at any r.")
    row = claim("without saliency", "iou", p="0.04")
    assert row["p_check"] == "at any r" and "though not with every rounding" in row["finding"]


def test_equal_means_give_no_p_but_by_rounding():
    row = claim("Asha", "auc", p="0.05")
    assert row["p_check"] == "only by rounding" and math.isnan(row["least_r"])


def test_a_p_that_no_correlation_gives_is_told():
    # SDs of .4 and .6 cannot be equal: sd_d is at least .1 with the kindest rounding.
    row = claim("Asha", "accuracy", p="1e-6")
    assert row["p_check"] == "at no r" and row["finding"].endswith("p < 1e-06 at no r, whatever the rounding.")


def test_values_without_sds_allow_no_test():
    row = claim("Asha", "recall", ">0", "points", "0.05")
    assert (row["check"], row["p_check"]) == ("agrees", "no test")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("", "full", "Asha", "auc", "1", "points", ""), "A row has no claim"),
        (("a claim", "full", "Asha", "auc", "", "", ""), "claims neither a difference nor a p"),
        (("a claim", "full", "nobody", "auc", "1", "points", ""), "about auc of nobody, which the printed table does"),
        (("a claim", "", "Asha", "auc", "1", "points", ""), "about auc of no method"),
        (("a claim", "full", "Asha", "f1", "1", "points", ""), "about f1 of full"),
        (("a claim", "full", "Asha", "auc", "some", "points", ""), "difference of 'a claim' is 'some'"),
        (("a claim", "full", "Asha", "auc", "1", "", ""), "the unit '': write points or percent"),
        (("a claim", "full", "Asha", "auc", "1", "%", ""), "the unit '%'"),
        (("a claim", "full", "Asha", "auc", "", "", "5"), "p of 'a claim' is 5"),
        (("a claim", "full", "Asha", "auc", "", "", "<.05"), "p of 'a claim' is '<.05'"),
        (("a claim", "full", "", "auc", "0.96", "points", ""), "nothing in `against`"),
    ],
)
def test_what_is_wrong_in_a_claim_is_said_in_a_sentence(row, words):
    with pytest.raises(InputError, match=words) as refusal:
        claim_rows(PRINTED, claims(row))
    assert str(refusal.value).endswith(".")


def test_a_missing_column_and_missing_rows_are_named():
    one = claims(("a claim", "full", "Asha", "auc", "1", "points", ""))
    with pytest.raises(InputError, match="The claims have no column unit"):
        claim_rows(PRINTED, one.drop(columns="unit"))
    with pytest.raises(InputError, match="The claims have no rows"):
        claim_rows(PRINTED, one.iloc[:0])
