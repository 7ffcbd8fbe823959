from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from finished_run import FinishedRun
from finished_run.configuration import method
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.cost_quality import draw_cost_quality
from sgcldff.reporting.figures.style import save
from sgcldff.reporting.results import Results
from sgcldff.tables.costs import METHOD_COSTS

SPENT = {"full": 2e8, "no_fusion": 1.5e8, "unetpp": 9e8, "thresholding": math.nan, "oracle": math.nan}


def costs(spent: dict[str, float]) -> pd.DataFrame:
    rows = [{"method": method, "multiply_adds": each} for method, each in spent.items()]
    return pd.DataFrame(rows, columns=list(METHOD_COSTS))


def draw(run: FinishedRun, spent: dict[str, float] = SPENT) -> Figure:
    return draw_cost_quality(run.experiment, run.titles, run.methods, "in_domain", run.results, costs(spent))


def points(axes: Axes) -> list[tuple[float, float]]:
    dots = [line for line in axes.lines if line.get_marker() in ("*", "o", "s", "^", "D")]
    return [(round(float(line.get_xdata()[0]), 1), round(float(line.get_ydata()[0]), 3)) for line in dots]


def numbers(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text().isdigit()]


def test_a_point_is_the_cost_of_a_method_and_its_mean_in_domain(run):
    summary = run.table("summary").set_index(["scenario", "pair", "method", "metric"])["mean"]
    f1, iou = draw(run).axes
    assert (2e8, round(summary["in_domain", "", "full", "f1"], 3)) in points(f1)
    assert (9e8, round(summary["in_domain", "", "unetpp", "iou"], 3)) in points(iou)


def test_the_bars_are_the_sd_over_seeds(run):
    sd = run.table("summary").set_index(["scenario", "pair", "method", "metric"])["sd"]["in_domain", "", "full", "f1"]
    (ends,) = draw(run).axes[0].collections[0].get_segments()
    assert ends[1][1] - ends[0][1] == pytest.approx(2 * sd)


def test_the_numbers_are_those_of_the_legend_in_the_order_of_the_tables(run):
    figure = draw(run)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["1  SG-CLDFF", "2  Without fusion", "3  Thresholding", "4  UNet++", "5  Control: oracle"]
    assert [numbers(axes) for axes in figure.axes] == [["1", "2", "3", "4", "5"]] * 2


def test_a_method_with_nothing_to_count_stands_left_of_all_others(run):
    f1, _ = draw(run).axes
    places = sorted(x for x, _ in points(f1))
    assert places[0] == places[1] < 1.5e8 and "none counted" in [text.get_text() for text in f1.texts]


def test_a_method_that_predicts_with_the_fit_of_another_is_left_out(run):
    run.settings["methods"]["unetpp"] |= {"role": "shift", "base": "no_fusion", "at_test": "adabn"}
    figure = draw(run)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["1  SG-CLDFF", "2  Without fusion", "3  Thresholding", "4  Control: oracle"]
    assert [len(points(axes)) for axes in figure.axes] == [4, 4]


def test_a_shift_control_with_a_fit_of_its_own_is_shown(run):
    run.settings["methods"]["unetpp"] |= {"role": "shift", "base": "no_fusion"}
    assert "UNet++" in draw(run).legends[0].get_texts()[3].get_text()


def test_where_every_method_is_counted_there_is_no_strip(run):
    f1, _ = draw(run, {"full": 2e8, "unetpp": 9e8}).axes
    assert len(points(f1)) == 2 and "none counted" not in [text.get_text() for text in f1.texts]


def test_where_no_method_is_counted_all_stand_in_the_strip(run):
    f1, _ = draw(run, {"thresholding": math.nan, "oracle": math.nan}).axes
    assert len({x for x, _ in points(f1)}) == 1 and len(points(f1)) == 2


def test_one_seed_has_no_bar(run):
    run.change("summary", lambda summary: summary.assign(sd=np.nan))
    assert not any(len(collection.get_segments()) for collection in draw(run).axes[0].collections)


def test_a_method_without_a_score_in_one_panel_is_in_the_other(run):
    lost = run.table("summary")
    lost.loc[(lost["method"] == "unetpp") & (lost["metric"] == "f1"), "mean"] = np.nan
    results = Results(run.results.runs, lost)
    f1, iou = draw_cost_quality(run.experiment, run.titles, run.methods, "in_domain", results, costs(SPENT)).axes
    assert numbers(f1) == ["1", "2", "3", "5"] and numbers(iou) == ["1", "2", "3", "4", "5"]


def test_no_two_numbers_of_thirty_methods_that_score_alike_overlap(run, tmp_path):
    many = {f"b{number}": method(f"Baseline {number}", "baseline") for number in range(25)}
    run.settings["methods"] |= many
    summary = run.table("summary")
    unetpp = summary[summary["method"] == "unetpp"]
    spread = np.random.default_rng(0)
    others = [unetpp.assign(method=name, mean=unetpp["mean"] - 0.1 * spread.random()) for name in many]
    results = Results(run.results.runs, pd.concat([summary, *others]))
    spent = SPENT | {name: 10 ** (8 + spread.random()) for name in many}
    figure = draw_cost_quality(run.experiment, run.titles, run.methods, "in_domain", results, costs(spent))
    save(figure, tmp_path / "cost.svg", tmp_path / "cost.png")
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text().isdigit()]
    assert len(boxes) == 30
    overlaps = [one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place]]
    assert not any(overlaps)


def test_the_numbers_stand_in_the_same_places_on_a_busy_machine(run, monkeypatch):
    def places() -> list[tuple[float, float]]:
        return [text.get_position() for axes in draw(run, dict.fromkeys(SPENT, 2e8)).axes for text in axes.texts]

    idle = places()
    monkeypatch.setattr("adjustText.timer", itertools.count(0, 10).__next__)  # seconds: ten pass at each look
    assert places() == idle


def test_without_a_method_the_panels_say_so(run):
    figure = draw(run, {})
    assert [text.get_text() for axes in figure.axes for text in axes.texts] == ["not run"] * 2 and not figure.legends


def test_the_same_figure_gives_the_same_bytes(run, tmp_path):
    for folder in ("one", "two"):
        save(draw(run), tmp_path / folder / "cost.svg", tmp_path / folder / "cost.png")
    for kind in ("png", "svg"):
        assert (tmp_path / f"one/cost.{kind}").read_bytes() == (tmp_path / f"two/cost.{kind}").read_bytes()
