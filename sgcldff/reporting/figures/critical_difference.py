"""Demsar's critical-difference diagram: mean ranks on a line, bars join what Nemenyi's test does not divide."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from sgcldff.reporting.figures.style import INK, MARK

STEP = 0.32  # inches between two names


def draw_critical_difference(
    title: str, methods: Sequence[str], ranks: Sequence[float], critical: float, joined: Sequence[tuple[int, int]]
) -> Figure:
    """methods, ranks: best first; joined: the first and last place of each group that is not divided."""
    k, half = len(methods), (len(methods) + 1) // 2
    top = 1 + 0.45 * len(joined)  # where the names begin, in steps below the axis
    height = 1.2 + STEP * (top + half)
    figure = Figure(figsize=(8, height), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(1 - 0.55 * (k - 1), k + 0.55 * (k - 1)), ylim=(-(top + half - 0.5), 2.4))
    axes.axis("off")
    axes.set_title(title, fontsize=12, color=INK)
    axes.hlines(0, 1, k, color=INK, linewidth=1.2)
    for rank in range(1, k + 1):
        axes.vlines(rank, 0, 0.2, color=INK, linewidth=1.2)
        axes.text(rank, 0.3, str(rank), ha="center", va="bottom", fontsize=10, color=INK)
    shown = min(critical, k - 1)
    axes.hlines(1.5, 1, 1 + shown, color=MARK, linewidth=2)
    beyond = " (beyond the axis)" if critical > k - 1 else ""
    axes.text(1, 1.6, f"critical difference {critical:.2f}{beyond}", va="bottom", fontsize=10, color=MARK)
    for place, (method, rank) in enumerate(zip(methods, ranks, strict=True)):
        left = place < half
        depth = -(top + (place if left else k - 1 - place))
        edge = 1 - 0.08 * (k - 1) if left else k + 0.08 * (k - 1)
        axes.plot([rank, rank, edge], [0, depth, depth], color=INK, linewidth=0.9)
        text = f"{method} ({rank:.2f})"
        axes.text(edge, depth, f" {text} ", ha="right" if left else "left", va="center", fontsize=10, color=INK)
    for level, (first, last) in enumerate(joined):
        depth = -0.4 - 0.45 * level
        axes.hlines(depth, ranks[first] - 0.03, ranks[last] + 0.03, color=INK, linewidth=4)
    return figure
