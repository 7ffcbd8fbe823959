from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sgcldff.reporting.figures.attention import draw_attention
from sgcldff.reporting.figures.style import FAINT


@pytest.fixture
def table(run: FinishedRun) -> pd.DataFrame:
    return run.table("attention")


def draw(run: FinishedRun, table: pd.DataFrame) -> Figure:
    return draw_attention(run.titles, run.methods, table)


def widths(axes) -> list[float]:
    return [round(bar.get_width(), 3) for bar in axes.patches]


def test_each_map_has_a_panel_with_a_bar_a_method_trained_and_untrained(run, table):
    saliency, grad_cam = draw(run, table).axes
    assert saliency.get_title(loc="left") == "saliency map S" and widths(saliency) == [0.3, 0.4, 0.7, 0.7]
    assert widths(grad_cam) == [0.3, 0.4, 0.6, 0.7, 0.7, 0.7]
    assert {to_hex(bar.get_facecolor()) for bar in grad_cam.patches[3:]} == {FAINT}


def test_a_network_without_s_says_so(run, table):
    saliency, grad_cam = draw(run, table).axes
    assert [text.get_text() for text in saliency.texts] == ["no map"] and not grad_cam.texts


def test_the_intervals_are_those_of_the_table_within_the_scale(run, table):
    table.loc[table["method"] == "unetpp", ["ci_low", "ci_high"]] = [-0.2, 1.4]
    _, grad_cam = draw(run, table).axes
    ends = [tuple(round(float(x), 3) for x in path.vertices[:, 0]) for path in grad_cam.collections[0].get_paths()]
    assert ends == [(0.25, 0.35), (0.35, 0.45), (0.0, 1.0)]


def test_the_dashed_line_is_a_uniform_map(run, table):
    for axes in draw(run, table).axes:
        (line,) = [line for line in axes.lines if line.get_linestyle() == "--"]
        assert line.get_xdata()[0] == pytest.approx(0.75)


def test_without_measures_the_figure_says_so(run, table):
    assert [text.get_text() for axes in draw(run, table.head(0)).axes for text in axes.texts] == ["not measured"] * 2
