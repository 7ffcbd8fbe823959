"""Forest plot of the hypotheses: differences with their 95% intervals beside the margin that is claimed."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sgcldff.config.declared import Hypothesis
from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.style import FAINT, INK, MARK, panels, say, say_beside
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.scenarios import scenario_title
from sgcldff.reporting.sections.hypotheses import margin, verdict_in_words
from sgcldff.reporting.titles import Titles
from sgcldff.reporting.verdict_text import beside
from sgcldff.tables.comparisons import decided
from sgcldff.tables.verdicts import Verdict

CROSSED_OFFSET = 0.28  # rows below its test, at which a crossed interval is drawn
MOST_BESIDE = 40  # letters in a line beside a row
MOST_LETTERS = 48  # in a line of a title: the names of the directions take the left part of the figure

VERDICT_COLOURS = {
    Verdict.SUPPORTED: "#1b7837",
    Verdict.DIRECTION_ONLY: "#8a6d00",
    Verdict.REFUTED: MARK,
    Verdict.INCONCLUSIVE: INK,
}


def draw_hypotheses(titles: Titles, declared: Mapping[str, Hypothesis], tests: pd.DataFrame) -> Figure:
    """A panel a hypothesis, a row for its average (square) and one for each direction (dot).

    tests: hypotheses.csv of the statistics.
    """
    rows_of = {key: list(tests[tests["hypothesis"] == key].itertuples()) for key in declared}
    heights = [1.1 + 0.62 * max(1, len(rows)) for rows in rows_of.values()] or [2.0]
    title = "The hypotheses: difference, 95% interval and margin"
    figure, grid = panels(titles, title, heights, 9.0, columns=1)
    if not declared:
        say(grid[0], "no hypothesis in the configuration")
    for axes, (key, hypothesis) in zip(grid, declared.items(), strict=False):
        title = f"{hypothesis.title}{_seeds(rows_of[key])}"
        axes.set_title(textwrap.fill(title, MOST_LETTERS), loc="left")
        if rows_of[key]:
            _panel(axes, titles, hypothesis, rows_of[key])
        else:
            say(axes, "not run")
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3, fontsize=10, frameon=False)
    return figure


def _seeds(rows: list[Any]) -> str:
    """How many seeds are behind the tests; "" where there is none."""
    counts = sorted({int(row.n) for row in rows if not math.isnan(row.n)})
    return f" (n = {' to '.join(map(str, dict.fromkeys((counts[0], counts[-1]))))} seeds)" if counts else ""


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=MARK, linewidth=1.5, linestyle="--", label="claimed margin"),
        Line2D([], [], color=INK, linewidth=3, marker="s", markersize=8, label="mean over the directions"),
        Line2D([], [], color=INK, linewidth=1.6, marker="o", markersize=6, label="one direction"),
        Line2D([], [], color=INK, linestyle="none", marker="|", markersize=14, label="one-sided bounds"),
        Line2D([], [], color=INK, linewidth=0.8, label="95% interval, new images too"),
    ]


def _panel(axes: Axes, titles: Titles, hypothesis: Hypothesis, rows: list[Any]) -> None:
    axes.axvline(0, color=FAINT, linewidth=1)
    limit = margin(rows[0])
    axes.axvline(limit, color=MARK, linewidth=1.5, linestyle="--")
    names = []
    for position, row in enumerate(rows):
        average = row.pair == ""
        names.append(f"mean ({scenario_title(row.scenario)})" if average else titles.pair(row.pair))
        verdict = row.verdict.upper()
        colour = VERDICT_COLOURS.get(verdict, FAINT)
        deciding = decided(row)
        said = beside(row.decided_by, deciding.lower, deciding.upper, row.fragile)
        words = verdict_in_words(row) if verdict else "no verdict"
        say_beside(axes, position, [textwrap.fill(text, MOST_BESIDE) for text in [words, *said]], 9, colour)
        _intervals(axes, row, position, colour)
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.08)
    metric = METRIC_TITLES.get(hypothesis.metric, hypothesis.metric)
    reference, against = titles.method(hypothesis.reference), titles.method(hypothesis.against)
    axes.set_xlabel(f"{metric}: {reference} minus {against} (points; margin {md.number(limit, 1)})", fontsize=11)


def _intervals(axes: Axes, row: Any, position: int, colour: str) -> None:
    """The mean, the interval and bounds of the deciding test; below them the crossed interval, where there is one."""
    if math.isnan(row.mean):
        return
    average, deciding = row.pair == "", decided(row)
    if not math.isnan(deciding.low):
        axes.plot([deciding.low, deciding.high], [position, position], color=colour, linewidth=3 if average else 1.6)
    for bound in (deciding.lower, deciding.upper):
        if not math.isnan(bound):
            axes.plot(bound, position, marker="|", markersize=14, markeredgewidth=1.6, color=colour)
    if not math.isnan(row.crossed_low):
        below = position + CROSSED_OFFSET
        axes.plot([row.crossed_low, row.crossed_high], [below, below], color=colour, linewidth=0.8)
    axes.plot(row.mean, position, marker="s" if average else "o", markersize=8 if average else 6, color=colour)
