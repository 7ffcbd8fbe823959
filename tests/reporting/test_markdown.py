from __future__ import annotations

import math

from sgcldff.reporting import markdown as md


def test_a_missing_value_is_a_dash_and_never_zero():
    missing = [md.number(math.nan), md.mean_sd(None, None), md.points(math.nan), md.p_value(None), md.count(math.nan)]
    assert missing == [md.MISSING] * 5


def test_zero_is_zero_and_has_no_sign():
    assert md.mean_sd(0.0, 0.0) == "0.000 ± 0.000"
    assert md.points(-0.0001) == "0.0"


def test_a_single_run_has_a_dash_for_its_sd():
    assert md.mean_sd(0.5, math.nan) == "0.500 ± —"


def test_accuracy_is_set_in_per_cent_with_one_decimal():
    assert md.mean_sd(0.9581, 0.0042, percent=True) == "95.8 ± 0.4"


def test_differences_are_signed_with_a_true_minus():
    assert (md.points(2.04), md.points(-2.04)) == ("+2.0", "−2.0")


def test_trailing_zeros_survive_the_table():
    assert "| 0.90 |" in md.table(["a", "b"], [["x", "0.90"]]).replace("  ", " ")


def test_a_pipe_in_a_title_does_not_break_the_table():
    line = md.table(["a", "b"], [["x|y", "1"]]).splitlines()[-1]
    assert line.replace("\\|", "").count("|") == 3


def test_small_p_values_are_given_as_a_bound():
    assert md.p_value(0.00004) == "< 0.001"


def test_a_p_in_a_sentence_is_equal_or_below():
    assert (md.p_in_words(0.0123), md.p_in_words(0.00004)) == ("p = 0.012", "p < 0.001")


def test_a_number_of_seeds_beyond_all_reach_is_a_bound():
    assert md.seeds_needed(27.0, 5.0, 1627.0) == "27 (5 to 1,627)"
    assert md.seeds_needed(math.inf, 12.0, math.inf) == "> 100,000 (12 to > 100,000)"
    assert md.seeds_needed(math.nan, math.nan, math.nan) == "—"


def test_an_effect_size_has_its_interval_where_there_is_one():
    assert md.effect_size(0.5, -0.25, 1.5) == "0.50 (−0.25 to 1.50)"
    assert md.effect_size(0.5, math.nan, math.nan) == "0.50"
