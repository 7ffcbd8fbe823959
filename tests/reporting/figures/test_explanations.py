from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sgcldff.reporting.figures.explanations import COLUMNS, draw_explanations, read_explanations
from sgcldff.reporting.figures.style import MARK
from sgcldff.reporting.sections.explanations import read_explained

ROWS = 5  # rules


@pytest.fixture
def facts(run: FinishedRun) -> pd.DataFrame:
    return read_explained(run.files.explained)


def draw(run: FinishedRun, facts: pd.DataFrame) -> Figure:
    maps = {name: read_explanations(file) for name, file in run.files.explanations.items()}
    return draw_explanations(run.titles, "full", maps, facts)


def labels(figure: Figure) -> list[str]:
    """What stands in the first column."""
    first = figure.axes[:-1:COLUMNS]  # the last is the colour bar
    return [" ".join(axes.texts[0].get_text().split()) for axes in first]


def test_each_rule_of_each_dataset_has_a_row_with_its_image_class_probability_and_iou(run, facts):
    found = labels(draw(run, facts))
    assert len(found) == ROWS * 3
    assert found[0] == "IoU nearest the median 000 neutrophil (0.80) IoU 0.68"
    assert found[2] == "highest probability of a wrong class 001 lymphocyte → monocyte (0.70) IoU 0.60"


def test_a_rule_that_no_image_meets_says_so_and_one_whose_images_stand_above_too(run, facts):
    found = labels(draw(run, facts))
    assert found[3] == "lowest IoU of a cell at the border: none of 12 test images meets the rule"
    assert found[1] == "lowest IoU: shown above: all 12 that meet the rule"


def test_what_was_named_wrongly_is_red(run, facts):
    figure = draw(run, facts)
    colours = [to_hex(figure.axes[COLUMNS * row].texts[0].get_color()) for row in (0, 2)]
    assert colours[0] != MARK == colours[1]


def test_the_columns_stand_in_one_order_and_each_dataset_begins_with_its_title(run, facts):
    axes = draw(run, facts).axes
    headings = [each.get_title() for each in axes[1:COLUMNS]]
    assert headings == ["image", "annotated", "prior A", "saliency S", "Grad-CAM", "predicted"]
    assert [axes[COLUMNS * ROWS * place].get_title(loc="left") for place in range(3)] == ["BCCD", "JTSC", "CellaVision"]


def test_the_maps_share_one_scale(run, facts):
    axes = draw(run, facts).axes
    assert {each.images[0].get_clim() for each in axes[3:6]} == {(0, 1)}


def test_a_dataset_whose_images_are_elsewhere_has_no_row(run, facts):
    here = {name: file for name, file in run.files.explanations.items() if name != "jtsc"}
    assert len(labels(draw(run.with_files(explanations=here), facts))) == ROWS * 2


@pytest.mark.parametrize("left", ["facts", "maps"])
def test_where_no_image_can_be_shown_the_figure_says_so(run, facts, left):
    run = run.with_files(explanations={}) if left == "facts" else run
    (axes,) = draw(run, facts if left == "facts" else facts.head(0)).axes
    assert axes.texts[0].get_text() == "no image: the fits failed, or their weights are on another machine"
