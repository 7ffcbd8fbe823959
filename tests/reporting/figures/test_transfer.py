from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from sgcldff.reporting.figures.transfer import NOT_RUN, draw_transfer


def draw(run: FinishedRun, runs: pd.DataFrame | None = None) -> Figure:
    return draw_transfer(run.titles, "full", run.experiment, run.results.runs if runs is None else runs)


def cells(figure: Figure, panel: int) -> list[str]:
    return [text.get_text() for text in figure.axes[panel].texts]


def heat_maps(figure: Figure) -> list[Axes]:
    """The panels, without the colour bars."""
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def bars(figure: Figure) -> list[str]:
    return [axes.get_ylabel() for axes in figure.axes if axes.get_label() == "<colorbar>"]


def names(figure: Figure, panel: int) -> tuple[list[str], list[str]]:
    axes = figure.axes[panel]
    return tuple([text.get_text() for text in labels] for labels in (axes.get_yticklabels(), axes.get_xticklabels()))


def test_a_cell_is_the_mean_over_seeds_of_a_pair(run):
    runs = run.results.runs
    own = runs[(runs["method"] == "full") & (runs["trained_on"] == "bccd") & (runs["tested_on"] == "jtsc")]
    assert cells(draw(run), 0)[1] == f"{own['iou'].mean():.2f}"
    assert cells(draw(run), 1)[1] == f"{own['f1'].mean():.2f}"


def test_rows_and_columns_are_the_datasets_in_the_order_of_the_configuration(run):
    assert names(draw(run), 2) == (["BCCD", "JTSC", "CellaVision"],) * 2


def test_the_cells_of_the_own_test_subsets_are_framed(run):
    corners = [patch.get_xy() for patch in draw(run).axes[0].patches]
    assert corners == [(-0.5, -0.5), (0.5, 0.5), (1.5, 1.5)]


def test_the_difference_to_the_arm_of_a_hypothesis_is_in_points(run):
    figure, runs = draw(run), run.results.runs
    pair = runs[(runs["trained_on"] == "jtsc") & (runs["tested_on"] == "bccd")].groupby("method")["f1"].mean()
    assert figure.axes[3].get_title(loc="left") == "F1: points above “Without fusion”"
    assert cells(figure, 3)[3] == f"{100 * (pair['full'] - pair['no_fusion']):+.1f}".replace("-", "−")


def test_an_arm_that_was_not_run_has_no_panel(run):
    assert len(heat_maps(draw(run))) == 4  # no_alignment has no runs


def test_all_differences_share_one_symmetric_scale_that_holds_the_largest(run):
    runs = run.results.runs
    lost = (runs["method"] == "full") & (runs["trained_on"] == "jtsc") & (runs["tested_on"] == "bccd")
    runs = pd.concat([runs[~lost], runs[lost].assign(f1=0.0)])
    arm = runs[(runs["method"] == "no_fusion") & (runs["trained_on"] == "jtsc") & (runs["tested_on"] == "bccd")]
    scales = [axes.images[0].get_clim() for axes in heat_maps(draw(run, runs))]
    largest = 100 * arm["f1"].mean()
    assert scales[:2] == [(0, 1)] * 2 and scales[2] == scales[3] == pytest.approx((-largest, largest))


def test_scores_and_differences_have_a_colour_bar_each(run):
    assert bars(draw(run)) == ["score", "difference, points"]


def test_without_an_arm_there_is_no_bar_of_differences(run):
    runs = run.results.runs
    assert bars(draw(run, runs[runs["method"] == "full"])) == ["score"]


def test_a_pair_that_was_not_run_is_grey_and_empty(run):
    runs = run.results.runs
    figure = draw(run, runs[(runs["trained_on"] != "bccd") | (runs["tested_on"] != "jtsc")])
    assert len(cells(figure, 0)) == 8
    image = figure.axes[0].images[0]
    assert image.cmap(image.norm(image.get_array()))[0, 1] == pytest.approx(to_rgba(NOT_RUN))


def test_perturbed_images_are_no_column(run):
    runs = run.results.runs
    assert names(draw(run, pd.concat([runs, runs.assign(tested_on=runs["tested_on"] + "@hue")])), 2)[1] == [
        *("BCCD", "JTSC", "CellaVision"),
    ]


def test_a_pool_is_a_row_below_the_datasets(run):
    run.settings["pools"] = {"all": {"title": "all of them", "members": ["bccd", "jtsc"]}}
    runs = run.results.runs
    pooled = runs[runs["trained_on"] == "bccd"].assign(trained_on="all")
    assert names(draw(run, pd.concat([runs, pooled])), 2)[0] == ["BCCD", "JTSC", "CellaVision", "all of them"]


def test_one_dataset_is_one_cell(run):
    runs = run.results.runs
    figure = draw(run, runs[(runs["trained_on"] == "bccd") & (runs["tested_on"] == "bccd")])
    assert len(cells(figure, 0)) == 1


def test_without_runs_every_panel_says_so(run):
    figure = draw(run, run.results.runs.head(0))
    assert [cells(figure, panel) for panel in range(len(figure.axes))] == [["not run"]] * 2


def test_a_metric_without_a_score_says_so(run):
    figure = draw(run, run.results.runs.assign(iou=float("nan")))
    assert cells(figure, 0) == ["not run"] and len(cells(figure, 1)) == 9


def test_further_seeds_of_the_arms_count_in_the_differences_alone(run):
    runs = run.results.runs
    more = pd.concat([runs, runs[runs["method"] == "full"].assign(seed=99, iou=0.0)])
    assert cells(draw(run, more), 0) == cells(draw(run), 0)
    assert cells(draw(run, more), 2) != cells(draw(run), 2)
