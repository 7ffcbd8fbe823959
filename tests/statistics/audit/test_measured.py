from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.audit.measured import audit_measured, correlation, probability_false
from sgcldff.statistics.audit.pair import PrintedPair
from sgcldff.statistics.audit.tables import audit_comparisons

PRINTED = pd.DataFrame(
    [("base", "acc", "91.2", "0.5", "5"), ("ours", "acc", "92.3", "0.4", "5")],
    columns=["method", "metric", "mean", "sd", "n"],
)
OURS, BASE = (0.912, 0.905, 0.921, 0.917, 0.909), (0.897, 0.899, 0.905, 0.9, 0.893)


def scores(ours=OURS, base=BASE, names=("ours", "base")):
    rows = [
        (name, str(seed), "acc", str(value))
        for name, values in zip(names, (ours, base), strict=True)
        for seed, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["method", "seed", "metric", "value"])


def measured(**options):
    (row,) = audit_measured(audit_comparisons(PRINTED), options.pop("scores", scores()), **options).itertuples()
    return row


def test_r_is_that_of_the_runs_and_its_interval_that_of_scipy():
    row, scipy = measured(), stats.pearsonr(OURS, BASE)
    interval = scipy.confidence_interval()
    assert (row.r, row.r_low, row.r_high) == pytest.approx((scipy.statistic, interval.low, interval.high))


def test_the_probability_of_a_false_claim_is_the_formula_of_claims_reloaded():
    # T_{n-1}(sqrt(n) (m_B - m_A) / sqrt(s_A^2 + s_B^2 - 2 r s_A s_B)), arXiv 2505.04720, by hand.
    pair, r = PrintedPair(n=5, difference=1.1, sd_reference=0.4, sd_against=0.5, half_unit=0.05), 0.7
    by_hand = stats.t.cdf(math.sqrt(5) * -1.1 / math.sqrt(0.4**2 + 0.5**2 - 2 * r * 0.4 * 0.5), 4)
    assert probability_false(pair, r) == pytest.approx(by_hand, rel=1e-12)


def test_the_formula_agrees_with_draws_from_the_posterior_of_the_mean():
    # Under the prior 1/sigma^2 of paired normal runs: sigma^2 ~ (n-1) s^2 / chi2, mu ~ N(mean, sigma^2 / n).
    pair = PrintedPair(n=5, difference=0.3, sd_reference=0.4, sd_against=0.5, half_unit=0.05)
    random, draws = np.random.default_rng(0), 400_000
    sigma = pair.sd(0.5) * np.sqrt(4 / random.chisquare(4, draws))
    false = (random.normal(0.3, sigma / math.sqrt(5)) <= 0).mean()
    assert probability_false(pair, 0.5) == pytest.approx(false, abs=0.004)


def test_p_falls_from_the_low_end_of_r_to_its_high_end():
    row = measured()
    assert row.p_low < row.p < row.p_high and row.p_false == row.p / 2


def test_a_claim_is_false_with_the_same_probability_whichever_method_is_the_reference():
    other = audit_measured(audit_comparisons(PRINTED, "base"), scores())
    assert other["p_false"][0] == pytest.approx(measured().p_false, rel=1e-9)


def test_names_that_differ_in_print_are_matched_by_the_caller():
    row = measured(scores=scores(names=("full", "Base")), same={"ours": "full"})
    assert row.r == measured().r


def test_a_method_without_runs_has_a_note_and_no_number():
    row = measured(scores=scores(names=("full", "base")))
    assert row.note == "no runs of ours among the measured" and math.isnan(row.p_false)


def test_a_correlation_over_images_is_that_of_their_means_over_seeds():
    rows = [
        (method, str(seed), str(image), "acc", str(image * slope + (seed - 0.5) * (-1) ** image))
        for method, slope in (("ours", 1), ("base", -1))
        for seed in range(2)
        for image in range(6)
    ]
    table = pd.DataFrame(rows, columns=["method", "seed", "image", "metric", "value"])
    row = measured(scores=table, over="image")
    assert row.pairs == 6 and row.r == pytest.approx(-1)


def test_three_seeds_give_r_no_interval_and_two_give_no_r():
    assert measured(scores=scores(OURS[:3], BASE[:3])).note == "3 seeds give r no interval"
    assert "a correlation needs three" in measured(scores=scores(OURS[:2], BASE[:2])).note


def test_runs_without_spread_have_no_correlation():
    assert math.isnan(correlation([0.5] * 5, OURS).r)
    assert measured(scores=scores(ours=[0.5] * 5)).note.startswith("one of the two has no spread")


@pytest.mark.parametrize(
    ("same", "words"), [({"nobody": "full"}, "No printed method is called 'nobody'"), ({"ours": "x"}, "No measured")]
)
def test_a_name_that_is_not_there_is_refused(same, words):
    with pytest.raises(InputError, match=words):
        measured(same=same)
