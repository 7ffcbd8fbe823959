"""The machines that fits ran on: with another processor or precision the same seed is another fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sgcldff.reporting.provenance import fit_rows
from sgcldff.reporting.titles import Titles

MACHINE = ["device", "platform"]  # the platform names the system that it runs


def machine_count(fits: Sequence[Mapping[str, Any]]) -> int:
    """How many machines the fits ran on; those that do not say are passed over."""
    return len(fit_rows(fits)[MACHINE].dropna().drop_duplicates())


def machines_section(titles: Titles, fits: Sequence[Mapping[str, Any]]) -> str:
    """Which methods ran where; "" where all fits ran on one. fits: the fit.json of each."""
    if machine_count(fits) < 2:
        return ""
    lines = []
    for (device, platform, precision), own in fit_rows(fits).groupby([*MACHINE, "precision"], sort=False):
        methods = " · ".join(
            f"{titles.method(method)} (seeds {', '.join(map(str, sorted(set(of_method['seed']))))})"
            for method, of_method in own.groupby("method", sort=False)
        )
        lines.append(f"- {device}, {platform}, in {precision}: {methods}.")
    return "\n\n".join(
        [
            "## Fits of several machines",
            "Rounding differs between processors and precisions, and grows: the same seed gives another fit on "
            "another machine. Methods that were fitted on different ones share splits, images and initial weights, "
            "and yet their differences vary more than those of one machine. Their times cannot be compared.",
            "\n".join(lines),
        ]
    )
