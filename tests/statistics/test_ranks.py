from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sgcldff.errors import InputError
from sgcldff.statistics.ranks import cliques, critical_difference, pairs, ranked, stability

METHODS = ["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"]
# Demsar (2006), Table 6: AUC on 14 datasets. He prints 0.975 twice for voting and ranks the two 2 and 3: they were not
# equal before they were rounded.
DEMSAR = np.array(
    [
        [0.763, 0.768, 0.771, 0.798],
        [0.599, 0.591, 0.590, 0.569],
        [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657],
        [0.882, 0.888, 0.886, 0.898],
        [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685],
        [0.583, 0.583, 0.563, 0.625],
        [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000],
        [0.940, 0.962, 0.965, 0.962],
        [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.97501, 0.975],
        [0.957, 0.978, 0.946, 0.970],
    ]
)


def test_the_mean_ranks_of_demsars_table_6():
    assert ranked(DEMSAR).mean.round(3).tolist() == [3.143, 2.000, 2.893, 1.964]


def test_friedman_and_iman_davenport_of_demsars_table_6():
    ranks = ranked(DEMSAR)
    assert (round(ranks.chi2, 2), round(ranks.f, 2)) == (9.28, 3.69)


@pytest.mark.parametrize(
    ("k", "level", "q"), [(2, 0.05, 1.960), (3, 0.05, 2.343), (4, 0.05, 2.569), (10, 0.05, 3.164), (4, 0.10, 2.291)]
)
def test_the_critical_values_of_demsars_table_5(k, level, q):
    assert critical_difference(14, k, level) == pytest.approx(q * np.sqrt(k * (k + 1) / (6 * 14)), abs=5e-4)


def test_nemenyi_finds_no_pair_of_demsars_table_at_five_per_cent():
    # He finds C4.5 and C4.5+m+cf 1.18 apart: less than 1.25 (5 %) and more than 1.12 (10 %).
    assert round(critical_difference(14, 4), 2) == 1.25 and round(critical_difference(14, 4, 0.10), 2) == 1.12
    table = pairs(DEMSAR, METHODS, ranked(DEMSAR))
    assert table["difference"].max() == pytest.approx(1.179, abs=1e-3) and not table["nemenyi"].any()


def test_the_correction_for_ties_is_that_of_scipy():
    ranks, scipy = ranked(DEMSAR), stats.friedmanchisquare(*DEMSAR.T)
    assert (ranks.chi2_ties, ranks.p_ties) == pytest.approx((scipy.statistic, scipy.pvalue))


def test_wilcoxon_and_holm_of_demsars_pair():
    # Section 3.1.3 has C4.5 against C4.5+m: two zeros, and the null hypothesis is rejected at five per cent.
    table = pairs(DEMSAR, METHODS, ranked(DEMSAR)).set_index(["a", "b"])
    assert table.loc[("C4.5+m", "C4.5"), "p"] == pytest.approx(0.0108, abs=5e-4)
    assert (table["p_holm"] >= table["p"]).all() and table["p_holm"].min() == pytest.approx(6 * table["p"].min())


def test_few_blocks_have_the_p_of_permutations():
    # Two methods in the same order five times: exactly 2 / 2^5, and chi2 says .025.
    ranks = ranked(np.array([[2.0, 1.0]] * 5))
    assert ranks.p == pytest.approx(0.0253, abs=1e-4) and ranks.p_permuted == pytest.approx(2 / 32, abs=0.01)
    assert np.isnan(ranks.f)


def test_a_lower_score_is_better_where_it_is_said():
    assert ranked(DEMSAR, lower_is_better=True).mean == pytest.approx(5 - ranked(DEMSAR).mean)


def test_a_tie_of_everything_has_no_p():
    ranks = ranked(np.ones((4, 3)))
    assert ranks.chi2 == 0 and np.isnan(ranks.chi2_ties) and ranks.p_permuted == 1


def test_scores_that_differ_in_the_last_bit_alone_are_no_pair():
    scores = np.array([[0.1 + 0.2, 0.3]] * 6)
    assert np.isnan(pairs(scores, ["a", "b"], ranked(scores))["p"][0])


def test_one_block_or_one_method_is_refused():
    for shape in ((1, 3), (3, 1)):
        with pytest.raises(InputError, match="two of each"):
            ranked(np.ones(shape))


def test_at_ten_per_cent_c45_is_divided_from_both_with_m_as_demsar_finds():
    assert cliques(ranked(DEMSAR).mean, 1.12) == [(0, 2), (2, 3)]


def test_the_order_of_clear_differences_is_stable_and_that_of_noise_is_not():
    random = np.random.default_rng(1)
    noise = random.normal(size=(5, 20, 3))
    _, first, tau = stability(noise + [20, 10, 0], np.random.default_rng(0), draws=100)
    assert first.tolist() == [1, 0, 0] and tau == pytest.approx(1)
    ends, first, _ = stability(noise, np.random.default_rng(0), draws=100)
    assert first.max() < 1 and (ends[1] > ends[0]).all()
