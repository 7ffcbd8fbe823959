"""Printed comparisons at the measured correlation, in Markdown."""

from __future__ import annotations

import math

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import METRIC_TITLES

FALSE_CLAIM = 0.05  # above it a claim is called doubtful, as in arXiv 2505.04720


def measured_block(measured: pd.DataFrame) -> str:
    """The table of AUDIT_MEASURED, and how it is meant."""
    title = "**At the correlation measured between runs of the same methods**"
    if measured.empty:
        return f"{title}\n\nNo printed comparison has a test."
    known = measured[measured["p_false"].notna()]
    doubtful = int((known["p_false"] > FALSE_CLAIM).sum())
    cells = [
        [
            f"{row.reference} − {row.against}" + (f" ({row.table})" if row.table else ""),
            METRIC_TITLES.get(row.metric, row.metric),
            md.points(row.difference),
            f"{row.pairs} {row.over}s",
            _with_ends(row.r, row.r_low, row.r_high, lambda number: md.number(number, 2)),
            _with_ends(row.p, row.p_low, row.p_high, _p),
            _with_ends(row.p_false, row.p_false_low, row.p_false_high, _p),
        ]
        for row in known.itertuples()
    ]
    headers = ["Difference of", "Metric", "Difference", "Measured on", "r", "p", "P(claim false)"]
    notes = [f"- {note}." for note in dict.fromkeys(measured["note"]) if note]
    words = (
        f"{len(known)} of {len(measured)} comparisons have a measured r. In {doubtful} of them the order of the two as "
        "printed is false with a probability above 5 %. r: Pearson, in brackets its 95% interval (Fisher's z) and p at "
        "its ends. P(claim false): posterior probability that the method printed as better is not (arXiv 2505.04720 "
        "with the measured r, half the two-sided p). r is that of the runs measured here: it stands for that of the "
        "paper's runs as far as those are like them."
    )
    blocks = [title, md.table(headers, cells, text_columns=2), "\n".join(notes), words]
    return "\n\n".join(block for block in blocks if block)


def _with_ends(value: float, low: float, high: float, written) -> str:
    if md.is_missing(value):
        return md.MISSING
    return written(value) if math.isnan(low) else f"{written(value)} ({written(low)} to {written(high)})"


def _p(p: float) -> str:
    return md.p_value(p, 4)
