"""Fits and predictions that failed, and fits that memory forced to smaller batches: told before any number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sgcldff.reporting.titles import Titles


def failed_runs(records: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, int], str]:
    """(trained on, method, seed) -> why it failed. records: the fit.json and cost.json of a run, fits first.

    >>> failed_runs([{"asked": {"trained_on": "jtsc", "method": "full", "seed": 1}, "failed": {"reason": "loss"}}])
    {('jtsc', 'full', 1): 'loss'}
    """
    found: dict[tuple[str, str, int], str] = {}
    for record in records:
        if failed := record.get("failed"):
            named = record.get("asked", record)
            found.setdefault((named["trained_on"], named["method"], int(named["seed"])), failed["reason"])
    return found


def failures_section(
    titles: Titles, failed: Mapping[tuple[str, str, int], str], fits: Sequence[Mapping[str, Any]]
) -> str:
    """failed: as `failed_runs` gives it; fits: their fit.json. "" where there is nothing to tell."""
    lines = [
        f"- {titles.method(method)} on {titles.dataset(trained_on)}, seed {seed}: {reason}"
        for (trained_on, method, seed), reason in failed.items()
    ]
    blocks = []
    if lines:
        blocks = [
            "## What failed",
            "These fits have no result. Their seeds are missing from the means, whose rows say how many seeds they "
            "rest on, and nothing is tested with them.",
            "\n".join(lines),
        ]
    if halved := _halved(titles, fits):
        blocks.append(f"For want of memory these fits had batches of half the size: {', '.join(halved)}.")
    return "\n\n".join(blocks)


def _halved(titles: Titles, fits: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    for fit in fits:
        asked, used = fit.get("asked", {}), fit.get("used", {}).get("batch_size")
        if used is not None and used < asked["training"]["batch_size"]:
            name = f"{titles.method(asked['method'])} on {titles.dataset(asked['trained_on'])}"
            found.append(f"{name}, seed {asked['seed']} ({used} images)")
    return found
