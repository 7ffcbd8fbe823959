from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from finished_run import FinishedRun
from finished_run.configuration import method
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sgcldff.reporting.figures.robustness import draw_robustness
from sgcldff.reporting.figures.style import FAINT, save
from sgcldff.tables.read import read_table
from sgcldff.tables.robustness import ROBUSTNESS


def draw(run: FinishedRun, curves: pd.DataFrame) -> Figure:
    return draw_robustness(run.titles, run.methods, run.experiment.axes(), curves)


def drawn(axes) -> list[list[float]]:
    return [[round(float(y), 3) for y in line.get_ydata()] for line in axes.lines]


def test_each_axis_and_metric_has_a_panel_with_a_curve_a_method(stain_shifted, curves):
    figure = draw(stain_shifted, curves)
    titles = [(axes.get_ylabel(), axes.get_title(loc="left")) for axes in figure.axes]
    assert titles == [(m, f"{a} of the stain") for a in ("hue", "concentration") for m in ("F1", "IoU")]
    assert [0.93, 0.9, 0.73] in drawn(figure.axes[0]) and [0.9, 0.87, 0.7] in drawn(figure.axes[0])


def test_levels_are_shown_in_their_own_unit(stain_shifted, curves):
    figure = draw(stain_shifted, curves)
    labels = [[text.get_text() for text in axes.get_xticklabels()] for axes in figure.axes]
    assert labels[0] == ["none", "15", "30"] and labels[2][1] == "1.41"


def test_the_band_is_the_references_interval(stain_shifted, curves):
    (band,) = draw(stain_shifted, curves).axes[0].collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((0.7, 0.96))


def test_every_method_of_both_tasks_is_in_the_legend_and_the_reference_is_the_boldest(stain_shifted, curves):
    (legend,) = draw(stain_shifted, curves).legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == [
        "SG-CLDFF",
        "Without fusion",
        "UNet++",
        "Control: oracle",
        "Control: chance",
    ]  # Thresholding: no class
    widths = [line.get_linewidth() for line in legend.get_lines()]
    assert widths[0] > 2 * max(widths[1:])


def test_no_two_of_the_methods_look_the_same_and_controls_are_grey(stain_shifted, curves):
    many = {f"b{number}": method(f"B{number}", "baseline") for number in range(16)}
    stain_shifted.settings["methods"] |= many
    unetpp = curves[curves["method"] == "unetpp"]
    curves = pd.concat([curves, *(unetpp.assign(method=name) for name in many)])
    (legend,) = draw(stain_shifted, curves).legends
    looks = [(to_hex(line.get_color()), line.get_linestyle()) for line in legend.get_lines()]
    assert len(looks) == 21 and len(set(looks)) == 21
    assert {to_hex(line.get_color()) for line in legend.get_lines()[-2:]} == {FAINT}


def test_a_control_below_the_panel_is_named_there(stain_shifted, curves):
    chance = curves["method"] == "chance"
    curves.loc[chance, "mean"] = np.where(curves.loc[chance, "metric"] == "f1", 0.1, 0.9)
    first, second = draw(stain_shifted, curves).axes[:2]
    assert [text.get_text() for text in first.texts] == ["below: Control: chance"]
    assert first.get_ylim()[0] > 0.5 and not second.texts


def test_a_level_without_a_score_leaves_a_gap(stain_shifted, curves):
    far = (curves["method"] == "unetpp") & (curves["metric"] == "f1") & (curves["level"] == 1)
    curves.loc[far, "mean"] = np.nan
    assert any(line and np.isnan(line[-1]) for line in drawn(draw(stain_shifted, curves).axes[0]))


def test_an_axis_that_was_not_run_says_so(stain_shifted, curves):
    figure = draw(stain_shifted, curves[curves["axis"] == "hue"])
    assert [text.get_text() for text in figure.axes[2].texts] == ["not run"]


def test_without_an_axis_the_figure_says_so(stain_shifted, curves):
    stain_shifted.settings["scenarios"] = {"in_domain": [["bccd", "bccd"]]}
    (axes,) = draw(stain_shifted, curves.head(0)).axes
    assert [text.get_text() for text in axes.texts] == ["no perturbation in the configuration"]


def test_the_same_figure_gives_the_same_bytes(stain_shifted, curves, tmp_path):
    for folder in ("one", "two"):
        save(draw(stain_shifted, curves), tmp_path / folder / "robustness.svg", tmp_path / folder / "robustness.png")
    for kind in ("png", "svg"):
        assert (tmp_path / f"one/robustness.{kind}").read_bytes() == (tmp_path / f"two/robustness.{kind}").read_bytes()


def test_a_table_without_rows_is_drawn_as_not_run(stain_shifted, curves, tmp_path):
    curves.head(0).to_csv(tmp_path / "robustness.csv", index=False)
    figure = draw(stain_shifted, read_table(tmp_path / "robustness.csv", ROBUSTNESS))
    assert [text.get_text() for axes in figure.axes for text in axes.texts] == ["not run"] * 4 and not figure.legends
