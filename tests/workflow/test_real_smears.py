"""From the real files to the tables, with the network trained for three short epochs."""

from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.stages.interruption import GO_ON

pytestmark = pytest.mark.slow


@pytest.fixture
def runs(real) -> pd.DataFrame:
    return pd.read_csv(real.results / "runs.csv").set_index(["method", "trained_on", "tested_on"])


def test_the_tables_count_the_images_that_were_used_and_those_left_out(real):
    text = (real.reports / "pages/datasets.md").read_text()
    assert "basophil" in text
    assert len(pd.read_csv(real.results / "data/jtsc/index.csv")) == 299
    assert len(pd.read_csv(real.results / "data/cellavision/index.csv")) == 97


def test_a_finished_run_has_nothing_left_to_do(real):
    assert real.planned() == []


def test_a_dataset_that_was_not_placed_is_not_available_and_stops_nothing(real):
    text = (real.reports / "pages/datasets.md").read_text()
    assert "| LISC" in text and "not available" in text and "put LISC Database.zip" in text


def test_nucleus_seeded_thresholding_holds_across_stains_as_it_was_measured_to(runs):
    for pair in (("jtsc", "jtsc"), ("jtsc", "cellavision"), ("cellavision", "jtsc"), ("cellavision", "cellavision")):
        assert runs.loc[("thresholding", *pair), "iou"] > 0.7


def test_three_epochs_of_the_network_find_cells_of_its_own_stain_better_than_a_disc_in_the_middle(runs):
    assert runs.loc[("full", "jtsc", "jtsc"), "iou"] > runs.loc[("chance", "jtsc", "jtsc"), "iou"]


def test_the_oracle_is_perfect_and_every_method_scored_on_the_same_images(runs):
    assert (runs.loc["oracle", ["accuracy", "f1", "auc", "iou"]] == 1).all(axis=None)
    assert (runs.groupby(["trained_on", "tested_on"])["n_images"].nunique() == 1).all()


def test_ctrl_c_says_how_to_go_on_and_a_fit_does_after_its_last_epoch(real):
    assert (real.folder / "stopped.txt").read_text().splitlines()[-1] == GO_ON
    assert "going on after epoch" in (real.results / "logs/fit/jtsc/full/seed-0.log").read_text()
