from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats

from sgcldff.statistics.power_curve import power_curve

RATIO = 0.25


def curve(**cells) -> pd.DataFrame:
    row = {"hypothesis": "h", "pair": "", "n": 5, "mean": 3.0, "sd": 1.0, "margin": 2.0, "basis": "seeds"}
    row |= {"direction": "greater"}
    return power_curve(pd.DataFrame([row | cells]), RATIO).set_index("n")


def test_it_goes_from_2_to_50_seeds():
    assert curve().index.tolist() == list(range(2, 51))


def test_the_power_is_that_of_the_noncentral_t():
    beyond = stats.nct.sf(stats.t.ppf(0.95, 4), 4, math.sqrt(5))
    assert curve().loc[5, "power"] == pytest.approx(beyond)


def test_a_mean_below_the_margin_has_the_power_to_refute_it():
    assert curve(mean=1.0)["power"].tolist() == pytest.approx(curve(mean=3.0)["power"].tolist())


def test_a_hypothesis_in_the_other_direction_is_its_mirror_image():
    """`less` means below minus the margin."""
    mirrored, greater = curve(direction="less", mean=-3.0), curve()
    assert mirrored["power"].tolist() == pytest.approx(greater["power"].tolist())
    assert mirrored["detectable"].tolist() == pytest.approx((-greater["detectable"]).tolist())


def test_five_seeds_detect_1_359_sd_above_the_margin():
    """The least detectable d_z at n = 5, one-sided: 1.359414 (noncentral t)."""
    assert curve(sd=2.0).loc[5, "detectable"] == pytest.approx(2.0 + 2 * 1.359414, abs=1e-5)


def test_redrawn_splits_have_the_standard_error_of_the_corrected_test():
    found = curve(basis="redrawn splits")
    for seeds in (5, 20):
        noncentrality = 1 / math.sqrt(1 / seeds + RATIO)
        expected = stats.nct.sf(stats.t.ppf(0.95, seeds - 1), seeds - 1, noncentrality)
        assert found.loc[seeds, "power"] == pytest.approx(expected)


def test_single_directions_and_constant_differences_have_no_curve():
    assert curve(pair="a→b").empty and curve(sd=0.0).empty and curve(sd=math.nan).empty
