from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun, statistics_tables
from matplotlib.figure import Figure

from sgcldff.reporting.figures.confusion import draw_confusion
from sgcldff.reporting.figures.hypotheses import draw_hypotheses
from sgcldff.reporting.figures.iou_boxplots import MAX_DOTS, draw_iou_by_class, draw_iou_by_method
from sgcldff.reporting.figures.power import draw_power
from sgcldff.reporting.figures.reliability import draw_reliability, reliability_points
from sgcldff.reporting.figures.roc import draw_roc, roc_points
from sgcldff.reporting.figures.style import class_colours, save
from sgcldff.reporting.results import Value


def hypotheses(run: FinishedRun) -> Figure:
    return draw_hypotheses(run.titles, run.experiment.hypotheses, run.table("hypotheses"))


def power(run: FinishedRun) -> Figure:
    return draw_power(run.titles, run.experiment.hypotheses, run.table("hypotheses"), run.table("power"))


def lines(figure: Figure, panel: int) -> list[list[float]]:
    """The horizontal ends of every line of a panel."""
    return [list(line.get_xdata()) for line in figure.axes[panel].lines]


def written(figure: Figure) -> str:
    return " ".join(text.get_text() for axes in figure.axes for text in axes.texts)


def test_a_method_without_runs_on_a_dataset_and_one_without_masks_say_so_and_one_without_any_run_is_left_out(run):
    scores = pd.DataFrame(columns=["tested_on", "method", "label", "value"])
    figure = draw_iou_by_method(run.titles, run.methods, ["bccd"], scores, {("full", "bccd"), ("unetpp", "jtsc")})
    assert written(figure) == "no mask not run"
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["SG-CLDFF", "UNet++"]


def test_boxes_of_methods_set_the_axis_and_images_below_it_and_controls_are_told(run):
    of_full = pd.DataFrame({"method": "full", "value": [0.1, 0.2, *[0.9] * 10, *[0.95] * 10]})
    of_chance = pd.DataFrame({"method": "chance", "value": [0.0, 0.02, 0.5]})
    scores = pd.concat([of_full, of_chance]).assign(tested_on="bccd", label="monocyte")
    (axes,) = draw_iou_by_method(run.titles, run.methods, ["bccd"], scores, {("full", "bccd"), ("chance", "bccd")}).axes
    assert [text.get_text() for text in axes.texts] == ["‹2", "median 0.02"]
    assert 0.85 < axes.get_xlim()[0] < 0.9
    assert axes.get_title() == "BCCD (n = 22)"


def test_a_box_shows_no_more_dots_than_can_be_told_apart(run):
    scores = pd.DataFrame({"tested_on": "bccd", "label": "monocyte", "value": [index / 1000 for index in range(1000)]})
    classes = run.experiment.classes("bccd")
    figure = draw_iou_by_class(run.titles, "full", {"bccd": classes}, class_colours(classes), scores, (), {}, "0.82")
    axes = figure.axes[0]
    dots = [collection.get_offsets()[:, 1] for collection in axes.collections if len(collection.get_offsets())]
    assert len(dots[0]) == MAX_DOTS
    assert (dots[0].min(), dots[0].max()) == (0.0, 0.999)


def test_a_class_has_the_paper_s_value_beside_its_own_where_one_is_printed(run):
    classes, colours = {"here": ["a", "b"]}, class_colours(["a", "b"])
    scores = pd.DataFrame({"tested_on": "here", "label": ["a", "b"], "value": [0.5, 0.6]})
    boxes = draw_iou_by_class(run.titles, "full", classes, colours, scores, (), {"a": "0.80"}, "0.82").axes[0]
    assert [label.get_text() for label in boxes.get_xticklabels()] == ["a\nn = 1\npaper 0.80", "b\nn = 1"]
    frame = pd.DataFrame({"tested_on": "here", "label": ["a", "b"], "p_a": [0.9, 0.2], "p_b": [0.1, 0.8], "seed": 0})
    points = roc_points(frame, ["a", "b"])
    curves = draw_roc(run.titles, "full", classes, colours, points, {"a": "0.80"}).axes[0]
    legend = [text.get_text() for text in curves.get_legend().get_texts()]
    assert legend[:2] == ["a: AUC 1.000 ± — (n = 1, paper 0.80)", "b: AUC 1.000 ± — (n = 1)"]


def test_the_margin_is_drawn_where_the_claim_puts_it(run):
    assert [1.5, 1.5] in lines(hypotheses(run), 1)


def test_a_verdict_in_the_figure_stands_with_its_bound_and_fragile(run):
    text = written(hypotheses(run))
    assert "holds\nat least +1.65 (one-sided 95%)" in text
    beside = "at least +1.40 (one-sided 95%)\nfragile: sign flips one-sided p = 0.25"
    assert f"a gain is shown, but not of 1.5 points\n{beside}" in text


def test_the_seeds_that_would_decide_stand_in_the_figure_with_their_interval(run):
    assert "12 (4 to > 100,000) seeds decide" in written(power(run))


def test_a_claim_that_was_not_tested_has_an_empty_panel_that_says_so(run):
    assert "not run" in written(hypotheses(run))


def test_the_interval_with_new_images_is_drawn_where_there_is_one(run):
    assert [pytest.approx(-0.9), pytest.approx(6.7)] in lines(hypotheses(run), 1)


def test_a_hypothesis_on_redrawn_splits_has_its_corrected_interval_and_bounds_drawn(run):
    run.change("hypotheses", statistics_tables.on_redrawn_splits)
    drawn = lines(hypotheses(run), 1)
    # The first row of the fixture: +2.9, plain interval +1.1 to +4.7, corrected −8 to +9, bounds −7 and +8.
    assert [-8.0, 9.0] in drawn and [-7.0] in drawn and [8.0] in drawn
    assert [1.1, 4.7] not in drawn and [1.65] not in drawn and [4.15] not in drawn


def test_the_power_curve_marks_the_seeds_that_were_run_and_four_times_in_five(run):
    axes = power(run).axes[1]
    drawn = [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines]
    assert ([3], [pytest.approx(1 - 0.9**3)]) in drawn
    assert any(y == [0.8, 0.8] for _, y in drawn)


def test_a_hypothesis_without_runs_has_no_power_curve(run):
    assert "not run" in written(power(run))


def test_a_confusion_matrix_adds_the_seeds_up_and_shares_each_true_class_out(run):
    keys = {"trained_on": "here", "tested_on": "here", "method": "full"}
    counts = [("a", "a", 0, 3), ("a", "b", 0, 1), ("a", "a", 1, 2), ("b", "b", 1, 4)]
    rows = [keys | {"truth": t, "predicted": p, "seed": s, "count": n} for t, p, s, n in counts]
    figure = draw_confusion(run.titles, "full", {"here": ["a", "b"]}, pd.DataFrame(rows))
    assert written(figure) == "5\n83% 1\n17% 0\n0% 4\n100%"


def test_a_class_without_an_image_has_no_share(run):
    row = {"trained_on": "here", "tested_on": "here", "method": "full", "truth": "a", "predicted": "a", "seed": 0}
    figure = draw_confusion(run.titles, "full", {"here": ["a", "b"]}, pd.DataFrame([row | {"count": 3}]))
    assert written(figure) == "3\n100% 0\n0% – –"


def test_a_dataset_that_was_not_run_says_so_in_both_new_figures(run):
    confusion = pd.DataFrame(columns=["trained_on", "tested_on", "method", "truth", "predicted", "count"])
    assert written(draw_confusion(run.titles, "full", {"here": ["a"]}, confusion)) == "not run"
    points = reliability_points(pd.DataFrame(columns=["tested_on", "label"]))
    assert written(draw_reliability(run.titles, "full", ["here"], points, {"here": Value()})) == "not run"


def test_the_reliability_diagram_has_the_error_over_the_seeds_and_its_images(run):
    frame = pd.DataFrame({"tested_on": "here", "label": ["a", "b"], "p_a": [0.9, 0.2], "p_b": [0.1, 0.8]})
    errors = {"here": Value(0.123, 0.01, 3, 2)}
    figure = draw_reliability(run.titles, "full", ["here"], reliability_points(frame), errors)
    assert figure.axes[0].get_title() == "here\nECE 0.123 ± 0.010 (n = 2)"


def test_the_same_figure_gives_the_same_bytes(run, tmp_path):
    for folder in ("one", "two"):
        save(hypotheses(run), tmp_path / folder / "hypotheses.svg", tmp_path / folder / "hypotheses.png")
    for kind in ("png", "svg"):
        assert (tmp_path / f"one/hypotheses.{kind}").read_bytes() == (tmp_path / f"two/hypotheses.{kind}").read_bytes()


def test_panels_lie_at_round_places_whatever_order_the_solver_of_the_layout_took(run, tmp_path):
    figure = hypotheses(run)
    save(figure, tmp_path / "hypotheses.svg", tmp_path / "hypotheses.png")
    places = [axes.get_position(original=True).extents for axes in figure.axes]
    assert all((place == place.round(6)).all() for place in places)
