from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.config.declared import Hypothesis
from sgcldff.errors import InputError
from sgcldff.statistics.hypotheses import judge_hypotheses
from sgcldff.statistics.multiplicity import holm
from sgcldff.statistics.power import pairs_needed_interval, power

FAMILIES = {"robustness": "the two", "mechanism": "the prior"}
ALIGNMENT = Hypothesis(
    title="Alignment helps across stains",
    reference="full",
    against="no_alignment",
    metric="iou",
    scenario="cross_stain",
    margin=2,
    direction="greater",
    family="robustness",
)
DECLARED = {"alignment": ALIGNMENT}


def test_a_hypothesis_is_judged_on_the_average_and_on_each_pair(runs, measured):
    table = judge_hypotheses(measured(runs()), DECLARED, FAMILIES)
    assert table["pair"].tolist() == ["", "jtsc→cellavision", "cellavision→jtsc"]
    assert set(table["hypothesis"]) == {"alignment"} and set(table["margin"]) == {2.0}


@pytest.mark.parametrize(("offset", "expected"), [(-0.5, "SUPPORTED"), (0.2, "REFUTED")])
def test_a_large_difference_decides_the_verdict(runs, measured, offset, expected):
    table = judge_hypotheses(measured(runs(offset={"no_alignment": offset})), DECLARED, FAMILIES)
    assert table.iloc[0]["verdict"] == expected


def test_a_verdict_has_the_bound_that_decided_it_and_is_fragile_as_its_differences_are(runs, measured):
    """The interval of all five seeds holds the margin, which the lower bound excludes."""
    full = runs()[lambda table: table["method"] == "full"]
    gains = full["seed"].map({1: 0.021, 2: 0.022, 3: 0.05, 4: 0.032, 5: 0.06})
    both = pd.concat([full, full.assign(method="no_alignment", iou=full["iou"] - gains)])
    found = judge_hypotheses(measured(both), DECLARED, FAMILIES).iloc[0]
    assert found["ci_low"] < 2 < found["lower_bound"]
    assert found[["verdict", "decided_by", "fragile"]].tolist() == ["SUPPORTED", "lower bound", "one seed decides"]


def test_a_direction_is_fragile_against_zero_and_not_against_the_margin(runs, measured):
    full = runs()[lambda table: table["method"] == "full"]
    gains = full["seed"].map({1: 0.010, 2: 0.014, 3: 0.022, 4: 0.016, 5: 0.023})
    both = pd.concat([full, full.assign(method="no_alignment", iou=full["iou"] - gains)])
    found = judge_hypotheses(measured(both), DECLARED, FAMILIES).iloc[0]
    assert found[["verdict", "decided_by", "fragile"]].tolist() == ["DIRECTION ONLY", "lower bound", ""]


def test_better_by_less_than_the_margin_is_direction_only_and_said(runs, measured):
    full = runs()[lambda table: table["method"] == "full"]
    close = full.assign(method="no_alignment", iou=full["iou"] - 0.01 - full["seed"] / 10_000)
    table = judge_hypotheses(measured(pd.concat([full, close])), DECLARED, FAMILIES)
    assert set(table["verdict"]) == {"DIRECTION ONLY"}
    assert set(table["note"]) == {"better, but by less than the margin: both bounds lie below it"}


def test_a_hypothesis_of_less_is_the_one_of_more_with_its_methods_swapped(runs, measured):
    swapped = ALIGNMENT.model_copy(update={"reference": "no_alignment", "against": "full", "direction": "less"})
    for offset in (-0.5, -0.02, 0.2):
        benchmark = measured(runs(offset={"no_alignment": offset}))
        more, less = (judge_hypotheses(benchmark, {"h": one}, FAMILIES) for one in (ALIGNMENT, swapped))
        assert less["mean"].to_numpy() == pytest.approx(-more["mean"].to_numpy())
        assert less["lower_bound"].to_numpy() == pytest.approx(-more["upper_bound"].to_numpy())
        alike = ["p_margin", "p_holm", "power", "pairs_needed", "pairs_needed_low", "p_equivalence"]
        assert less[alike].to_numpy(float) == pytest.approx(more[alike].to_numpy(float), nan_ok=True)
        assert less["least_detectable"].to_numpy() == pytest.approx(-more["least_detectable"].to_numpy())
        assert less["verdict"].tolist() == more["verdict"].tolist()
        assert less["fragile"].tolist() == more["fragile"].tolist()
        turned = {"": "", "lower bound": "upper bound", "upper bound": "lower bound"}
        assert less["decided_by"].tolist() == more["decided_by"].map(turned).tolist()


def test_in_domain_the_corrected_bounds_decide(runs, measured):
    one = {"h": ALIGNMENT.model_copy(update={"scenario": "in_domain", "margin": 0})}
    table = judge_hypotheses(measured(runs(offset={"no_alignment": -0.04})), one, FAMILIES)
    found = table.iloc[0]
    assert found["basis"] == "redrawn splits"
    assert found["lower_bound"] > 0 > found["corrected_lower"]
    assert found["verdict"] == "INCONCLUSIVE"


def test_new_images_too_have_a_verdict_of_their_own(runs, measured, images):
    table = runs(offset={"no_alignment": -0.3})
    found = judge_hypotheses(measured(table, scores=images(table)), DECLARED, FAMILIES)
    assert found["verdict"].tolist() == found["crossed_verdict"].tolist() == ["SUPPORTED"] * 3
    assert (found["crossed_p_margin"] < 0.05).all()


def test_without_images_there_is_no_crossed_verdict(runs, measured):
    assert set(judge_hypotheses(measured(runs()), DECLARED, FAMILIES)["crossed_verdict"]) == {""}


def test_holm_runs_over_the_averages_of_one_family(runs, measured):
    declared = {
        "a": ALIGNMENT,
        "b": ALIGNMENT.model_copy(update={"against": "unetpp"}),
        "c": ALIGNMENT.model_copy(update={"against": "chance", "family": "mechanism"}),
    }
    table = judge_hypotheses(measured(runs(offset={"unetpp": -0.1})), declared, FAMILIES)
    averages = table[table["pair"] == ""].set_index("hypothesis")
    assert averages.loc[["a", "b"], "p_holm"].tolist() == pytest.approx(
        holm(averages.loc[["a", "b"], "p_margin"].tolist())
    )
    assert averages.loc["c", "p_holm"] == averages.loc["c", "p_margin"]
    assert table[table["pair"] != ""]["p_holm"].isna().all()


def test_power_is_towards_what_the_mean_says_and_seeds_needed_reach_four_in_five(runs, measured):
    for offset in (-0.06, 0.06):
        found = judge_hypotheses(measured(runs(offset={"no_alignment": offset})), DECLARED, FAMILIES).iloc[0]
        effect = abs(found["mean"] - 2) / found["sd"]
        assert found["power"] == pytest.approx(power(effect, 5))
        needed = int(found["pairs_needed"])
        assert power(effect, needed) >= 0.8 > power(effect, needed - 1)
        assert (found["pairs_needed_low"], found["pairs_needed_high"]) == pairs_needed_interval(effect, 5)


def test_the_least_detectable_difference_would_be_shown_four_times_in_five(runs, measured):
    found = judge_hypotheses(measured(runs()), DECLARED, FAMILIES).iloc[0]
    assert power((found["least_detectable"] - 2) / found["sd"], 5) == pytest.approx(0.8)


@pytest.mark.filterwarnings("error")
def test_one_seed_is_inconclusive(runs, measured):
    table = judge_hypotheses(measured(runs(seeds=(1,))), DECLARED, FAMILIES)
    assert set(table["verdict"]) == {"INCONCLUSIVE"} and table[["p", "power", "p_holm"]].isna().all(axis=None)


def test_a_method_that_is_absent_gives_no_row(runs, measured):
    assert judge_hypotheses(measured(runs(methods=("full", "unetpp"))), DECLARED, FAMILIES).empty
    assert judge_hypotheses(measured(runs()), {}, FAMILIES).empty


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"scenario": "moon"}, "names scenario moon"),
        ({"metric": "shine"}, "no metric shine"),
        ({"family": "luck"}, "in the family 'luck', which is not declared"),
        ({"margin": np.nan}, "margin of a hypothesis is no finite number"),
    ],
)
def test_what_is_not_declared_is_refused(runs, measured, changed, sentence):
    with pytest.raises(InputError, match=sentence):
        judge_hypotheses(measured(runs()), {"h": ALIGNMENT.model_copy(update=changed)}, FAMILIES)


def test_a_direction_is_greater_or_less():
    with pytest.raises(ValueError, match="Input should be 'greater' or 'less'"):
        Hypothesis(**ALIGNMENT.model_dump() | {"direction": "sideways"})


def test_the_order_of_the_rows_does_not_matter(runs, measured, images):
    table = runs(seeds=(1, 2, 10))
    scores = images(table)
    shuffled = measured(table.sample(frac=1, random_state=1), scores=scores.sample(frac=1, random_state=1))
    one = judge_hypotheses(measured(table, scores=scores), DECLARED, FAMILIES)
    pd.testing.assert_frame_equal(one, judge_hypotheses(shuffled, DECLARED, FAMILIES))
