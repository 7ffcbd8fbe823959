from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sgcldff.config.declared import Interaction
from sgcldff.errors import InputError
from sgcldff.statistics.interactions import independence, judge_interactions
from sgcldff.statistics.multiplicity import holm
from sgcldff.tables.verdicts import InteractionVerdict, Verdict

ARMS = ("full", "no_saliency", "no_fusion", "neither")
FAMILIES = {"components": "both, each alone and neither"}
DECLARED = {
    "components": Interaction(
        title="Saliency and fusion contribute independently",
        full="full",
        without_first="no_saliency",
        without_second="no_fusion",
        neither="neither",
        first="saliency",
        second="fusion",
        metrics=("iou",),
        scenario="cross_stain",
        family="components",
    )
}
PAIR = "jtsc→cellavision"
EQUIVALENT, INTERACTION = InteractionVerdict.EQUIVALENT, InteractionVerdict.INTERACTION


@pytest.fixture
def four(runs):
    """Runs of the four arms in which saliency is worth `first` and fusion `second` points, and both together `more`."""

    def build(first=0.0, second=0.0, more=0.0, noise=0.001):
        table = runs(methods=ARMS)
        random = np.random.default_rng(5)
        worth = {"full": first + second + more, "no_saliency": second, "no_fusion": first, "neither": 0.0}
        worth = {method: points / 100 for method, points in worth.items()}
        return table.assign(iou=0.5 + table["method"].map(worth) + random.normal(0, noise, len(table)))

    return build


def effects(table, pair=""):
    return table[table["pair"] == pair].set_index("effect")


def test_each_effect_is_its_contrast_of_the_four_arms_over_the_seeds(four, measured):
    runs = four(noise=0.05)
    here = runs[(runs["trained_on"] == "jtsc") & (runs["tested_on"] == "cellavision")]
    scores = 100 * here.pivot(index="seed", columns="method", values="iou")
    full, no_s, no_f, neither = (scores[arm] for arm in ARMS)
    expected = {
        "first": ((full - no_s) + (no_f - neither)) / 2,
        "second": ((full - no_f) + (no_s - neither)) / 2,
        "first_alone": no_f - neither,
        "second_alone": no_s - neither,
        "first_on_top": full - no_s,
        "second_on_top": full - no_f,
        "interaction": full - no_s - no_f + neither,
    }
    found = effects(judge_interactions(measured(runs), DECLARED, FAMILIES), PAIR)
    for effect, contrast in expected.items():
        test = stats.ttest_1samp(contrast, 0)
        assert found.loc[effect, "mean"] == pytest.approx(contrast.mean())
        assert found.loc[effect, "t"] == pytest.approx(test.statistic)
        assert found.loc[effect, "p"] == pytest.approx(test.pvalue)


def test_the_effects_are_titled_with_the_names_of_the_components(four, measured):
    found = effects(judge_interactions(measured(four()), DECLARED, FAMILIES))
    assert found["title"].tolist() == [
        "saliency, mean effect",
        "fusion, mean effect",
        "saliency, without fusion",
        "fusion, without saliency",
        "saliency, with fusion",
        "fusion, with saliency",
        "interaction of saliency and fusion",
        "Saliency and fusion contribute independently",
    ]


@pytest.mark.parametrize(
    ("worth", "interaction", "independent"),
    [
        ({"first": 6, "second": 4}, "EQUIVALENT", "SUPPORTED"),
        ({"first": 6, "second": 4, "more": -3}, "INTERACTION", "REFUTED"),
        ({"first": 6, "second": -4}, "EQUIVALENT", "REFUTED"),
        ({"first": 6, "second": -0.05}, "EQUIVALENT", "INCONCLUSIVE"),
    ],
)
def test_the_verdict_follows_from_both_effects_and_their_interaction(four, measured, worth, interaction, independent):
    found = effects(judge_interactions(measured(four(**worth)), DECLARED, FAMILIES))
    assert found.loc["interaction", "verdict"] == interaction
    assert found.loc["independent", "verdict"] == independent


def test_an_effect_is_decided_by_a_bound_an_interaction_by_its_interval_and_equivalence_by_both(four, measured):
    additive, dependent = (
        effects(judge_interactions(measured(four(first=6, second=-4, more=more)), DECLARED, FAMILIES))
        for more in (0, 9)
    )
    decided = additive.loc[["first", "second", "interaction", "independent"], "decided_by"]
    assert decided.tolist() == ["lower bound", "upper bound", "both bounds", ""]
    assert dependent.loc["interaction", "decided_by"] == "interval"


def test_what_follows_is_fragile_where_a_verdict_that_it_needs_is(four, measured):
    runs = four(first=6, second=4, noise=0.0001)
    lost = {1: 0.05, 2: -0.001, 3: 0.06, 4: 0.058, 5: 0.05}  # the first component gains nothing in seed 2
    without = runs["method"].isin(["full", "no_fusion"])
    weak = runs.assign(iou=runs["iou"] - without * (0.06 - runs["seed"].map(lost)))
    found = effects(judge_interactions(measured(weak), DECLARED, FAMILIES))
    assert found.loc["first", ["verdict", "fragile"]].tolist() == ["SUPPORTED", "sign flips one-sided p = 0.062"]
    second = found.loc["second", "fragile"]
    assert (
        second == "" and found.loc["independent", "fragile"] == "saliency, mean effect: sign flips one-sided p = 0.062"
    )


def test_one_certain_harm_is_enough_to_refute(four, measured):
    found = effects(judge_interactions(measured(four(first=6, second=-4, more=9)), DECLARED, FAMILIES))
    assert found.loc["interaction", "fragile"] == found.loc["independent", "fragile"] == ""


def test_an_interaction_in_much_noise_is_inconclusive(four, measured):
    found = effects(judge_interactions(measured(four(first=6, second=4, noise=0.1)), DECLARED, FAMILIES))
    assert found.loc["interaction", "verdict"] == "INCONCLUSIVE"


def test_a_part_that_matters_in_company_alone_does_not_contribute_independently(four, measured):
    """Taking one part away at a time, as the paper does, cannot tell this from two parts that each help."""
    found = effects(judge_interactions(measured(four(more=6)), DECLARED, FAMILIES))
    assert set(found.loc[["first_on_top", "second_on_top"], "verdict"]) == {"SUPPORTED"}
    assert found.loc["interaction", "verdict"] == "INTERACTION"
    assert found.loc["independent", "verdict"] == "REFUTED"


@pytest.mark.parametrize(
    ("first", "second", "interaction", "expected"),
    [
        (Verdict.SUPPORTED, Verdict.SUPPORTED, EQUIVALENT, Verdict.SUPPORTED),
        (Verdict.SUPPORTED, Verdict.SUPPORTED, INTERACTION, Verdict.REFUTED),
        (Verdict.SUPPORTED, Verdict.SUPPORTED, InteractionVerdict.INCONCLUSIVE, Verdict.DIRECTION_ONLY),
        (Verdict.SUPPORTED, Verdict.INCONCLUSIVE, EQUIVALENT, Verdict.INCONCLUSIVE),
        (Verdict.SUPPORTED, Verdict.REFUTED, EQUIVALENT, Verdict.REFUTED),
        (Verdict.INCONCLUSIVE, Verdict.REFUTED, INTERACTION, Verdict.REFUTED),
    ],
)
def test_independence_in_every_combination(first, second, interaction, expected):
    assert independence(first, second, interaction) is expected


def test_holm_runs_over_main_effects_and_interaction_of_the_average(four, measured):
    table = judge_interactions(measured(four(noise=0.05)), DECLARED, FAMILIES)
    counted = effects(table).loc[["first", "second", "interaction"]]
    assert counted["p_holm"].tolist() == pytest.approx(holm(counted["p_margin"].tolist()))
    assert counted.loc["interaction", "p_margin"] == counted.loc["interaction", "p"]
    assert table["p_holm"].notna().sum() == 3


def test_the_images_of_a_contrast_are_crossed_with_the_seeds(four, measured, images):
    runs = four(noise=0.05)
    found = effects(judge_interactions(measured(runs, scores=images(runs)), DECLARED, FAMILIES)).drop(
        index="independent"
    )
    assert found["crossed_mean"].to_numpy() == pytest.approx(found["mean"].to_numpy())
    assert (found["crossed_se"] > 0).all()


def test_without_one_of_the_four_there_is_no_row(four, measured):
    runs = four()
    assert judge_interactions(measured(runs[runs["method"] != "neither"]), DECLARED, FAMILIES).empty


@pytest.mark.parametrize(
    ("changed", "sentence"), [({"family": "luck"}, "is not declared: add it"), ({"scenario": "moon"}, "scenario moon")]
)
def test_what_is_not_declared_is_refused(four, measured, changed, sentence):
    with pytest.raises(InputError, match=sentence):
        judge_interactions(measured(four()), {"h": DECLARED["components"].model_copy(update=changed)}, FAMILIES)
