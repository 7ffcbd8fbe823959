from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scripts import load_script

from sgcldff.metrics.jackknife import pseudo_values
from sgcldff.statistics.crossed import crossed_test
from sgcldff.statistics.effect_size import effect_size, small_sample_factor
from sgcldff.statistics.paired_test import paired_test
from sgcldff.statistics.resampled import corrected_test

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "error_rates.py"
SHARES = [(1 / 3, 1 / 3, 1 / 3), (0, 0, 1), (0.9, 0.05, 0.05)]


@pytest.fixture(scope="module")
def error_rates():
    return load_script(SCRIPT)


@pytest.fixture
def random():
    return np.random.default_rng(3)


def agree(estimate, tests):
    for name in ("mean", "se", "df"):
        assert getattr(estimate, name) == pytest.approx([getattr(test, name) for test in tests], rel=1e-9)


def test_the_plain_and_the_corrected_formula_are_those_of_the_room(error_rates, random):
    differences = random.normal(0.3, 1, (40, 5))
    tests = [paired_test(one, np.zeros(5)) for one in differences]
    agree(error_rates.plain(differences), tests)
    agree(error_rates.corrected(differences, 2 / 7), [corrected_test(one.mean, one.sd, 5, 2 / 7) for one in tests])


@pytest.mark.parametrize("shares", SHARES, ids=["thirds", "noise", "seeds"])
@pytest.mark.parametrize("sizes", [(12,), (6, 20)], ids=["one set", "two sets"])
def test_the_crossed_formula_is_that_of_the_room(error_rates, random, shares, sizes):
    (grids,) = error_rates.Crossed(*shares)(random, 60, 4, sizes)
    tests = [crossed_test([grid[i] for grid in grids]) for i in range(60)]
    agree(error_rates.crossed(grids), tests)


def test_a_miss_is_counted_where_the_interval_or_the_bound_of_the_room_excludes_the_truth(error_rates, random):
    differences, truth = random.normal(0.8, 1, (200, 4)), 0.1
    found = error_rates.misses(error_rates.plain(differences), truth)
    tests = [paired_test(one, np.zeros(4)) for one in differences]
    assert found[0].tolist() == [not test.ci_low <= truth <= test.ci_high for test in tests]
    assert found[1].tolist() == [test.lower_bound > truth for test in tests]
    assert found[2].tolist() == [test.upper_bound < truth for test in tests]
    assert found[0].any() and found[1].any()


def test_a_miss_of_an_effect_size_is_one_of_the_intervals_of_the_room(error_rates, random):
    differences, delta = random.normal(1.0, 1, (150, 4)), 1.0
    tests = [effect_size(one.mean(), one.std(ddof=1), 4) for one in differences]
    by_d, by_j_times_d = error_rates.effect_size_misses(differences, delta)
    factor = small_sample_factor(3)
    assert by_d.tolist() == [not test.d_z_low <= delta <= test.d_z_high for test in tests]
    shrunk = [(factor * test.d_z_low, factor * test.d_z_high) for test in tests]
    assert by_j_times_d.tolist() == [not low <= delta <= high for low, high in shrunk]
    assert by_d.any() and by_j_times_d.any()


@pytest.mark.parametrize("shares", SHARES, ids=["thirds", "noise", "seeds"])
@pytest.mark.parametrize("sizes", [(12,), (6, 20)], ids=["one set", "two sets"])
def test_the_means_of_the_crossed_model_have_the_variance_that_the_shares_promise(error_rates, random, shares, sizes):
    means = np.concatenate(
        [sum(grid.mean((1, 2)) for grid in some) for some in error_rates.Crossed(*shares)(random, 4000, 3, sizes)]
    )
    assert means.var() == pytest.approx(1, abs=5 * math.sqrt(2 / 4000))
    assert means.mean() == pytest.approx(0, abs=5 / math.sqrt(4000))


def test_the_pseudo_values_of_f1_are_those_of_the_scores(error_rates, random):
    truth, named = next(error_rates.classified(random, 6, 3, 30))
    found = error_rates.f1_pseudo_values(truth, named[0])
    for repeat, seed in np.ndindex(6, 3):
        expected = pseudo_values(truth[repeat, 0], np.eye(4)[named[0, repeat, seed]])["f1"]
        assert found[repeat, seed] == pytest.approx(expected)


def test_the_truth_of_f1_is_what_many_images_come_to(error_rates, random):
    means = [
        np.subtract(*(error_rates.f1_pseudo_values(truth, one).mean(2) for one in named)).mean(1)
        for truth, named in error_rates.classified(random, 60, 40, 2000)
    ]
    means = np.concatenate(means)
    assert means.mean() == pytest.approx(error_rates.f1_truth(), abs=5 * means.std() / math.sqrt(60))


def test_the_truth_of_the_small_dataset_is_what_its_splits_score_on_average(error_rates, random):
    dataset = error_rates.SmallDataset(10, 0.5)
    score, difference = dataset.scores(random, 400, 3)
    for found, truth in zip((score, difference), dataset.truth(random, 4000), strict=True):
        of_datasets = found.mean(1)
        assert of_datasets.mean() == pytest.approx(truth, abs=5 * of_datasets.std() / math.sqrt(400))


def test_the_plain_interval_on_fixed_images_misses_one_time_in_twenty(error_rates, random):
    missed = error_rates.misses(error_rates.plain(error_rates.normal_differences(random, 800, 5)), 0)
    assert missed.mean(1) == pytest.approx([0.05] * 3, abs=4 * math.sqrt(0.05 * 0.95 / 800))


def test_the_script_writes_its_tables_between_the_markers(error_rates, tmp_path, capsys):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{error_rates.BEGIN}\nold\n{error_rates.END}\nafter\n", encoding="utf-8")
    error_rates.main(["--repeats", "40"], readme)
    text, printed = readme.read_text(encoding="utf-8"), capsys.readouterr().out
    assert text == f"before\n{error_rates.BEGIN}\n{printed}{error_rates.END}\nafter\n"
    assert all(f"### {title}" in text for title in error_rates.SECTIONS)


def test_the_same_seed_gives_the_same_tables(error_rates):
    assert error_rates.report(20, 5) == error_rates.report(20, 5)


def test_the_readme_of_the_room_has_the_markers_and_every_table(error_rates):
    text = error_rates.README.read_text(encoding="utf-8")
    tables = text.split(error_rates.BEGIN)[1].split(error_rates.END)[0]
    assert all(f"### {title}" in tables for title in error_rates.SECTIONS)


def test_the_script_can_be_called_by_hand():
    called = subprocess.run([sys.executable, SCRIPT, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert called.returncode == 0 and "--repeats" in called.stdout
