from __future__ import annotations

from finished_run import FinishedRun
from matplotlib.figure import Figure

from sgcldff.reporting.figures.critical_difference import draw_critical_differences


def drawn(run: FinishedRun, *names: str) -> Figure:
    scenarios = [run.scenarios[name] for name in names]
    return draw_critical_differences(run.titles, scenarios, run.table("ranks"))


def test_a_diagram_a_scenario_and_metric_with_its_blocks(run):
    titles = [axes.get_title() for axes in drawn(run, "in_domain", "cross_stain").axes]
    assert titles[0] == "F1, in-domain (n = 9 blocks: 3 pairs of datasets × 3 seeds)"
    assert [title.split(" (")[0] for title in titles[1:]] == ["IoU, in-domain", "F1, cross-stain", "IoU, cross-stain"]


def test_scenarios_of_the_same_pairs_are_drawn_once(run):
    run.settings["scenarios"]["domain_shift"] = run.settings["scenarios"]["cross_stain"]
    titles = [axes.get_title().split(" (")[0] for axes in drawn(run, "cross_stain", "domain_shift").axes]
    assert titles == ["F1, cross-stain and domain-shift", "IoU, cross-stain and domain-shift"]


def test_methods_stand_with_their_rank_and_bars_join_the_groups(run):
    axes = drawn(run, "in_domain").axes[0]
    assert {"SG-CLDFF (1.00)", "UNet++ (3.00)"} <= {text.get_text() for text in axes.texts}
    bars = [line for line in axes.collections if line.get_linewidth()[0] == 4]
    assert [bar.get_segments()[0][:, 0].round(2).tolist() for bar in bars] == [[0.97, 2.03], [1.97, 3.03], [2.97, 4.03]]


def test_without_ranks_the_figure_says_so(run):
    run.change("ranks", lambda table: table.head(0))
    assert "not run" in {text.get_text() for text in drawn(run, "in_domain").axes[0].texts}
