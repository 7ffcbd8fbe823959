from __future__ import annotations

import json

import pandas as pd
import pytest
from finished_run import FinishedRun
from matplotlib.axes import Axes

from sgcldff.errors import InputError
from sgcldff.reporting.figures.training_curves import draw_training_curves, training_curves

DATASETS = ["bccd", "jtsc", "cellavision"]


def records(run: FinishedRun) -> list[dict]:
    return [json.loads(file.read_text()) for file in run.files.fits]


@pytest.fixture
def curves(run: FinishedRun) -> pd.DataFrame:
    return training_curves(records(run), run.files.histories)


def panels(run: FinishedRun, curves: pd.DataFrame, *roles: str) -> dict[str, Axes]:
    """Title -> panel."""
    methods = [method for method in run.methods if method.role in roles]
    figure = draw_training_curves(run.titles, "Training", methods, DATASETS, curves)
    return {axes.get_title(loc="left").rstrip(): axes for axes in figure.axes}


def test_every_fit_with_epochs_has_a_row_an_epoch_with_the_sum_of_its_losses(run, curves):
    assert set(curves["method"]) == {"full", "no_fusion", "unetpp"} and len(curves) == 3 * 3 * 3 * 20
    first = curves.iloc[0]
    assert (first["epoch"], first["loss"], first["validation_f1"]) == (1, 2.0, 0.2)


def test_the_kept_epoch_is_the_best_and_a_fit_that_levelled_off_is_flat(curves):
    assert set(curves.loc[curves["best"] == 1, "epoch"]) == {11} and (curves["best"] == 1).sum() == 27
    assert not curves["rises_to_the_end"].any()


def test_a_method_has_a_row_of_panels_and_a_seed_a_line_of_each_curve(run, curves):
    found = panels(run, curves, "reference", "ablation")
    assert [name.splitlines()[0] for name in found] == ["SG-CLDFF"] * 3 + ["Without fusion"] * 3
    lines = [line for line in found["SG-CLDFF\nBCCD (n = 3)"].lines if len(line.get_xdata()) == 20]
    assert len(lines) == 3 * 3


def test_the_loss_is_drawn_as_a_share_of_the_first_epoch(run, curves):
    lines = panels(run, curves, "reference")["SG-CLDFF\nJTSC (n = 3)"].lines
    (loss,) = {tuple(line.get_ydata()[[0, -1]]) for line in lines if line.get_linestyle() == ":"}
    assert loss == (1.0, 0.375)


def test_the_panel_says_how_many_fits_were_still_getting_better(run, curves):
    assert panels(run, curves, "reference")["SG-CLDFF\nJTSC (n = 3)"].get_title(loc="right") == ""
    rising = (curves["method"] == "full") & (curves["trained_on"] == "jtsc") & (curves["seed"] < 2)
    curves.loc[rising, "rises_to_the_end"] = 1
    assert panels(run, curves, "reference")["SG-CLDFF\nJTSC (n = 3)"].get_title(loc="right") == "not flat: 2 of 3"


@pytest.mark.parametrize(("datasets", "below"), [(DATASETS[:2], False), (DATASETS, True)])
def test_how_many_were_still_getting_better_is_right_of_the_title_or_below_where_panels_are_narrow(
    run, curves, datasets, below
):
    rising = curves.assign(rises_to_the_end=1)
    axes = draw_training_curves(run.titles, "Training", run.methods[:1], datasets, rising).axes[0]
    axes.figure.draw_without_rendering()
    assert axes._right_title.get_window_extent().y0 >= axes.get_window_extent().y1  # over no line
    assert axes.get_title(loc="left").endswith("\n") == below


def test_a_dataset_without_fits_says_so(run, curves):
    found = panels(run, curves[curves["trained_on"] != "jtsc"], "reference")
    assert [text.get_text() for text in found["SG-CLDFF\nJTSC (n = 0)"].texts] == ["not run"]


def test_where_nothing_has_epochs_the_figure_says_so(run, curves):
    (axes,) = panels(run, curves, "control").values()
    assert [text.get_text() for text in axes.texts] == ["no such fit has epochs"]


def test_a_damaged_history_is_named(run, tmp_path):
    damaged = tmp_path / "history.csv"
    damaged.write_text("nothing\n1\n")
    with pytest.raises(InputError, match=r"history\.csv lacks the columns epoch"):
        training_curves(records(run)[:1], [damaged])
