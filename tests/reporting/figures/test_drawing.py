from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from sgcldff.reporting.figures.hypotheses import draw_hypotheses
from sgcldff.reporting.figures.iou_boxplots import MAX_DOTS, draw_iou_by_class, draw_iou_by_method
from sgcldff.reporting.figures.power import draw_power
from sgcldff.reporting.figures.style import save
from sgcldff.reporting.run import Material, read_material


@pytest.fixture
def material(experiment) -> Material:
    return read_material(experiment["settings"], experiment["runs"], experiment["statistics"])


def written(figure: Figure) -> str:
    return " ".join(text.get_text() for axes in figure.axes for text in axes.texts)


def test_a_method_without_runs_and_one_without_masks_say_so(material):
    scores = pd.DataFrame(columns=["tested_on", "method", "label", "value"])
    text = written(draw_iou_by_method(material, scores))
    assert "not run" in text and "no mask" in text


def test_a_box_shows_no_more_dots_than_can_be_told_apart(material):
    scores = pd.DataFrame({"tested_on": "bccd", "label": "monocyte", "value": [index / 1000 for index in range(1000)]})
    axes = draw_iou_by_class(material, "full", scores).axes[0]
    dots = [collection.get_offsets()[:, 1] for collection in axes.collections if len(collection.get_offsets())]
    assert len(dots[0]) == MAX_DOTS
    assert (dots[0].min(), dots[0].max()) == (0.0, 0.999)


def test_the_margin_is_drawn_where_the_claim_puts_it(material):
    axes = draw_hypotheses(material).axes[1]
    assert [1.5, 1.5] in [list(line.get_xdata()) for line in axes.lines]


def test_a_claim_that_was_not_tested_has_an_empty_panel_that_says_so(material):
    assert "not run" in written(draw_hypotheses(material))


def test_the_interval_with_new_images_is_drawn_where_there_is_one(material):
    axes = draw_hypotheses(material).axes[1]
    assert [pytest.approx(-0.9), pytest.approx(6.7)] in [list(line.get_xdata()) for line in axes.lines]


def test_a_hypothesis_on_redrawn_splits_has_its_corrected_interval_drawn(experiment):
    path = experiment["statistics"] / "hypotheses.csv"
    corrected = {"basis": "redrawn splits", "corrected_low": -8.0, "corrected_high": 9.0, "corrected_lower": -7.0}
    pd.read_csv(path).assign(**corrected).to_csv(path, index=False)
    material = read_material(experiment["settings"], experiment["runs"], experiment["statistics"])
    assert [-8.0, 9.0] in [list(line.get_xdata()) for line in draw_hypotheses(material).axes[1].lines]


def test_the_power_curve_marks_the_seeds_that_were_run_and_four_times_in_five(material):
    axes = draw_power(material).axes[1]
    lines = [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines]
    assert ([3], [pytest.approx(1 - 0.9**3)]) in lines
    assert any(y == [0.8, 0.8] for _, y in lines)


def test_a_hypothesis_without_runs_has_no_power_curve(material):
    assert "not run" in written(draw_power(material))


def test_the_same_figure_gives_the_same_bytes(material, tmp_path):
    for folder in ("one", "two"):
        save(draw_hypotheses(material), tmp_path / folder, "hypotheses")
    for kind in ("png", "svg"):
        assert (tmp_path / f"one/hypotheses.{kind}").read_bytes() == (tmp_path / f"two/hypotheses.{kind}").read_bytes()
