"""Forest plot of the paper's two claims: differences with their 95% intervals beside the margin that is claimed."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import FAINT, INK, MARK, panels, say
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.material import Material

VERDICT_COLOURS = {"SUPPORTED": "#1b7837", "DIRECTION ONLY": "#8a6d00", "REFUTED": MARK, "INCONCLUSIVE": INK}


def draw_hypotheses(material: Material) -> Figure:
    """A panel a claim, a row for its average (square) and one for each direction (dot)."""
    declared = material.settings.get("hypotheses", {})
    found = {key: material.hypotheses[material.hypotheses["hypothesis"] == key] for key in declared}
    tallest = max([1, *(len(rows) for rows in found.values())])
    figure, grid = panels(
        material,
        "The paper's claims: difference, interval and margin",
        len(declared),
        8.0,
        1.5 + 0.45 * tallest,
        columns=1,
    )
    if not declared:
        say(grid[0], "no hypothesis in the configuration")
    for axes, (key, hypothesis) in zip(grid, declared.items(), strict=False):
        axes.set_title(hypothesis["title"], loc="left")
        if found[key].empty:
            say(axes, "not run")
            continue
        _panel(axes, material, hypothesis, list(found[key].itertuples()))
    return figure


def _panel(axes: Axes, material: Material, hypothesis: dict, rows: list) -> None:
    margin = float(hypothesis["margin"])
    axes.axvline(0, color=FAINT, linewidth=1)
    axes.axvline(margin, color=MARK, linewidth=1.5, linestyle="--", label=f"claimed margin ({margin:g} points)")
    names = []
    for position, row in enumerate(rows):
        average = row.pair == ""
        names.append(f"mean ({row.scenario.replace('_', ' ')})" if average else material.pair_title(row.pair))
        verdict = row.verdict.upper()
        colour = VERDICT_COLOURS.get(verdict, FAINT)
        axes.text(
            1.01,
            position,
            f"{verdict or 'no verdict'}" + ("" if math.isnan(row.n) else f"  (n = {int(row.n)})"),
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=10,
            color=colour,
        )
        if math.isnan(row.mean):
            continue
        if not math.isnan(row.ci_low):
            axes.plot([row.ci_low, row.ci_high], [position, position], color=colour, linewidth=3 if average else 1.6)
        if not math.isnan(row.lower_bound):
            axes.plot(row.lower_bound, position, marker="|", markersize=14, markeredgewidth=1.6, color=colour)
        axes.plot(row.mean, position, marker="s" if average else "o", markersize=8 if average else 6, color=colour)
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.08)
    metric = METRIC_TITLES.get(hypothesis["metric"], hypothesis["metric"])
    reference, against = (material.method_title(hypothesis[key]) for key in ("reference", "against"))
    axes.set_xlabel(f"{metric}: {reference} minus {against} (points)", fontsize=11)
    axes.plot(
        [], [], marker="|", markersize=12, markeredgewidth=1.6, color=INK, linestyle="none", label="95% lower bound"
    )
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, fontsize=9, frameon=False)
