from __future__ import annotations

import pytest
from finished_run import FinishedRun
from matplotlib.figure import Figure

from sgcldff.reporting.figures.critical_difference import draw_critical_difference, draw_critical_differences
from sgcldff.reporting.figures.style import FAINT, INK


def drawn(run: FinishedRun, *names: str) -> Figure:
    scenarios = [run.scenarios[name] for name in names]
    return draw_critical_differences(run.titles, run.methods, scenarios, run.table("ranks"))


def test_a_panel_a_metric_and_scenario_with_its_pairs_and_seeds(run):
    titles = [axes.get_title() for axes in drawn(run, "in_domain", "cross_stain").axes]
    assert titles[0] == "F1, in-domain\nn = 3 pairs × 3 seeds"
    assert [title.split("\n")[0] for title in titles[1:]] == ["F1, cross-stain", "IoU, in-domain", "IoU, cross-stain"]


def test_scenarios_of_the_same_pairs_are_drawn_once(run):
    run.settings["scenarios"]["domain_shift"] = run.settings["scenarios"]["cross_stain"]
    titles = [axes.get_title().split("\n")[0] for axes in drawn(run, "cross_stain", "domain_shift").axes]
    assert titles == ["F1, cross-stain and domain-shift", "IoU, cross-stain and domain-shift"]


def test_a_method_that_nemenyi_tells_from_the_best_is_grey_and_the_others_black(run):
    figure = draw_critical_difference("Ranks", ["A", "B", "C", "D"], [1.0, 2.5, 3.1, 4.0], 2.0)
    colours = {text.get_text(): text.get_color() for text in figure.axes[0].texts}
    assert colours == {"1.0": INK, "2.5": INK, "3.1": FAINT, "4.0": FAINT}


def test_the_interval_of_a_method_is_as_long_as_the_critical_difference(run):
    axes = draw_critical_difference("Ranks", ["A", "B"], [1.0, 2.0], 1.2).axes[0]
    (first, second) = (bars.get_segments()[0][:, 0] for bars in axes.collections)
    assert first.tolist() == pytest.approx([0.4, 1.6]) and second.tolist() == pytest.approx([1.4, 2.6])


def test_without_ranks_the_figure_says_so(run):
    run.change("ranks", lambda table: table.head(0))
    assert "not run" in {text.get_text() for text in drawn(run, "in_domain").axes[0].texts}
