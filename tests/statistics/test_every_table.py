"""All tables together: each as its contract has it, and on redrawn splits with the numbers of the corrected test."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats

from sgcldff.config.declared import Hypothesis
from sgcldff.config.stages.statistics import ComparedMethod, StatisticsSettings
from sgcldff.statistics.every_table import every_table, margins_of
from sgcldff.tables.attention import ATTENTION, ATTENTION_METRICS, IMAGES_ATTENDED
from sgcldff.tables.audit import AUDIT_CLAIMS, AUDIT_COMPARISONS, AUDIT_FINDINGS
from sgcldff.tables.cells import CELLS
from sgcldff.tables.claims import CLAIMS, DECLARED_COLUMNS
from sgcldff.tables.comparisons import COMPARISONS, REDRAWN, decided, decided_p_margin
from sgcldff.tables.files import write_table
from sgcldff.tables.hypotheses import HYPOTHESES
from sgcldff.tables.interactions import INTERACTIONS
from sgcldff.tables.leakage import LEAKAGE
from sgcldff.tables.power import POWER
from sgcldff.tables.ranks import RANKS
from sgcldff.tables.read import read_table
from sgcldff.tables.robustness import ROBUSTNESS
from sgcldff.tables.shift_controls import SHIFT_CONTROLS
from sgcldff.tables.spreads import SPREADS
from sgcldff.tables.strata import STRATA
from sgcldff.tables.summary import SUMMARY

CONTRACTS = {
    "summary": SUMMARY,
    "comparisons": COMPARISONS,
    "hypotheses": HYPOTHESES,
    "interactions": INTERACTIONS,
    "claims": CLAIMS,
    "shift_controls": SHIFT_CONTROLS,
    "ranks": RANKS,
    "spreads": SPREADS,
    "power": POWER,
    "robustness": ROBUSTNESS,
    "leakage": LEAKAGE,
    "attention": ATTENTION,
    "strata": STRATA,
    "audit_comparisons": AUDIT_COMPARISONS,
    "audit_findings": AUDIT_FINDINGS,
    "audit_claims": AUDIT_CLAIMS,
}
RATIO = 2 / 7
HYPOTHESIS = Hypothesis(
    title="Fusion helps in-domain",
    reference="full",
    against="no_alignment",
    metric="iou",
    scenario="in_domain",
    margin=0,
    direction="greater",
    family="parts",
)
SETTINGS = StatisticsSettings(
    scenarios={"in_domain": (("bccd", "bccd"), ("jtsc", "jtsc"))},
    redrawn=(("bccd", "bccd"), ("jtsc", "jtsc")),
    test_train_ratio=RATIO,
    equivalence=1.0,
    families={"parts": "one hypothesis"},
    hypotheses={"fusion": HYPOTHESIS},
    interactions={},
    leakage={},
    methods={
        "full": ComparedMethod(role="reference", paper="Ours"),
        "no_alignment": ComparedMethod(role="ablation", paper=None),
        "chance": ComparedMethod(role="control", paper=None),
    },
    reference="full",
    axes={},
    seeds=(1, 2, 3, 4, 5),
)
PRINTED = pd.DataFrame(
    [("theirs", "iou", "0.79", "0.01", "5"), ("ours", "iou", "0.82", "0.01", "5")],
    columns=["method", "metric", "mean", "sd", "n"],
)
CLAIMED = pd.DataFrame(
    [("three points", "ours", "theirs", "iou", "3", "points", "")],
    columns=["claim", "reference", "against", "metric", "difference", "unit", "p"],
)
DECLARED = pd.DataFrame(
    [
        {"claim": "helps", "kind": "hypothesis", "reference": "fusion"},
        {"claim": "better", "kind": "improvement", "scenario": "in_domain", "metric": "iou", "against": "no_alignment"},
    ],
    columns=list(DECLARED_COLUMNS),
)

ATTENDED = pd.DataFrame(
    [
        {"dataset": "bccd", "method": method, "seed": seed, "weights": weights, "image_id": "a"}
        | dict.fromkeys(ATTENTION_METRICS, 0.1 * seed + 0.3 * (weights == "random"))
        for method in ("full", "no_alignment")
        for seed in (1, 2)
        for weights in ("trained", "random")
    ],
    columns=list(IMAGES_ATTENDED.columns),
)


CELLS_SHOWN = pd.DataFrame(
    [("bccd", f"bccd-{index:02d}", index % 2, 10 + index, 1) for index in range(12)], columns=list(CELLS.columns)
)


@pytest.fixture
def differences(runs) -> tuple[pd.DataFrame, pd.Series]:
    """Runs whose plain interval leaves out zero and whose corrected one does not; differences by seed in points."""
    table = runs(methods=("full", "no_alignment", "chance"), offset={"no_alignment": -0.04})
    own = table[(table["trained_on"] == table["tested_on"]) & table["trained_on"].isin(["bccd", "jtsc"])].copy()
    shift = {1: 0.0, 2: 0.02, 3: 0.04, 4: 0.06, 5: 0.08}  # the difference in each seed: mean 4, SD 3.16 points
    reference = own["method"].eq("full")
    own["iou"] = 0.7
    own.loc[reference, "iou"] = 0.7 + own.loc[reference, "seed"].map(shift)
    return own, 100 * pd.Series(shift)


@pytest.fixture
def tables(differences, images) -> dict[str, pd.DataFrame]:
    runs = differences[0]
    return every_table(SETTINGS, runs, images(runs), ATTENDED, CELLS_SHOWN, DECLARED, PRINTED, CLAIMED, [])


@pytest.fixture
def interval(differences) -> tuple[float, float]:
    """The corrected 95% interval of the mean difference, by hand."""
    values = differences[1]
    half = stats.t.ppf(0.975, 4) * values.std() * math.sqrt(1 / 5 + RATIO)
    return values.mean() - half, values.mean() + half


def test_each_table_is_as_its_contract_has_it_and_is_read_again(tables, tmp_path):
    assert list(tables) == list(CONTRACTS)
    for name, contract in CONTRACTS.items():
        assert tuple(tables[name].columns) == contract.columns, name
        write_table(tables[name], tmp_path / f"{name}.csv")
        again = read_table(tmp_path / f"{name}.csv", contract)
        assert tuple(again.columns) == contract.columns and len(again) == len(tables[name]), name


def test_the_two_tests_disagree_so_that_the_plain_one_would_be_seen(tables):
    average = tables["hypotheses"].iloc[0]
    assert average["basis"] == REDRAWN
    assert average["ci_low"] > 0 > average["corrected_low"] and average["lower_bound"] > 0 > average["corrected_lower"]


@pytest.mark.parametrize("name", ["hypotheses", "comparisons"])
def test_on_redrawn_splits_the_corrected_interval_is_the_one_that_is_decided_on(tables, interval, name):
    table = tables[name]
    row = next(
        table[(table["pair"] == "") & (table["metric"] == "iou") & (table["against"] == "no_alignment")].itertuples()
    )
    assert (decided(row).low, decided(row).high) == pytest.approx(interval)
    assert decided(row).p == pytest.approx(row.corrected_p) != pytest.approx(row.p)


def test_on_redrawn_splits_a_hypothesis_has_the_corrected_p_and_verdict(tables, differences):
    average = next(tables["hypotheses"].itertuples())
    t = differences[1].mean() / (differences[1].std() * math.sqrt(1 / 5 + RATIO))
    assert decided_p_margin(average) == average.p_holm == pytest.approx(stats.t.sf(t, 4))
    assert average.verdict == "INCONCLUSIVE"


def test_claims_have_the_corrected_interval_and_verdict_too(tables, interval):
    claims = tables["claims"].set_index("claim")
    for claim in ("helps", "better"):
        assert (claims.loc[claim, "ci_low"], claims.loc[claim, "ci_high"]) == pytest.approx(interval)
        assert claims.loc[claim, "verdict"] == "INCONCLUSIVE"


def test_the_audit_takes_the_largest_margin_declared_for_a_metric_that_is_printed():
    declared = {"a": ("iou", 2.0), "b": ("iou", 0), "c": ("f1", 1.5), "d": ("dice", 1.0)}
    hypotheses = [HYPOTHESIS.model_copy(update={"metric": metric, "margin": m}) for metric, m in declared.values()]
    assert margins_of(hypotheses, {"iou", "f1", "auc"}) == {"iou": 2.0, "f1": 1.5}


def test_the_audit_tests_the_declared_margin(tables):
    assert tables["audit_comparisons"]["margin"].tolist() == [0.0]
    assert tables["audit_claims"]["check"].tolist() == ["agrees"]


def test_two_arms_of_a_hypothesis_are_compared_over_all_their_seeds_and_all_else_over_the_common_ones(
    differences, images
):
    runs = differences[0]
    fewer = SETTINGS.model_copy(update={"seeds": (1, 2, 3)})
    shown = runs[runs["seed"].isin(fewer.seeds) | (runs["method"] != "chance")]  # arms of the hypothesis have five
    tables = every_table(fewer, shown, images(shown), ATTENDED, CELLS_SHOWN, DECLARED, PRINTED, CLAIMED, [])
    assert set(tables["hypotheses"]["n"]) == {5}
    of_arms = tables["comparisons"]["against"] != "chance"
    assert of_arms.any() and set(tables["comparisons"].loc[of_arms, "n"]) == {5}
    assert set(tables["comparisons"].loc[~of_arms, "n"]) == {3} and set(tables["summary"]["n_seeds"]) == {3}
    assert tables["claims"].set_index("claim")["n"].tolist() == [5, 5]
