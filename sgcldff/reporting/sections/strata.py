"""Scores of the test images of each kind: cut off by the border, small or large, with one cell or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sgcldff.config.experiment import Pair
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import METRIC_TITLES, score_cell, spread_note
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.results import Results
from sgcldff.reporting.scenarios import Scenario
from sgcldff.reporting.titles import Titles
from sgcldff.tables.definitions import CELL_SHARE
from sgcldff.tables.strata import STRATA_OF

SHOWN = 3  # methods beside the reference
STRATA = [stratum for strata in STRATA_OF.values() for stratum in strata]


def shown_methods(results: Results, in_domain: Scenario, methods: Sequence[ReportedMethod]) -> list[ReportedMethod]:
    """The reference, then the SHOWN others of the highest mean IoU in-domain; no controls."""
    means = {method.key: results.value(in_domain.name, "", method.key, "iou").mean for method in methods}
    others = [method for method in methods if method.role not in ("reference", "control") and means[method.key] >= 0]
    best = sorted(others, key=lambda method: -means[method.key])[:SHOWN]
    return [*(method for method in methods if method.role == "reference"), *best]


def strata_section(
    titles: Titles,
    methods: Sequence[ReportedMethod],
    pairs: Sequence[Pair],
    table: pd.DataFrame,
    seeds: int,
    table_file: str,
) -> str:
    """methods: those that are shown; pairs: in-domain; table: strata.csv; seeds: those with results.

    "" where no image of the pairs is in a stratum; table_file: where all methods and pairs stand.
    """
    own = table[[pair in set(pairs) for pair in zip(table["trained_on"], table["tested_on"], strict=True)]]
    if own.empty:
        return ""
    blocks = [
        "## Kinds of images, in-domain",
        "The test images by what their true mask shows: *At the border*: where a cell reaches the edge of the image or "
        "of what is annotated. *Small*, *medium*, *large*: by the terciles of the cell area in the dataset. *Several "
        f"cells*: where a second piece of the mask has at least {CELL_SHARE:.0%} of the area of the largest (cells "
        f"that touch count as one). The {SHOWN} other methods of the highest mean IoU are shown. Every method, pair "
        f"of datasets and limit of the areas stands in `{table_file}`.",
    ]
    for metric in ("iou", "accuracy"):
        lines = []
        for pair in pairs:
            of_pair = own[(own["tested_on"] == pair[1]) & (own["metric"] == metric)]
            if not of_pair.empty:
                lines += _lines(titles.pair(pair), methods, of_pair, metric, seeds)
        if lines:
            blocks += [titles.caption(f"{METRIC_TITLES[metric]} by kind of image"), _table(lines), spread_note(seeds)]
    return "\n\n".join(blocks)


def _table(lines: Sequence[Sequence[str]]) -> str:
    return md.table(["Dataset", "Method", *STRATA], lines, text_columns=2)


def _lines(
    dataset: str, methods: Sequence[ReportedMethod], rows: pd.DataFrame, metric: str, seeds: int
) -> list[list[str]]:
    """A line a method, then the test images of each kind in a seed."""
    found = {(row.method, row.stratum): row for row in rows.itertuples()}
    lines = []
    for method in methods:
        cells = [_cell(found.get((method.key, stratum)), metric, seeds) for stratum in STRATA]
        lines.append([dataset, method.cell, *cells])
    images = rows.groupby("stratum")["n_images"].max()
    counts = (md.number(images[stratum], 1) if stratum in images else "0" for stratum in STRATA)
    return [*lines, [dataset, "*images a seed*", *counts]]


def _cell(row: Any, metric: str, seeds: int) -> str:
    """Mean ± SD, and of how many seeds where others had no such image."""
    if row is None:
        return md.MISSING
    return score_cell(metric, row.mean, row.sd) + (f" (n = {row.n_seeds})" if row.n_seeds < seeds else "")
