from __future__ import annotations

import pandas as pd
import pytest
from configuration import CATALOGUE, resolved

from sgcldff.config.python_files import text_constant
from sgcldff.config.stages.statistics import ComparedMethod
from sgcldff.reporting.paper_values import PAPER_CLAIMS, printed_rows, related_work
from sgcldff.statistics.claim_verdicts import judge_claims
from sgcldff.tables.attention import ATTENTION, ATTENTION_METRICS, OF_AREA, WITH_RANDOM_WEIGHTS
from sgcldff.tables.claims import read_declared_claims
from sgcldff.tables.comparisons import SUBJECT
from sgcldff.tables.costs import METHOD_COSTS
from sgcldff.tables.runs import DESCRIBED, METRICS, METRICS_OF_A_CLASS
from sgcldff.tables.spreads import SPREADS

CONFIG = resolved()
DECLARED = read_declared_claims(PAPER_CLAIMS)
METHODS = {
    key: ComparedMethod(role=method["role"], paper=method.get("paper")) for key, method in CONFIG["methods"].items()
}
ROWS = {*printed_rows(2), *printed_rows(3)}


def test_every_claim_can_be_read_and_without_runs_none_has_a_verdict():
    summary = pd.DataFrame(columns=["scenario", "pair", "method", "metric"])
    tests = pd.DataFrame(columns=list(SUBJECT))
    hypotheses = pd.DataFrame(columns=["hypothesis", "pair"])
    interactions = pd.DataFrame(columns=["interaction", "pair", "metric", "effect"])
    attention = pd.DataFrame(columns=list(ATTENTION.columns))
    spreads, costs = pd.DataFrame(columns=list(SPREADS.columns)), pd.DataFrame(columns=list(METHOD_COSTS))
    tables = [summary, tests, hypotheses, interactions, attention, spreads, costs]
    table = judge_claims(DECLARED, METHODS, "full", *tables, by_seed=lambda *place: pytest.fail("nothing was run"))
    assert set(table["claim"]) == set(DECLARED["claim"])
    assert set(table["verdict"]) == {""} and (table["note"] != "").all()


@pytest.mark.parametrize("column", ["reference", "against"])
def test_the_methods_and_rows_that_claims_name_exist(column):
    kinds = ["level", "difference", "improvement", "image spread", "dataset spread"]
    named = DECLARED.loc[DECLARED["kind"].isin(kinds), column].dropna()
    keys = {key for text in named if text not in ROWS for key in text.split()}
    assert keys <= set(CATALOGUE["methods"])


def test_what_is_said_to_have_been_done_names_datasets_and_scenarios_that_exist():
    named = {key for text in DECLARED.loc[DECLARED["kind"] == "done", "against"] for key in text.split()}
    assert named and named <= {*CATALOGUE["datasets"], *CONFIG["scenarios"]}


def test_few_claims_cannot_be_tested_and_each_says_why():
    untested = DECLARED[DECLARED["kind"] == "untested"]
    assert set(untested["claim"]) <= {"clinical", "leakage", "average_precision", "attention", "consistency"}
    assert untested["remark"].notna().all()


def test_the_levels_of_the_related_work_are_those_of_table_1():
    levels = DECLARED[DECLARED["claim"].str.startswith("literature_")].set_index("reference")
    comparable = [study for study in related_work() if "without a verdict" not in study.remark]
    assert {" ".join(study.methods) for study in comparable} == set(levels.index)
    for study in comparable:
        claim = levels.loc[" ".join(study.methods)]
        unit = 100.0 if claim["metric"] == "accuracy" else 1.0
        assert (claim["metric"], claim["printed"]) == (study.metric, study.accuracy)
        assert claim["value"] == pytest.approx(unit * study.value)


@pytest.mark.parametrize(("kind", "section"), [("hypothesis", "hypotheses"), ("interaction", "interactions")])
def test_the_hypotheses_and_interactions_that_claims_name_are_declared(kind, section):
    named = DECLARED.loc[DECLARED["kind"] == kind, "reference"]
    assert len(named) and set(named) <= set(CONFIG[section])


def test_the_printed_margins_are_those_of_the_hypotheses():
    for claim in DECLARED[DECLARED["kind"] == "hypothesis"].itertuples():
        assert claim.value == CONFIG["hypotheses"][claim.reference]["margin"], claim.claim


def test_the_scenarios_pairs_and_metrics_that_claims_name_exist():
    pairs = {f"{a}→{b}" for scenario in CONFIG["scenarios"].values() for a, b in scenario}
    assert set(DECLARED["scenario"].dropna()) <= set(CONFIG["scenarios"])
    assert set(DECLARED["pair"].dropna()) <= pairs
    of_a_class = {
        f"{metric}_{name}" for metric in METRICS_OF_A_CLASS for name in CONFIG["label_spaces"]["subtypes"]["names"]
    }
    of_attention = DECLARED["kind"] == "attention"
    assert set(DECLARED.loc[~of_attention, "metric"].dropna()) <= {*METRICS, *DESCRIBED, *of_a_class}
    assert of_attention.any() and set(DECLARED.loc[of_attention, "metric"]) <= set(ATTENTION_METRICS)


def test_what_attention_is_claimed_against_is_measured():
    named = DECLARED.loc[DECLARED["kind"] == "attention", "against"].str.split().explode()
    measured = {name for name, entry in CONFIG["methods"].items() if text_constant(entry["class"], "class_maps")}
    assert set(named) <= {OF_AREA, WITH_RANDOM_WEIGHTS, *measured}


@pytest.mark.parametrize("table", [2, 3])
def test_the_claimed_levels_and_differences_are_those_of_the_printed_tables(table):
    printed = printed_rows(table)
    row_of = {key: method.get("paper") for key, method in CONFIG["methods"].items()}
    rows = DECLARED[DECLARED["where"].str.contains(f"Table {table}")]
    checked = 0
    for claim in rows[rows["kind"].isin(["level", "difference"])].itertuples():
        unit = 100.0 if claim.kind == "difference" or claim.metric == "accuracy" else 1.0
        if claim.kind == "difference":
            against = printed[row_of.get(claim.against, claim.against)]
            expected = printed["SG-CLDFF"][claim.metric].mean - against[claim.metric].mean
        else:
            row = "SG-CLDFF" if pd.isna(claim.reference) else claim.reference
            expected = printed[row][claim.metric].mean
        assert claim.value == pytest.approx(unit * expected), claim.claim
        checked += 1
    assert checked >= 9


def test_each_table_claims_an_improvement_of_every_metric_over_every_other_row():
    improved = DECLARED[DECLARED["kind"] == "improvement"]
    for table, family in ((2, "paper_table_2"), (3, "paper_table_3")):
        row_of = {key: method.get("paper") for key, method in CONFIG["methods"].items()}
        here = improved[improved["family"] == family]
        claimed = {(row_of.get(c.against, c.against), c.metric) for c in here.itertuples()}
        printed = {(row, metric) for row, of in printed_rows(table).items() for metric in of if row != "SG-CLDFF"}
        assert printed <= claimed
