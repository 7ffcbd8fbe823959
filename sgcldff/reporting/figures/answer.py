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
from sgcldff.reporting.figures.style import FAINT, INK, MARK, panels, say
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.sections.hypotheses import average_of, margin, verdict_in_words
from sgcldff.reporting.titles import Titles
from sgcldff.tables.comparisons import decided

WIDTH, ROW = 6.5, 1.0  # inches: legible on a phone, too
LETTERS = 74  # in a line of a claim
HALF = 0.12  # rows that the mark of a margin reaches up and down
CLAIM, VERDICT = -0.45, -0.22  # rows above the interval at which its two lines begin


def draw_answer(titles: Titles, declared: Mapping[str, Hypothesis], tests: pd.DataFrame) -> Figure:
    """The average of each hypothesis with its two-sided 95% interval, in points; tests: hypotheses.csv.

    Above each stand what is claimed and what came of it.
    """
    figure, (axes,) = panels(titles, "The hypotheses", [0.7 + ROW * max(1, len(declared))], WIDTH, columns=1)
    for position, (key, hypothesis) in enumerate(declared.items()):
        claim = textwrap.shorten(hypothesis.title, LETTERS, placeholder="…")
        _line(axes, position + CLAIM, claim, INK)
        for test in average_of(tests, key).itertuples():
            _row(axes, test, position)
    if not declared:
        say(axes, "no hypothesis in the configuration")
        return figure
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(declared) - 0.7, -0.6)
    axes.margins(x=0.08)
    axes.set_xlabel("SG-CLDFF minus the arm it is compared with, in points")
    marks = [
        Line2D([], [], color=MARK, linestyle="none", marker="|", markersize=14, markeredgewidth=2, label="as claimed"),
        Line2D([], [], color=INK, linewidth=3, marker="s", markersize=8, label="measured, 95% interval"),
        Line2D([], [], color=FAINT, linestyle="none", marker="|", markersize=14, label="no gain"),
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=3, fontsize=10, frameon=False)
    return figure


def _line(axes: Axes, height: float, text: str, colour: str) -> None:
    axes.text(0, height, text, transform=axes.get_yaxis_transform(), va="center", fontsize=10.5, color=colour)


def _row(axes: Axes, test: Any, position: int) -> None:
    verdict = test.verdict.upper()
    colour = VERDICT_COLOURS.get(verdict, FAINT)
    said = [verdict_in_words(test) if verdict else "no verdict", _seeds(test)]
    _line(axes, position + VERDICT, " · ".join(text for text in said if text), colour)
    marks = ((0, FAINT, 1), (margin(test), MARK, 2)) if margin(test) else ((0, FAINT, 1),)
    for place, mark, width in marks:
        axes.plot([place, place], [position - HALF, position + HALF], color=mark, linewidth=width)
    if math.isnan(test.mean):
        return
    deciding = decided(test)
    if not math.isnan(deciding.low):
        axes.plot([deciding.low, deciding.high], [position, position], color=colour, linewidth=3)
    axes.plot(test.mean, position, marker="s", markersize=8, color=colour)


def _seeds(test: Any) -> str:
    return "" if math.isnan(test.n) else f"{metric_title(test.metric)}, {int(test.n)} seeds"
