"""The first page's figure: one row a hypothesis, its mean difference beside the margin that is claimed."""

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
from sgcldff.reporting.figures.hypotheses import VERDICT_COLOURS
from sgcldff.reporting.figures.style import FAINT, INK, MARK, panels, say, say_beside
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.sections.hypotheses import average_of, margin, verdict_in_words
from sgcldff.reporting.titles import Titles
from sgcldff.tables.comparisons import decided

ROW = 0.62  # inches
LETTERS = 46  # in a line of a row's name
HALF = 0.32  # rows that the mark of a margin reaches up and down


def draw_answer(titles: Titles, declared: Mapping[str, Hypothesis], tests: pd.DataFrame) -> Figure:
    """The average of each hypothesis with its two-sided 95% interval, in points; tests: hypotheses.csv."""
    figure, (axes,) = panels(titles, "The hypotheses", [0.7 + ROW * max(1, len(declared))], 9.0, columns=1)
    names = []
    for position, (key, hypothesis) in enumerate(declared.items()):
        names.append(textwrap.fill(hypothesis.title, LETTERS))
        for test in average_of(tests, key).itertuples():
            _row(axes, test, position)
    if not declared:
        say(axes, "no hypothesis in the configuration")
        return figure
    axes.axvline(0, color=FAINT, linewidth=1, zorder=0)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.margins(x=0.08)
    axes.set_xlabel("SG-CLDFF minus the arm it is compared with, in points")
    marks = [
        Line2D([], [], color=MARK, linestyle="none", marker="|", markersize=14, markeredgewidth=2, label="as claimed"),
        Line2D([], [], color=INK, linewidth=3, marker="s", markersize=8, label="measured, 95% interval"),
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=2, fontsize=10, frameon=False)
    return figure


def _row(axes: Axes, test: Any, position: int) -> None:
    verdict = test.verdict.upper()
    colour = VERDICT_COLOURS.get(verdict, FAINT)
    say_beside(axes, position, [verdict_in_words(test) if verdict else "no verdict", _seeds(test)], 11, colour)
    claimed = margin(test)
    axes.plot([claimed, claimed], [position - HALF, position + HALF], color=MARK, linewidth=2)
    if math.isnan(test.mean):
        return
    deciding = decided(test)
    if not math.isnan(deciding.low):
        axes.plot([deciding.low, deciding.high], [position, position], color=colour, linewidth=3)
    axes.plot(test.mean, position, marker="s", markersize=8, color=colour)


def _seeds(test: Any) -> str:
    return "" if math.isnan(test.n) else f"{metric_title(test.metric)}, {int(test.n)} seeds"
