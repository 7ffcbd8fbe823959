from __future__ import annotations

import io

import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from sgcldff.errors import InputError
from sgcldff.statistics.audit.tables import audit_claims, audit_comparisons, audit_findings

# SG-CLDFF's Tables 2 and 3 as printed.
PAPER = """table,method,metric,mean,sd,n
2,Yentrapragada,accuracy,91.5,0.8,5
2,Yentrapragada,f1,0.89,0.02,5
2,Yentrapragada,auc,0.91,0.03,5
2,Yentrapragada,iou,0.74,0.02,5
2,Luo,accuracy,93.2,0.7,5
2,Luo,f1,0.89,0.01,5
2,Luo,auc,0.93,0.02,5
2,Luo,iou,0.77,0.02,5
2,Asha,accuracy,95.0,0.6,5
2,Asha,f1,0.90,0.01,5
2,Asha,auc,0.96,0.01,5
2,Asha,iou,0.79,0.01,5
2,full,accuracy,95.8,0.4,5
2,full,f1,0.94,0.01,5
2,full,auc,0.96,0.01,5
2,full,iou,0.82,0.01,5
3,no saliency,accuracy,92.4,0.6,5
3,no saliency,f1,0.9,0.01,5
3,no saliency,iou,0.76,0.02,5
3,no fusion,accuracy,93.1,0.5,5
3,no fusion,f1,0.91,0.01,5
3,no fusion,iou,0.78,0.01,5
3,full,accuracy,95.8,0.4,5
3,full,f1,0.94,0.01,5
3,full,iou,0.82,0.01,5
"""


def read(text):
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def short(*rows):
    """A table without `table`: method, metric, mean, sd, n."""
    return pd.DataFrame([row.split(",") for row in rows], columns=["method", "metric", "mean", "sd", "n"])


@pytest.fixture(scope="module")
def paper():
    return audit_comparisons(read(PAPER), margins={"iou": 2, "f1": 1.5})


def row(frame, against, metric):
    (found,) = frame[(frame["against"] == against) & (frame["metric"] == metric)].to_dict("records")
    return found


def test_16_of_the_papers_18_tests_are_significant_without_correlation_and_10_after_holm(paper):
    assert len(paper) == 18
    assert ((paper["p_r0"] < 0.05).sum(), (paper["p_holm_r0"] < 0.05).sum()) == (16, 10)


@pytest.mark.parametrize("at", ["r0", "r50", "r95"])
def test_holm_is_made_over_all_tests_of_the_audit(paper, at):
    assert paper[f"p_holm_{at}"].to_numpy() == pytest.approx(multipletests(paper[f"p_{at}"], method="holm")[1])


def test_differences_are_in_points_and_of_the_last_method_of_each_table(paper):
    assert set(paper["reference"]) == {"full"}
    assert row(paper, "Yentrapragada", "accuracy")["difference"] == 4.3
    assert row(paper, "Luo", "iou")["difference"] == 5
    assert row(paper, "no saliency", "f1")["half_unit"] == 0.5


def test_a_margin_is_tested_where_its_metric_is(paper):
    assert paper.loc[paper["margin"].notna(), "metric"].unique().tolist() == ["f1", "iou"]
    found = row(paper, "Luo", "iou")
    assert [found[f"p_margin_{at}"] for at in ("r0", "r50", "r95")] == pytest.approx([0.020, 0.0090, 0.0018], abs=5e-5)


def test_the_range_of_p_holds_that_of_rounding_and_every_p(paper):
    assert (paper["p_low"] <= paper["p_rounding_low"]).all() and (paper["p_high"] >= paper["p_rounding_high"]).all()
    for at in ("r0", "r50", "r95"):
        assert paper[f"p_{at}"].between(paper["p_low"], paper["p_high"]).all()


def test_a_p_that_has_no_lower_end_says_so(paper):
    assert (paper["note"].str.contains("falls towards 0") == (paper["p_low"] == 0)).all()


def test_another_reference_is_subtracted_from():
    other = audit_comparisons(read(PAPER)[lambda t: t["table"] == "2"], reference="Asha")
    assert row(other, "full", "iou")["difference"] == -3
    assert row(other, "full", "iou")["p_r0"] == pytest.approx(0.0090, abs=5e-5)


def test_the_order_of_the_rows_changes_no_comparison_with_a_named_reference(paper):
    turned = audit_comparisons(read(PAPER)[::-1], "full", {"iou": 2, "f1": 1.5})
    keys = ["table", "against", "metric"]
    pd.testing.assert_frame_equal(
        turned.sort_values(keys, ignore_index=True), paper.sort_values(keys, ignore_index=True)
    )


def test_percentages_and_fractions_of_the_same_values_give_the_same_tests():
    fractions = audit_comparisons(short("a,iou,0.79,0.01,5", "b,iou,0.82,0.02,5"), margins={"iou": 2})
    percentages = audit_comparisons(short("a,iou,79,1,5", "b,iou,82,2,5"), margins={"iou": 2})
    pd.testing.assert_frame_equal(fractions, percentages)


def test_two_sds_of_0_give_no_p_and_say_why():
    found = row(audit_comparisons(short("a,iou,0.79,0.00,5", "b,iou,0.82,0.00,5")), "a", "iou")
    assert found["note"] == "no test: both SDs are printed as 0"
    assert all(pd.isna(found[name]) for name in ("p_r0", "p_holm_r0", "p_low", "p_high", "least_r"))


def test_one_sd_of_0_is_tested_and_says_so():
    found = row(audit_comparisons(short("a,iou,0.79,0.00,5", "b,iou,0.82,0.02,5")), "a", "iou")
    assert found["p_r0"] == found["p_r95"] > 0 and found["note"].startswith("one SD is printed as 0")


def test_a_value_without_an_sd_keeps_its_difference_and_says_why_it_has_no_test():
    found = row(audit_comparisons(short("a,iou,0.79,,", "b,iou,0.82,0.02,5")), "a", "iou")
    assert found["difference"] == 3 and pd.isna(found["p_r0"]) and "no SD is printed" in found["note"]


def test_a_test_that_does_not_exist_is_not_counted_by_holm():
    alone = audit_comparisons(short("a,iou,0.79,0.01,5", "b,iou,0.82,0.02,5"))
    beside = audit_comparisons(short("a,iou,0.79,0.01,5", "a,f1,0.9,,", "b,iou,0.82,0.02,5", "b,f1,0.9,,"))
    assert row(beside, "a", "iou")["p_holm_r0"] == row(alone, "a", "iou")["p_holm_r0"]


def test_a_table_of_one_method_is_there_for_its_parts_alone():
    parts = "5,full,iou,0.82,0.01,5\n5,full,iou_a,0.83,,\n5,full,iou_b,0.80,,\n"
    assert len(audit_comparisons(read(PAPER + parts))) == 18
    with pytest.raises(InputError, match="'5' has a single method, full"):
        audit_comparisons(read(PAPER + parts.splitlines()[0] + "\n"))


def test_a_reference_that_is_nowhere_or_not_in_every_table_is_refused():
    with pytest.raises(InputError, match="No method is called 'mine': the reference is one of Yentrapragada, Luo"):
        audit_comparisons(read(PAPER), "mine")
    with pytest.raises(InputError, match="'3' has no method 'Asha'"):
        audit_comparisons(read(PAPER), "Asha")


def test_a_margin_of_an_unknown_metric_is_refused():
    with pytest.raises(InputError, match="the metric 'dice', which is not there: use accuracy, f1, auc, iou"):
        audit_comparisons(read(PAPER), margins={"dice": 1})


def test_a_value_that_the_reference_lacks_is_kept_and_said_not_to_be_compared():
    found = row(audit_comparisons(short("a,iou,0.79,0.01,5", "a,auc,0.9,0.01,5", "b,iou,0.82,0.02,5")), "a", "auc")
    assert found["note"] == "not compared: b has no auc here"
    assert found["against_mean"] == 90 and pd.isna(found["difference"]) and pd.isna(found["p_r0"])


def test_methods_that_share_no_metric_are_refused():
    with pytest.raises(InputError, match="no metric that b shares"):
        audit_comparisons(short("a,iou,0.79,0.01,5", "b,f1,0.82,0.02,5"))


def test_methods_that_were_not_run_equally_often_are_refused():
    with pytest.raises(InputError, match="n is 5 for iou of b and 4 for a"):
        audit_comparisons(short("a,iou,0.79,0.01,4", "b,iou,0.82,0.02,5"))


def test_the_papers_full_model_stands_in_both_tables():
    found = audit_findings(read(PAPER))
    assert found["kind"].tolist() == ["repeated row"] and found["metric"].tolist() == ["accuracy, f1, iou"]


def test_no_findings_and_no_claims_are_tables_without_rows():
    table = short("a,iou,0.79,0.01,5", "b,iou,0.82,0.02,5")
    assert list(audit_findings(table)) == ["table", "method", "metric", "kind", "finding"]
    assert audit_findings(table).empty and audit_claims(table, None).empty


def test_claims_are_held_against_the_table_that_they_name():
    claims = pd.DataFrame(
        [("gain", "3", "full", "no saliency", "iou", "6", "points", "0.05")],
        columns=["claim", "table", "reference", "against", "metric", "difference", "unit", "p"],
    )
    assert audit_claims(read(PAPER), claims)["check"].tolist() == ["agrees"]
    with pytest.raises(InputError, match="iou of no saliency in 2, which the printed table does not have"):
        audit_claims(read(PAPER), claims.assign(table="2"))
