from __future__ import annotations

import math

import pandas as pd
import pytest
from finished_run import FinishedRun
from finished_run.configuration import method
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.comparisons import draw_comparisons
from sgcldff.reporting.scenarios import reported_scenarios

SCENARIOS = ("in_domain", "cross_stain", "domain_shift")


@pytest.fixture
def table(run: FinishedRun) -> pd.DataFrame:
    return run.table("comparisons")


def draw(run: FinishedRun, table: pd.DataFrame) -> Figure:
    scenarios = [scenario for name, scenario in reported_scenarios(run.experiment).items() if name in SCENARIOS]
    return draw_comparisons(run.titles, run.methods, "full", scenarios, run.experiment.hypotheses, table)


def names(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].get_yticklabels()]


def ends(axes: Axes) -> list[list[float]]:
    return [[round(float(x), 2) for x in line.get_xdata()] for line in axes.lines]


def test_each_method_that_was_compared_has_a_row_in_the_order_of_the_tables(run, table):
    compared = ["Without fusion", "Thresholding", "UNet++", "Control: oracle", "Control: chance"]
    assert names(draw(run, table)) == compared


def test_the_interval_is_that_of_the_deciding_test(run, table):
    iou, _ = draw(run, table).axes
    row = table[(table["metric"] == "iou") & (table["against"] == "unetpp")].set_index(["scenario", "pair"])
    plain, corrected = row.loc[("cross_stain", "")], row.loc[("in_domain", "")]
    assert [round(plain["ci_low"], 2), round(plain["ci_high"], 2)] in ends(iou)
    assert [round(corrected["corrected_low"], 2), round(corrected["corrected_high"], 2)] in ends(iou)


def test_the_margin_and_the_mark_of_a_primary_endpoint_stand_in_its_row_alone(run, table):
    iou, f1 = draw(run, table).axes
    assert [1.5, 1.5] in ends(f1) and [1.5, 1.5] not in ends(iou)
    outlined = [line for line in f1.lines if line.get_markeredgewidth() == 1.4]
    assert [(line.get_marker(), line.get_xdata()[0]) for line in outlined] == [("^", 3.2)]


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_scenarios_of_the_same_pairs_are_one_entry_that_keeps_the_primary_endpoint_of_each(run, table):
    assert legend(draw(run, table))[:3] == ["in-domain", "cross-stain", "domain-shift"]
    run.settings["scenarios"]["domain_shift"] = run.settings["scenarios"]["cross_stain"][::-1]
    run.settings["hypotheses"]["alignment"]["against"] = "unetpp"
    figure = draw(run, table)
    assert legend(figure)[:2] == ["in-domain", "cross-stain = domain-shift"]
    for axes, margin, row in zip(figure.axes, (2.0, 1.5), (2, 0), strict=True):  # IoU across stains, F1 under shift
        outlined = [line for line in axes.lines if line.get_markeredgewidth() == 1.4]
        assert [(line.get_marker(), round(float(line.get_ydata()[0]))) for line in outlined] == [("s", row)]
        assert [margin, margin] in ends(axes)
        assert not [line for line in axes.lines if line.get_marker() == "^"]


def test_a_long_name_is_wrapped_and_its_row_is_as_high_as_its_lines(run, table):
    before = draw(run, table).get_figheight()
    run.settings["methods"]["unetpp"]["title"] = "A network " * 12
    figure = draw(run, table)
    lines = names(figure)[2].splitlines()
    assert len(lines) == 4 and max(map(len, lines)) <= 32 and figure.get_figheight() > before


def test_the_names_of_the_axes_do_not_touch(run, table):
    figure = draw(run, table)
    figure.draw_without_rendering()
    left, right = (axes.xaxis.label.get_window_extent() for axes in figure.axes)
    assert left.x1 + 10 < right.x0


def test_a_hypothesis_that_less_is_better_has_its_margin_below_nothing(run, table):
    run.settings["hypotheses"]["fusion"]["direction"] = "less"
    assert [-1.5, -1.5] in ends(draw(run, table).axes[1])


def test_an_interval_that_goes_on_beyond_the_scale_ends_in_an_arrowhead(run, table):
    wide = (table["against"] == "unetpp") & (table["scenario"] == "cross_stain")
    table.loc[wide, ["ci_low", "ci_high"]] = [-900.0, 900.0]
    axes = draw(run, table).axes[0]
    left, right = axes.get_xlim()
    heads = {(line.get_marker(), line.get_xdata()[0]) for line in axes.lines if line.get_marker() in "<>"}
    assert heads == {("<", left), (">", right)} and right - left < 100


def test_a_control_far_from_the_methods_is_a_number_at_the_edge(run, table):
    table.loc[table["against"] == "chance", "mean"] = 60.0
    axes = draw(run, table).axes[0]
    assert [text.get_text() for text in axes.texts].count("+60 →") == 3 and axes.get_xlim()[1] < 60


def test_thirty_methods_have_a_row_each_on_less_than_two_pages(run, table):
    many = {f"b{number}": method(f"A baseline with a long name (style), {number}", "baseline") for number in range(25)}
    run.settings["methods"] |= many
    unetpp = table[table["against"] == "unetpp"]
    figure = draw(run, pd.concat([table, *(unetpp.assign(against=name) for name in many)]))
    assert len(names(figure)) == 30
    rows = figure.get_figheight() / 30
    assert 0.3 < rows < 0.5  # inches: three intervals above each other, and a name of 9 points


def test_a_method_without_a_difference_in_a_metric_leaves_its_row_empty(run, table):
    lost = (table["against"] == "thresholding") & (table["metric"] == "f1")
    table.loc[lost, "mean"] = math.nan
    figure = draw(run, table)
    places = {round(float(line.get_ydata()[0])) for line in figure.axes[1].lines if line.get_marker() in "os^"}
    assert len(names(figure)) == 5 and 1 not in places and {0, 2} <= places


def test_a_single_method_has_nothing_to_be_compared_with(run, table):
    assert [text.get_text() for axes in draw(run, table.head(0)).axes for text in axes.texts] == ["not run"] * 2
