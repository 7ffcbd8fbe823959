"""Paired dots: what both arms of a hypothesis scored in each seed, joined by a line."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.config.declared import Hypothesis
from sgcldff.reporting.figures.style import FAINT, INK, panels, say
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.results import Results
from sgcldff.reporting.scenarios import Scenario, scenario_title
from sgcldff.reporting.titles import Titles

BLUE, ORANGE = (seaborn.color_palette("colorblind")[place] for place in (0, 1))
TITLE_LETTERS = 32
LEAST_APART = 0.045  # of a panel's height: the names of two seeds


def draw_paired_dots(
    titles: Titles, declared: Mapping[str, Hypothesis], scenarios: Mapping[str, Scenario], results: Results
) -> Figure:
    """A panel a hypothesis, a line a seed between its two arms; each value is the mean over the scenario's pairs."""
    title = "The hypotheses' arms by seed: each line is a seed, mean over the scenario's pairs"
    figure, grid = panels(titles, title, [4.2] * len(declared) or [2.0], 3.3, columns=3)
    if not declared:
        say(grid[0], "no hypothesis in the configuration")
    for axes, (key, hypothesis) in zip(grid, declared.items(), strict=False):
        scenario = scenarios.get(hypothesis.scenario)
        pairs = pd.DataFrame() if scenario is None else paired_scores(hypothesis, scenario, results)
        about = f"{key}: {METRIC_TITLES[hypothesis.metric]}, {scenario_title(hypothesis.scenario)}"
        axes.set_title(textwrap.fill(about, TITLE_LETTERS), loc="left", fontsize=11)
        if pairs.empty:
            say(axes, "not run")
        else:
            _panel(axes, titles, hypothesis, pairs)
    return figure


def paired_scores(hypothesis: Hypothesis, scenario: Scenario, results: Results) -> pd.DataFrame:
    """The seeds in which both arms have a score on every pair that takes part, and these scores; columns: the arms.

    Paired and averaged as the statistics do.
    """
    lacking = results.without_truth(scenario.pairs, hypothesis.metric)
    pairs = [pair for pair in scenario.pairs if pair not in lacking]
    runs = results.runs.set_index(["trained_on", "tested_on"])
    runs = runs[runs.index.isin(pairs)]
    arms = {}
    for arm in (hypothesis.against, hypothesis.reference):
        own = runs[runs["method"] == arm].dropna(subset=hypothesis.metric).groupby("seed")[hypothesis.metric]
        arms[arm] = own.mean()[own.size() == len(pairs)]
    return pd.DataFrame(arms).dropna().sort_index()


def _panel(axes: Axes, titles: Titles, hypothesis: Hypothesis, pairs: pd.DataFrame) -> None:
    arms = [hypothesis.against, hypothesis.reference]
    for _, scores in pairs.iterrows():
        before, after = scores[arms]
        colour = BLUE if after > before else ORANGE
        axes.plot([0, 1], [before, after], color=colour, linewidth=1.4, marker="o", markersize=6, zorder=2)
    for place, arm in enumerate(arms):
        axes.plot([place - 0.12, place + 0.12], [pairs[arm].mean()] * 2, color=INK, linewidth=2.6, zorder=3)
    rises = int((pairs[arms[1]] > pairs[arms[0]]).sum())
    said = f"{titles.method(arms[1])} is above in {rises} of {len(pairs)} seeds"
    axes.set_xlabel(f"{textwrap.fill(said, 34)}\n(orange: it is not; black: means)", fontsize=9)
    axes.set_xticks([0, 1], [textwrap.fill(titles.method(arm), 16) for arm in arms], fontsize=9)
    axes.set(xlim=(-0.35, 1.6), ylabel=METRIC_TITLES[hypothesis.metric])
    axes.margins(y=0.15)
    ends = pairs[arms[1]].sort_values()
    for seed, height in zip(ends.index, apart(ends, LEAST_APART * np.ptp(axes.get_ylim())), strict=True):
        axes.plot([1.03, 1.15], [ends[seed], height], color=FAINT, linewidth=0.6)
        axes.text(1.17, height, f"seed {seed}", va="center", fontsize=8.5, color=FAINT)
    axes.grid(axis="y", alpha=0.3)


def apart(heights: Sequence[float], least: float) -> list[float]:
    """Rising heights, those that are less than `least` above the one before moved up until they are.

    >>> apart([1.0, 1.1, 3.0], 0.5)
    [1.0, 1.5, 3.0]
    """
    moved: list[float] = []
    for height in heights:
        moved.append(max(float(height), moved[-1] + least) if moved else float(height))
    return moved
