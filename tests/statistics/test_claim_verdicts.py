from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sgcldff.config.stages.statistics import ComparedMethod
from sgcldff.errors import InputError
from sgcldff.statistics.claim_verdicts import judge_claims
from sgcldff.statistics.multiplicity import holm
from sgcldff.tables.attention import ATTENTION
from sgcldff.tables.claims import CLAIMS, DECLARED_COLUMNS
from sgcldff.tables.costs import METHOD_COSTS
from sgcldff.tables.spreads import SPREADS

METHODS = {
    "full": ComparedMethod(role="reference", paper="Ours"),
    "asha": ComparedMethod(role="baseline", paper="Asha et al. (2024)"),
    "asha_mask": ComparedMethod(role="baseline", paper="Asha et al. (2024)"),
    "no_fusion": ComparedMethod(role="ablation", paper=None),
    "neither": ComparedMethod(role="ablation", paper=None),
}
SUMMARY = (
    "scenario",
    "pair",
    "method",
    "metric",
    "n_seeds",
    "mean",
    "sd",
    "ci_low",
    "ci_high",
    "lower_bound",
    "upper_bound",
)
TESTED = ("n", "mean", "p", "ci_low", "ci_high", "lower_bound", "upper_bound")
CORRECTED = ("corrected_p", "corrected_low", "corrected_high", "corrected_lower", "corrected_upper")


def declare(**cells) -> dict:
    """A declared claim; what is not said is empty."""
    return dict.fromkeys(DECLARED_COLUMNS, "") | {"claim": "c", "kind": "difference", "metric": "iou"} | cells


def level_row(method="full", metric="iou", mean=0.8, lower=0.7, upper=0.9, sd=0.02, n=5, **place) -> dict:
    cells = ("in_domain", "", method, metric, n, mean, sd, lower - 0.01, upper + 0.01, lower, upper)
    return dict(zip(SUMMARY, cells, strict=True)) | {"basis": "redrawn splits", "note": ""} | place


def test_row(against, lower, upper, p=0.01, metric="iou", **cells) -> dict:
    mean = (lower + upper) / 2
    row = {"scenario": "in_domain", "pair": "", "metric": metric, "reference": "full", "against": against}
    row |= dict(zip(TESTED, (5, mean, p, lower - 1, upper + 1, lower, upper), strict=True))
    return row | dict.fromkeys(CORRECTED, math.nan) | {"basis": "seeds", "note": ""} | cells


test_row.__test__ = False


STEADY = (np.array([4.9, 5.0, 5.1, 5.0, 5.05]), 0.0)  # seeds that bear any verdict between 0 and 4


def judged(
    declared,
    summary=(),
    comparisons=(),
    hypotheses=(),
    interactions=(),
    attention=(),
    spreads=(),
    costs=(),
    by_seed=lambda *place: STEADY,
) -> pd.DataFrame:
    return judge_claims(
        pd.DataFrame(declared, columns=DECLARED_COLUMNS),
        METHODS,
        "full",
        pd.DataFrame(summary, columns=[*SUMMARY, "basis", "note"]),
        pd.DataFrame(comparisons, columns=list(test_row("x", 0, 1))),
        pd.DataFrame(
            hypotheses,
            columns=[
                *("hypothesis", "margin", "p_margin", "corrected_p_margin", "p_holm", "verdict"),
                *("decided_by", "fragile"),
                *test_row("x", 0, 1),
            ],
        ),
        pd.DataFrame(interactions, columns=["interaction", "scenario", "pair", "metric", "effect", "title", *REST]),
        pd.DataFrame(attention, columns=list(ATTENTION.columns)),
        pd.DataFrame(spreads, columns=list(SPREADS.columns)),
        pd.DataFrame(costs, columns=list(METHOD_COSTS)),
        by_seed,
    )


REST = ["n", "basis", "verdict", "fragile"]


def test_the_columns_are_those_of_the_contract():
    assert ",".join(judged([]).columns) == (
        "claim,where,statement,printed,kind,metric,scenario,pair,reference,against,value,n,ours,ci_low,ci_high,"
        "lower_bound,upper_bound,basis,p,p_holm,verdict,decided_by,fragile,note"
    )
    assert list(judged([]).columns) == list(CLAIMS.columns)


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.816, 0.9, "SUPPORTED"),
        (0.815, 0.9, "INCONCLUSIVE"),
        (0.7, 0.815, "INCONCLUSIVE"),
        (0.7, 0.814, "REFUTED"),
        (0.7, 0.9, "INCONCLUSIVE"),
        (math.nan, math.nan, "INCONCLUSIVE"),
    ],
)
def test_a_level_printed_as_0_82_is_one_of_at_least_0_815_and_has_three_states(lower, upper, expected):
    table = judged(
        [declare(kind="level", scenario="in_domain", value=0.82, decimals=2)], [level_row(lower=lower, upper=upper)]
    )
    assert table["verdict"].tolist() == [expected]


def test_an_accuracy_is_printed_in_per_cent_and_measured_as_a_fraction():
    declared = declare(kind="level", metric="accuracy", scenario="in_domain", value=95.8, decimals=1)
    table = judged([declared], [level_row(metric="accuracy", lower=0.9576, upper=0.99)])
    assert table.loc[0, "verdict"] == "SUPPORTED" and table.loc[0, "value"] == pytest.approx(0.958)


def test_a_level_of_another_row_is_that_of_every_method_that_stands_for_it():
    declared = declare(kind="level", scenario="in_domain", reference="Asha et al. (2024)", value=0.79, decimals=2)
    table = judged([declared], [level_row("asha"), level_row("asha_mask"), level_row("full")])
    assert table["reference"].tolist() == ["asha", "asha_mask"]


@pytest.mark.parametrize(
    ("value", "decimals", "lower", "expected"),
    [
        (6, 0, 5.1, "SUPPORTED"),
        (6, 0, 4.9, "DIRECTION ONLY"),
        (6, "", 5.6, "DIRECTION ONLY"),
        (4.3, 1, 4.21, "SUPPORTED"),
    ],
)
def test_an_observed_difference_allows_for_rounding_and_a_stated_bound_does_not(value, decimals, lower, expected):
    declared = declare(scenario="in_domain", against="no_fusion", value=value, decimals=decimals)
    table = judged([declared], comparisons=[test_row("no_fusion", lower, 9)])
    assert table["verdict"].tolist() == [expected]


def test_better_by_less_than_claimed_is_direction_only_and_said():
    declared = declare(scenario="in_domain", against="no_fusion", value=6, decimals=0)
    table = judged([declared], comparisons=[test_row("no_fusion", 1, 3)])
    assert table.loc[0, ["verdict", "note"]].tolist() == ["DIRECTION ONLY", "better, but by less than claimed"]


def test_on_redrawn_splits_the_corrected_interval_and_p_count():
    corrected = dict(zip(CORRECTED, (0.2, -1.0, 5.0, -0.5, 4.5), strict=True))
    declared = declare(kind="improvement", scenario="in_domain", against="no_fusion")
    table = judged([declared], comparisons=[test_row("no_fusion", 1, 3, basis="redrawn splits", **corrected)])
    assert table.loc[0, ["ci_low", "ci_high", "lower_bound", "upper_bound", "p"]].tolist() == [-1, 5, -0.5, 4.5, 0.2]
    assert table.loc[0, "verdict"] == "INCONCLUSIVE"


def test_an_improvement_needs_the_two_sided_test_that_the_paper_made():
    declared = declare(kind="improvement", scenario="in_domain", against="no_fusion")
    table = judged([declared], comparisons=[test_row("no_fusion", 0.1, 3, p=0.08)])
    assert table.loc[0, "verdict"] == "INCONCLUSIVE"
    assert table.loc[0, "note"] == "better by the one-sided bound, but not significantly (two-sided)"


def test_an_improvement_that_its_family_takes_away_says_so():
    declared = [
        declare(claim=key, kind="improvement", scenario="in_domain", against=against, family="f")
        for key, against in (("a", "no_fusion"), ("b", "no_saliency"))
    ]
    rows = [test_row("no_fusion", 0.5, 3, p=0.03), test_row("no_saliency", -3, 3, p=0.9)]
    table = judged(declared, comparisons=rows)
    assert table["verdict"].tolist() == ["SUPPORTED", "INCONCLUSIVE"]
    assert table["note"].tolist() == ["not after Holm's correction", ""]


def test_a_difference_has_no_p():
    declared = declare(scenario="in_domain", against="no_fusion", value=1)
    assert judged([declared], comparisons=[test_row("no_fusion", 2, 3)])["p"].isna().all()


def test_a_row_of_the_paper_gives_a_row_for_each_method_that_has_the_metric():
    declared = declare(kind="improvement", scenario="in_domain", against="Asha et al. (2024)")
    both = judged([declared], comparisons=[test_row("asha", 1, 2), test_row("asha_mask", 1, 2)])
    assert both["against"].tolist() == ["asha", "asha_mask"]
    one = judged(
        [declared],
        [level_row("full"), level_row("asha", metric="accuracy"), level_row("asha_mask")],
        [test_row("asha_mask", 1, 2)],
    )
    assert one["against"].tolist() == ["asha_mask"]


def test_a_claim_that_no_method_has_the_metric_for_stays_and_says_so():
    declared = declare(kind="improvement", scenario="in_domain", against="asha")
    table = judged([declared], [level_row("full"), level_row("asha", metric="accuracy")])
    assert table.loc[0, ["verdict", "note"]].tolist() == ["", "no method that stands for it has this metric"]


@pytest.mark.parametrize("against", ["asha", "Nobody (1999)", "not_configured"])
def test_a_method_without_runs_is_not_run(against):
    declared = declare(kind="improvement", scenario="in_domain", against=against, remark="r")
    table = judged([declared], [level_row("full")])
    assert table.loc[0, ["against", "verdict", "note"]].tolist() == [against, "", "not run; r"]


def test_the_methods_that_were_not_run_share_a_row():
    declared = declare(kind="improvement", scenario="in_domain", against="asha neither no_fusion")
    table = judged([declared], comparisons=[test_row("no_fusion", 1, 2)])
    assert table["against"].tolist() == ["no_fusion", "asha neither"]
    assert table["verdict"].tolist() == ["SUPPORTED", ""]


def test_several_methods_may_be_named():
    declared = declare(kind="improvement", scenario="in_domain", against="asha no_fusion")
    table = judged([declared], comparisons=[test_row("asha", 1, 2), test_row("no_fusion", -2, -1)])
    assert table["verdict"].tolist() == ["SUPPORTED", "REFUTED"]


def test_what_cannot_be_tested_has_no_verdict_and_says_why():
    table = judged([declare(kind="untested", metric="", remark="nothing is printed")])
    assert table.loc[0, ["verdict", "note"]].tolist() == ["", "nothing is printed"]


def test_a_hypothesis_brings_its_own_verdict_and_correction():
    test = test_row("no_fusion", 1, 3) | {"hypothesis": "h", "margin": 2.0, "p_margin": 0.3, "p_holm": 0.6}
    declared = declare(kind="hypothesis", metric="", reference="h", value=2)
    own = {"verdict": "DIRECTION ONLY", "decided_by": "upper bound", "fragile": "one seed decides"}
    table = judged([declared], hypotheses=[test | own])
    assert table.loc[0, ["metric", "against", "p", "p_holm", *own]].tolist() == [
        *("iou", "no_fusion", 0.3, 0.6, *own.values())
    ]


def test_a_hypothesis_with_another_margin_than_the_printed_one_says_so():
    test = test_row("no_fusion", 1, 3) | {"hypothesis": "h", "margin": 1.0, "p_margin": 0.3, "p_holm": 0.6}
    table = judged([declare(kind="hypothesis", reference="h", value=2)], hypotheses=[test | {"verdict": "SUPPORTED"}])
    assert "configured margin of 1 points" in table.loc[0, "note"]


def test_an_interaction_brings_its_composite_verdict_and_tells_its_parts():
    effects = {
        "first": "SUPPORTED",
        "second": "REFUTED",
        "interaction": "INCONCLUSIVE",
        "independent": "REFUTED",
    }
    rows = [
        dict(interaction="i", scenario="in_domain", pair="", metric="f1", effect=name, title=name, n=5, verdict=state)
        | {"fragile": f"{name} is weak"}
        for name, state in effects.items()
    ]
    table = judged([declare(kind="interaction", metric="f1", reference="i")], interactions=rows)
    assert table.loc[0, ["verdict", "decided_by", "fragile"]].tolist() == ["REFUTED", "", "independent is weak"]
    assert table.loc[0, "note"] == "first SUPPORTED, second REFUTED, interaction INCONCLUSIVE"


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([(7, 8), (7, 8)], "SUPPORTED"),
        ([(7, 8), (1, 8)], "DIRECTION ONLY"),
        ([(7, 8), (-1, 8)], "INCONCLUSIVE"),
        ([(7, 8), (-2, -1)], "REFUTED"),
        ([(7, 8), None], ""),
        ([(-2, -1), None], "REFUTED"),
    ],
)
def test_claims_that_must_all_hold_are_judged_together(bounds, expected):
    methods = ["asha", "no_fusion"]
    declared = [declare(claim=name, scenario="in_domain", against=name, value=6) for name in methods]
    tests = [test_row(name, *bound) for name, bound in zip(methods, bounds, strict=True) if bound]
    table = judged([*declared, declare(claim="both", kind="all", against="asha no_fusion")], comparisons=tests)
    assert table.iloc[-1]["verdict"] == expected


WEAK = (np.array([0.5, 9.0, 0.2, -0.1, 0.4]), 0.0)


@pytest.mark.parametrize(
    ("cells", "bounds", "expected"),
    [
        ({"kind": "difference", "value": 1}, (2, 3), "lower bound"),
        ({"kind": "difference", "value": 6}, (1, 8), "lower bound"),
        ({"kind": "difference", "value": 6}, (-1, 3), "upper bound"),
        ({"kind": "difference", "value": 6}, (-1, 8), ""),
        ({"kind": "improvement"}, (1, 2), "interval"),
        ({"kind": "improvement"}, (-2, -1), "upper bound"),
    ],
)
def test_a_verdict_tells_what_decided_it(cells, bounds, expected):
    table = judged(
        [declare(scenario="in_domain", against="no_fusion", **cells)], comparisons=[test_row("no_fusion", *bounds)]
    )
    assert table["decided_by"].tolist() == [expected]


def test_the_seeds_of_the_claim_and_the_printed_value_make_it_fragile():
    asked = []

    def by_seed(*place):
        asked.append(place)
        return np.array([0.828, 0.829, 0.830, 0.828, 0.824]), 0.0

    declared = declare(kind="level", scenario="in_domain", value=0.83, decimals=2)
    table = judged([declared], [level_row(lower=0.826, upper=0.9)], by_seed=by_seed)
    assert asked == [("in_domain", "", "iou", "full", "")]
    assert table.loc[0, "fragile"] == "one seed decides, sign flips one-sided p = 0.062"


def test_a_verdict_that_one_seed_makes_is_fragile_and_one_that_nothing_decides_is_not():
    declared = declare(kind="improvement", scenario="in_domain", against="no_fusion")
    weak, open_ = (
        judged([declared], comparisons=[test_row("no_fusion", lower, 3)], by_seed=lambda *place: WEAK)
        for lower in (1, -1)
    )
    assert weak["fragile"].tolist() == ["one seed decides, sign flips two-sided p = 0.12"]
    assert open_["fragile"].tolist() == [""]


@pytest.mark.parametrize(
    ("bounds", "weak", "expected"),
    [
        ([(7, 8), (7, 8)], ["asha"], "1 of the 2 that it rests on is"),
        ([(7, 8), (7, 8)], [], ""),
        ([(7, 8), (-2, -1)], ["asha"], ""),
        ([(7, 8), (-2, -1)], ["no_fusion"], "the one that it rests on is"),
        ([(-2, -1), (-2, -1)], ["asha"], ""),
        ([(7, 8), (-1, 8)], ["asha"], ""),
    ],
)
def test_claims_that_must_all_hold_are_fragile_where_one_that_they_need_is(bounds, weak, expected):
    methods = ["asha", "no_fusion"]
    steady = {(7, 8): 10.0, (-2, -1): -10.0, (-1, 8): 10.0}
    seeds = {name: steady[bound] + STEADY[0] for name, bound in zip(methods, bounds, strict=True)}
    declared = [declare(claim=name, scenario="in_domain", against=name, value=6) for name in methods]
    tests = [test_row(name, *bound) for name, bound in zip(methods, bounds, strict=True)]
    table = judged(
        [*declared, declare(claim="both", kind="all", against="asha no_fusion")],
        comparisons=tests,
        by_seed=lambda *place: WEAK if place[-1] in weak else (seeds[place[-1]], 0.0),
    )
    assert table.iloc[-1]["fragile"] == expected


def test_holm_counts_a_test_behind_two_claims_once():
    declared = [
        declare(claim=name, kind="improvement", scenario="in_domain", against=against, family="f")
        for name, against in [("a", "asha"), ("b", "no_fusion"), ("a again", "asha")]
    ]
    tests = [test_row("asha", 1, 2, p=0.02), test_row("no_fusion", 1, 2, p=0.03)]
    first, second = holm([0.02, 0.03])
    assert judged(declared, comparisons=tests)["p_holm"].tolist() == pytest.approx([first, second, first])


def test_a_difference_of_two_others_is_that_of_the_reference_that_the_claim_names():
    declared = declare(kind="improvement", scenario="in_domain", reference="asha", against="no_fusion")
    rows = [test_row("no_fusion", -2, -1), test_row("no_fusion", 1, 3) | {"reference": "asha"}]
    table = judged([declared], comparisons=rows)
    assert table[["reference", "against", "verdict"]].values.tolist() == [["asha", "no_fusion", "SUPPORTED"]]


def test_a_difference_of_two_others_that_were_not_run_says_so():
    declared = declare(kind="improvement", scenario="in_domain", reference="Asha et al. (2024)", against="no_fusion")
    table = judged([declared], [level_row("full")])
    assert table[["reference", "against", "note"]].values.tolist() == [["asha asha_mask", "no_fusion", "not run"]]


@pytest.mark.parametrize(
    ("sd", "n", "expected"),
    [
        (0.0063, 5, "SUPPORTED"),  # upper bound 2.372 x SD below .015: the printed .01 and half a unit
        (0.0064, 5, "INCONCLUSIVE"),
        (0.0230, 5, "INCONCLUSIVE"),
        (0.0232, 5, "REFUTED"),  # lower bound .649 x SD above .015
        (math.nan, 1, "INCONCLUSIVE"),
    ],
)
def test_runs_that_are_said_to_differ_by_an_sd_differ_by_at_most_that_up_to_rounding(sd, n, expected):
    declared = declare(kind="sd", scenario="in_domain", value=0.01, decimals=2)
    table = judged([declared], [level_row(sd=sd, n=n)])
    assert table.loc[0, ["verdict", "value"]].tolist() == [expected, 0.01]


def test_an_sd_of_accuracies_is_printed_in_per_cent():
    declared = declare(kind="sd", metric="accuracy", scenario="in_domain", value=0.4, decimals=1)
    table = judged([declared], [level_row(metric="accuracy", sd=0.0018)])
    assert table.loc[0, "verdict"] == "SUPPORTED" and table.loc[0, "ours"] == pytest.approx(0.0018)


def spread_row(method, over="datasets", **bounds) -> dict:
    cells = {"n": 5, "ratio": 1.2, "ci_low": 0.9, "ci_high": 1.6, "p": 0.1, "basis": "seeds", "note": ""}
    return {"scenario": "in_domain", "over": over, "method": method} | cells | bounds


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [(1.01, 3, "SUPPORTED"), (0.9, 3, "INCONCLUSIVE"), (0.5, 0.99, "REFUTED"), (math.nan, math.nan, "INCONCLUSIVE")],
)
def test_another_is_unstable_where_its_spread_is_shown_to_exceed_that_of_the_reference(lower, upper, expected):
    declared = declare(kind="dataset spread", scenario="in_domain", against="asha")
    rows = [spread_row("asha", lower_bound=lower, upper_bound=upper)]
    table = judged([declared], spreads=rows)
    assert table.loc[0, ["ours", "verdict"]].tolist() == [1.2, expected]


def test_spreads_over_images_and_over_datasets_are_not_mixed_up():
    declared = declare(kind="image spread", scenario="in_domain", against="asha no_fusion")
    bounds = {"datasets": {"lower_bound": 2, "upper_bound": 3}, "images": {"lower_bound": 0.1, "upper_bound": 0.2}}
    table = judged([declared], spreads=[spread_row("asha", over, **ends) for over, ends in bounds.items()])
    assert table["verdict"].tolist() == ["REFUTED", ""] and table["note"].tolist() == ["", "not run"]


def test_a_claim_on_costs_has_the_verdict_and_the_ranks_and_no_time():
    costs = [
        {"method": name, "parameters": size, "multiply_adds": size, "latency_ms": 1000 + size, "device": "CPU"}
        for name, size in (("full", 1), ("asha", 2), ("asha_mask", 3))
    ]
    table = judged([declare(kind="cost", metric="", remark="r")], costs=costs)
    assert table.loc[0, "verdict"] == "SUPPORTED" and table.loc[0, "note"].startswith("of 2 baselines with a network:")
    assert "100" not in table.to_csv()


def test_a_claim_on_costs_without_a_baseline_with_a_network_was_not_run():
    table = judged([declare(kind="cost", metric="")], costs=[{"method": "full", "multiply_adds": 1}])
    assert table.loc[0, ["verdict", "note"]].tolist() == ["", "not run: baselines with a network"]


@pytest.mark.parametrize(
    ("asked", "verdict", "note"),
    [
        ("bccd", "REPEATED HERE", ""),
        ("bccd in_domain", "REPEATED HERE", ""),
        ("bccd lisc", "PARTLY REPEATED", "not run: lisc"),
        ("lisc cross_stain", "", "not run"),
    ],
)
def test_what_was_done_is_no_verdict_but_whether_this_run_did_it(asked, verdict, note):
    runs = [level_row(), level_row(pair="bccd→bccd"), level_row("asha", pair="lisc→lisc")]
    table = judged([declare(kind="done", metric="", against=asked)], runs)
    assert table.loc[0, ["verdict", "note"]].tolist() == [verdict, note]


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ([declare(kind="rumour")], "has the kind 'rumour'"),
        ([declare(kind="untested"), declare(kind="untested")], "stands twice"),
        ([declare(kind="level", value="")], "no number in `value`"),
        ([declare(against="asha", value="six")], "has text in `value`"),
        ([declare(value=6)], "names nothing in `against`"),
        ([declare(kind="all", against="nowhere")], "not declared"),
    ],
)
def test_a_claim_that_cannot_be_read_is_named(declared, message):
    with pytest.raises(InputError, match=message):
        judged(declared)


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="lack the columns kind"):
        judge_claims(
            pd.DataFrame(columns=[c for c in DECLARED_COLUMNS if c != "kind"]),
            METHODS,
            "full",
            *[pd.DataFrame()] * 7,
            dict,
        )


def attended(metric: str, lower: float, upper: float, **cells) -> dict:
    row = {"dataset": "", "method": "full", "weights": "trained", "metric": metric, "against": "no_fusion"}
    row |= {"n_seeds": 5, "mean": (lower + upper) / 2, "lower_bound": lower, "upper_bound": upper}
    return row | {"ci_low": lower - 0.01, "ci_high": upper + 0.01, "basis": "redrawn splits", "note": ""} | cells


@pytest.mark.parametrize(
    ("metric", "lower", "upper", "expected"),
    [
        ("cam_cell", 0.01, 0.1, "SUPPORTED"),
        ("cam_cell", -0.1, -0.01, "REFUTED"),
        ("cam_cell", -0.01, 0.1, "INCONCLUSIVE"),
        ("cam_cell", math.nan, math.nan, "INCONCLUSIVE"),
        ("prior_distance", -0.1, -0.01, "SUPPORTED"),
        ("prior_distance", 0.01, 0.1, "REFUTED"),
        ("cam_outside", -0.1, -0.01, "SUPPORTED"),
        ("cam_outside", -0.1, 0.01, "INCONCLUSIVE"),
    ],
)
def test_attention_is_more_of_what_is_claimed_and_less_of_a_distance_or_of_what_leaks(metric, lower, upper, expected):
    declared = declare(kind="attention", metric=metric, against="no_fusion", value=0)
    table = judged([declared], attention=[attended(metric, lower, upper)])
    assert table["verdict"].tolist() == [expected]


def test_attention_is_shown_in_points_on_the_mean_over_the_datasets():
    other = attended("cam_cell", -0.9, -0.8, dataset="bccd")
    declared = declare(kind="attention", metric="cam_cell", against="no_fusion", value=0)
    row = judged([declared], attention=[other, attended("cam_cell", 0.02, 0.04)]).iloc[0]
    assert (row["reference"], row["against"], row["n"]) == ("full", "no_fusion", 5)
    shown = row[["ours", "lower_bound", "upper_bound", "ci_low"]].astype(float).tolist()
    assert shown == pytest.approx([3, 2, 4, 1])


def test_attention_that_was_not_measured_is_not_run():
    declared = declare(kind="attention", metric="cam_cell", against="no_fusion asha", value=0)
    table = judged([declared], attention=[attended("cam_cell", 0.02, 0.04)])
    assert table["verdict"].tolist() == ["SUPPORTED", ""] and table["note"].tolist() == ["", "not run"]
    assert table["against"].tolist() == ["no_fusion", "asha"]
