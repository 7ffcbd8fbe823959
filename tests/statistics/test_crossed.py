from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from sgcldff.errors import InputError
from sgcldff.statistics.crossed import crossed_test

# Three seeds (rows) and four images. Seed means 3 5 4, image means 1 3 4 8, mean 4. Sums of squares: seeds
# 4 (1 + 1 + 0) = 8, images 3 (9 + 1 + 0 + 16) = 78, total 96, residual 96 - 8 - 78 = 10; degrees of freedom 2, 3, 6.
BY_HAND = np.array([[1, 2, 3, 6], [2, 4, 6, 8], [0, 3, 3, 10]], float)

UNDEFINED = ("se", "t", "df", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")
IN_POINTS = ("mean", "se", "ci_low", "ci_high", "lower_bound", "upper_bound")


def drawn(seed, n_seeds=5, n_images=12, sd_seed=1.0, sd_image=1.0, sd_residual=1.0, mean=0.5):
    """A grid [S, I] of seed effects, image effects and noise."""
    random = np.random.default_rng(seed)
    return (
        mean
        + sd_seed * random.normal(size=(n_seeds, 1))
        + sd_image * random.normal(size=(1, n_images))
        + sd_residual * random.normal(size=(n_seeds, n_images))
    )


def mean_squares(grid):
    """Of seeds, images and residual: the two-way layout without replication, by statsmodels."""
    seed, image = np.indices(grid.shape)
    table = pd.DataFrame({"y": grid.ravel(), "seed": seed.ravel(), "image": image.ravel()})
    found = anova_lm(ols("y ~ C(seed) + C(image)", data=table).fit())
    return (found["sum_sq"] / found["df"]).to_numpy()


def common_to_the_seeds(grid):
    """The mean covariance over images between two seeds: what new images add to the variance of any seed's mean."""
    covariances = np.cov(grid)
    return covariances[~np.eye(len(grid), dtype=bool)].mean()


def ordinary(grids):
    """Whether every estimate of a variance is clearly positive, so that no rule for negative ones plays a part."""
    for grid in grids:
        ms_seed, ms_image, ms_residual = mean_squares(grid)
        if min(ms_seed, ms_image) < 1.2 * ms_residual:
            return False
    return True


def test_three_seeds_and_four_images_by_hand():
    test = crossed_test([BY_HAND], margin=1.0)
    ms_seed, ms_image, ms_residual = 4, 26, 5 / 3
    assert (test.n_seeds, test.n_images, test.mean) == (3, 4, 4.0)
    assert test.var_residual == pytest.approx(ms_residual)
    assert test.var_seed == pytest.approx((ms_seed - ms_residual) / 4)
    assert test.var_image == pytest.approx((ms_image - ms_residual) / 3)
    assert test.se**2 == pytest.approx((4 + 26 - 5 / 3) / 12)
    assert test.df == pytest.approx((85 / 3) ** 2 / (4**2 / 2 + 26**2 / 3 + (5 / 3) ** 2 / 6))
    assert test.df == pytest.approx(1734 / 505)
    assert test.t == pytest.approx(24 / math.sqrt(85))
    assert test.p == pytest.approx(2 * stats.t.sf(24 / math.sqrt(85), 1734 / 505))
    assert test.p_margin == pytest.approx(stats.t.sf(18 / math.sqrt(85), 1734 / 505))


@pytest.mark.parametrize("seed", range(5))
def test_one_grid_follows_the_analysis_of_variance_of_statsmodels(seed):
    grid = drawn(seed, n_seeds=4 + seed, n_images=9 + 2 * seed)
    ms = mean_squares(grid)
    assert ordinary([grid])
    test = crossed_test([grid])
    n_seeds, n_images = grid.shape
    combined = np.array([1, 1, -1]) * ms
    freedom = np.array([n_seeds - 1, n_images - 1, (n_seeds - 1) * (n_images - 1)])
    assert test.se == pytest.approx(math.sqrt(combined.sum() / grid.size), rel=1e-9)
    assert test.df == pytest.approx(combined.sum() ** 2 / (combined**2 / freedom).sum(), rel=1e-9)
    assert (test.var_seed, test.var_image, test.var_residual) == pytest.approx(
        ((ms[0] - ms[2]) / n_images, (ms[1] - ms[2]) / n_seeds, ms[2]), rel=1e-9
    )


@pytest.mark.parametrize("seed", range(3))
def test_several_grids_add_their_means_and_the_parts_of_their_images(seed):
    grids = [drawn(10 + seed, n_images=8), drawn(20 + seed, n_images=30, mean=-0.2), drawn(30 + seed, n_images=15)]
    assert ordinary(grids)
    test = crossed_test(grids)
    summed = sum(grid.mean(axis=1) for grid in grids)  # [S]: a seed's mean in each set of images, added up
    of_seeds = summed.var(ddof=1) / len(summed)
    of_images = sum(common_to_the_seeds(grid) / grid.shape[1] for grid in grids)
    assert test.mean == pytest.approx(sum(grid.mean() for grid in grids), rel=1e-12)
    assert test.se == pytest.approx(math.sqrt(of_seeds + of_images), rel=1e-9)
    assert (test.n_seeds, test.n_images) == (5, 8 + 30 + 15)


@pytest.mark.parametrize("seed", range(3))
def test_the_degrees_of_freedom_of_several_grids_are_those_of_the_mean_squares_that_are_added(seed):
    grids = [drawn(10 + seed, n_images=8), drawn(20 + seed, n_images=30)]
    assert ordinary(grids)
    summed = sum(grid.mean(axis=1) for grid in grids)
    parts, freedom = [summed.var(ddof=1) / 5], [4]
    for grid in grids:
        _, ms_image, ms_residual = mean_squares(grid) / grid.size
        parts += [ms_image, -ms_residual]
        freedom += [grid.shape[1] - 1, 4 * (grid.shape[1] - 1)]
    expected = sum(parts) ** 2 / sum(part**2 / of for part, of in zip(parts, freedom, strict=True))
    assert crossed_test(grids).df == pytest.approx(expected, rel=1e-9)


def test_a_grid_divided_by_image_into_two_weighted_halves_keeps_its_mean():
    grid = drawn(1, n_images=30)
    halves = [grid[:, :10] * 10 / 30, grid[:, 10:] * 20 / 30]
    assert crossed_test(halves).mean == pytest.approx(crossed_test([grid]).mean, rel=1e-12)


def test_seeds_that_all_give_the_same_images_leave_the_t_test_over_images():
    row = np.array([0.3, 1.8, -0.4, 2.2, 0.9, 1.4])
    test, expected = crossed_test([np.tile(row, (4, 1))]), stats.ttest_1samp(row, 0)
    assert (test.t, test.df, test.p) == pytest.approx((expected.statistic, expected.df, expected.pvalue), rel=1e-9)
    assert (test.var_seed, test.var_residual) == pytest.approx((0, 0), abs=1e-12)
    assert test.var_image == pytest.approx(row.var(ddof=1))


def test_images_that_are_all_alike_leave_the_t_test_over_seeds():
    column = np.array([0.3, 1.8, -0.4, 2.2, 0.9])
    test, expected = crossed_test([np.tile(column[:, None], (1, 7))]), stats.ttest_1samp(column, 0)
    assert (test.t, test.df, test.p) == pytest.approx((expected.statistic, expected.df, expected.pvalue), rel=1e-9)
    assert (test.var_image, test.var_residual) == pytest.approx((0, 0), abs=1e-12)
    assert test.var_seed == pytest.approx(column.var(ddof=1))


def test_noise_that_hides_seeds_and_images_alike_is_counted_once():
    # Seed means and image means are all zero; the residual sum of squares is 4 with one degree of freedom.
    test = crossed_test([np.array([[1.0, -1.0], [-1.0, 1.0]])])
    assert (test.mean, test.se, test.df) == pytest.approx((0.0, 1.0, 1.0))


@pytest.mark.parametrize("noisy", [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0)], ids=["seeds", "images", "both"])
def test_a_variance_below_zero_counts_as_zero_only_where_nothing_is_left_without(noisy):
    clipped = 0
    for seed in range(60):
        grid = drawn(seed, n_seeds=3, n_images=4, sd_seed=noisy[0], sd_image=noisy[1])
        ms = mean_squares(grid)
        combined, freedom = np.array([1, 1, -1]) * ms / grid.size, np.array([2, 3, 6])
        variance = combined.sum()
        if not (variance > 0 and variance**2 / (combined**2 / freedom).sum() >= 1):
            clipped += 1
            variance = max((ms[0] - ms[2]) / 4, 0) / 3 + max((ms[1] - ms[2]) / 3, 0) / 4 + ms[2] / 12
        assert crossed_test([grid]).se ** 2 == pytest.approx(variance, rel=1e-9)
    assert 0 < clipped < 60


def test_in_several_grids_each_set_of_images_counts_or_not_by_itself():
    found = 0
    for seed in range(200):
        grids = [drawn(seed, 3, 4, sd_seed=0, sd_image=0.5), drawn(seed + 500, 3, 9, sd_seed=0, sd_image=0)]
        summed = sum(grid.mean(axis=1) for grid in grids)
        of_seeds, noises = summed.var(ddof=1) / 3, [mean_squares(grid)[2] / grid.size for grid in grids]
        if of_seeds > sum(noises) or of_seeds + sum(common_to_the_seeds(grid) / grid.shape[1] for grid in grids) > 0:
            continue
        found += 1
        of_images = sum(max(common_to_the_seeds(grid), 0) / grid.shape[1] for grid in grids)
        assert crossed_test(grids).se ** 2 == pytest.approx(sum(noises) + of_images, rel=1e-9)
    assert found > 3


def test_noise_alone_never_takes_the_interval_away():
    # The least that Satterthwaite's formula can give for positive parts that add up: 1 / (1/2 + 1/3 + 1/6).
    for seed in range(200):
        test = crossed_test([drawn(seed, n_seeds=3, n_images=4, sd_seed=0, sd_image=0)])
        assert test.df > 0.999 and math.isfinite(test.ci_low) and math.isfinite(test.ci_high)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 15))
def test_the_order_of_seeds_images_and_grids_does_not_matter(seed, n_seeds, n_images):
    random = np.random.default_rng(seed)
    grids = [drawn(seed, n_seeds, n_images), drawn(seed + 1, n_seeds, n_images + 3)]
    seeds = random.permutation(n_seeds)
    shuffled = [grid[seeds][:, random.permutation(grid.shape[1])] for grid in grids[::-1]]
    one, other = crossed_test(grids, 0.3), crossed_test(shuffled, 0.3)
    for name in ("mean", *UNDEFINED, "n_images", "var_seed", "var_image", "var_residual"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7, abs=1e-10, nan_ok=True)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_swapping_the_methods_negates(seed):
    grids = [drawn(seed), drawn(seed + 1, n_images=20)]
    one, other = crossed_test(grids), crossed_test([-grid for grid in grids])
    assert (other.mean, other.t) == pytest.approx((-one.mean, -one.t))
    assert (other.ci_low, other.lower_bound) == pytest.approx((-one.ci_high, -one.upper_bound))
    for name in ("p", "df", "var_seed", "var_image", "var_residual"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), nan_ok=True)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.01, 1000))
def test_scaling_scales_what_has_a_unit_and_nothing_else(seed, scale):
    grids = [drawn(seed), drawn(seed + 1, n_images=20)]
    one, other = crossed_test(grids, 0.3), crossed_test([scale * grid for grid in grids], scale * 0.3)
    for name in IN_POINTS:
        assert getattr(other, name) == pytest.approx(scale * getattr(one, name), rel=1e-7, abs=1e-9 * scale)
    for name in ("t", "df", "p", "p_margin"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7, abs=1e-12)
    for name in ("var_seed", "var_image", "var_residual"):
        expected = scale**2 * getattr(one, name)
        assert getattr(other, name) == pytest.approx(expected, rel=1e-7, abs=1e-9 * scale**2, nan_ok=True)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(-5, 5))
def test_adding_a_constant_moves_the_mean_alone(seed, shift):
    grid = drawn(seed)
    one, other = crossed_test([grid]), crossed_test([grid + shift])
    assert other.mean == pytest.approx(one.mean + shift, abs=1e-9)
    assert (other.se, other.df) == pytest.approx((one.se, one.df), rel=1e-7)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(-3, 3))
def test_p_margin_is_significant_exactly_when_the_lower_bound_exceeds_the_margin(seed, margin):
    test = crossed_test([drawn(seed)], margin)
    assume(abs(test.lower_bound - margin) > 1e-6)
    assert (test.p_margin < 0.05) == (test.lower_bound > margin)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", [(1, 6), (5, 1), (1, 1)], ids=["one seed", "one image", "one of each"])
def test_one_seed_or_one_image_gives_the_mean_and_a_note(shape):
    test = crossed_test([np.arange(1.0, 1 + math.prod(shape)).reshape(shape)])
    assert test.mean == pytest.approx((1 + math.prod(shape)) / 2)
    assert all(math.isnan(getattr(test, name)) for name in UNDEFINED)
    assert test.note


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [0.0, 2.0, 0.82 - 0.80])
def test_the_same_difference_everywhere_gives_no_p_and_a_note(value):
    test = crossed_test([np.full((5, 6), value)])
    assert test.mean == pytest.approx(value)
    assert all(math.isnan(getattr(test, name)) for name in ("t", "p", "ci_low", "ci_high", "p_margin"))
    assert test.note


@pytest.mark.filterwarnings("error")
def test_the_same_difference_but_for_rounding_gives_no_p():
    scores = np.array([0.81, 0.82, 0.83, 0.84, 0.85])
    others = np.array([0.79, 0.80, 0.81, 0.82, 0.83])
    grid = np.tile(scores - others, (3, 1))
    assert np.std(grid) > 0
    assert math.isnan(crossed_test([grid]).p)


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_difference_that_is_no_number_is_refused(wrong):
    grid = drawn(0)
    grid[2, 3] = wrong
    with pytest.raises(InputError):
        crossed_test([grid])


def test_grids_with_different_numbers_of_seeds_are_refused():
    with pytest.raises(InputError, match="seed"):
        crossed_test([drawn(0, n_seeds=5), drawn(1, n_seeds=4)])
