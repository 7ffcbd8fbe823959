"""Cells and tables in Markdown. A value that was computed from nothing is a dash and never a zero."""

from __future__ import annotations

import math
from collections.abc import Sequence

import tabulate

LONGEST_PADDED = 100  # letters of a cell
MISSING = "—"
NOT_RUN = "not run"


def is_missing(value: float | None) -> bool:
    """True for None and NaN."""
    return value is None or math.isnan(value)


def number(value: float | None, decimals: int = 3) -> str:
    """A number with fixed decimals and a true minus sign; a dash where there is none."""
    if is_missing(value):
        return MISSING
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−")


def shortest(value: float) -> str:
    """A number as somebody would set it (2, 1.5), with a true minus sign."""
    return f"{value:g}".replace("-", "−")


def in_a_row(names: Sequence[str]) -> str:
    """
    >>> in_a_row(["Accuracy", "F1", "IoU"]), in_a_row(["F1"])
    ('Accuracy, F1 and IoU', 'F1')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def mean_sd(mean: float | None, sd: float | None, percent: bool = False, decimals: int = 3) -> str:
    """`mean ± SD` of fractions, as per cent with one decimal or with `decimals`; a single run has a dash for its SD."""
    if is_missing(mean):
        return MISSING
    unit, decimals = (100, 1) if percent else (1, decimals)
    spread = MISSING if is_missing(sd) else number(unit * sd, decimals)
    return f"{number(unit * mean, decimals)} ± {spread}"


def points(difference: float | None, decimals: int = 1) -> str:
    """A difference in points (per cent points), signed."""
    if is_missing(difference):
        return MISSING
    text = number(difference, decimals)
    return text if text.startswith("−") or float(text) == 0 else f"+{text}"


def interval(low: float | None, high: float | None, decimals: int = 2) -> str:
    """`low to high` in points, or a dash."""
    if is_missing(low) or is_missing(high):
        return MISSING
    return f"{points(low, decimals)} to {points(high, decimals)}"


def p_value(p: float | None, decimals: int = 3) -> str:
    """A p with so many decimals; below the last of them "< 0.001"."""
    if is_missing(p):
        return MISSING
    least = 10.0**-decimals
    return f"< {least:.{decimals}f}" if p < least else number(p, decimals)


def p_in_words(p: float | None) -> str:
    """In a sentence: "p = 0.012", "p < 0.001"."""
    text = p_value(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def count(value: float | None) -> str:
    """A whole number, or a dash."""
    return MISSING if is_missing(value) else f"{int(value):d}"


def seeds(value: float) -> str:
    """In a sentence: "1 seed", "5 seeds"."""
    return f"{int(value)} seed" + ("" if value == 1 else "s")


def seeds_needed(value: float | None, low: float | None, high: float | None) -> str:
    """A number of seeds with its interval, "27 (5 to 627)"; infinite where no number that could be run would do."""
    if is_missing(value):
        return MISSING
    number, *ends = map(count_of_seeds, (value, low, high))
    return f"{number} ({' to '.join(ends)})"


def count_of_seeds(value: float) -> str:
    """A number of seeds that a test would need, infinite where no number that could be run would do."""
    return "> 100,000" if math.isinf(value) else f"{int(value):,}"


def effect_size(value: float | None, low: float | None, high: float | None) -> str:
    """An effect size with its 95% interval in brackets."""
    if is_missing(value):
        return MISSING
    return number(value, 2) if is_missing(low) else f"{number(value, 2)} ({number(low, 2)} to {number(high, 2)})"


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], text_columns: int = 1) -> str:
    """A GitHub table of ready cells; the first `text_columns` are set left, the others right.

    Numbers are not parsed: "0.90" stays "0.90". Where a cell holds sentences the columns are not padded to its length.
    """
    if not rows:
        return "*Nothing to show.*"
    cells = [[_escape(cell) for cell in row] for row in rows]
    alignment = ["left"] * text_columns + ["right"] * (len(headers) - text_columns)
    titles = [_escape(header) for header in headers]
    if max(len(cell) for row in [titles, *cells] for cell in row) > LONGEST_PADDED:
        rule = [":--" if side == "left" else "--:" for side in alignment]
        return "\n".join(f"| {' | '.join(row)} |" for row in [titles, rule, *cells])
    # Two blanks beside each heading would take a tenth of a terminal's width; other users of the library have theirs.
    padding, tabulate.MIN_PADDING = tabulate.MIN_PADDING, 0
    try:
        return tabulate.tabulate(cells, headers=titles, tablefmt="github", disable_numparse=True, colalign=alignment)
    finally:
        tabulate.MIN_PADDING = padding


def _escape(cell: object) -> str:
    return str(cell).replace("|", "\\|").replace("\n", " ")
