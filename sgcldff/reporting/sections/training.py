"""Whether the fits had levelled off when they ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.titles import Titles
from sgcldff.tables.history import LAST


def training_section(titles: Titles, methods: Sequence[ReportedMethod], curves: pd.DataFrame) -> str:
    """curves: as `training_curves` gives them; "" where no fit has epochs."""
    if curves.empty:
        return ""
    keys = ["trained_on", "method", "seed"]
    fits = curves.groupby(keys, as_index=False, sort=False).agg(
        epochs=("epoch", "size"), rising=("rises_to_the_end", "first")
    )
    fits["kept"] = curves.loc[curves["best"] == 1, "epoch"].to_numpy()
    rising, count = int(fits["rising"].sum()), len(fits)
    by_chance = (np.ceil(LAST * fits["epochs"]) / fits["epochs"]).mean()
    blocks = [
        "## Training, by epoch",
        f"Of {count} fits with epochs, {rising} had their best epoch within the last tenth of those they ran, so that "
        f"more epochs may have helped. Chance puts {by_chance:.0%} of those that had levelled off there. The figure "
        "`training_curves` shows each fit, and `history.csv` beside its weights has its losses and scores by epoch.",
    ]
    rows = []
    for method in methods:
        for trained_on, own in fits[fits["method"] == method.key].groupby("trained_on", sort=False):
            span = [_span(own[name]) for name in ("epochs", "kept")]
            rows.append([method.cell, titles.dataset(str(trained_on)), *span, f"{own['rising'].sum()} of {len(own)}"])
    header = ["Method", "Trained on", "Epochs run", "Epoch kept", "Not flat at the end"]
    return "\n\n".join([*blocks, titles.caption("Epochs of the fits"), md.table(header, rows, text_columns=2)])


def _span(values: pd.Series) -> str:
    """The least and the most over the seeds."""
    low, high = int(values.min()), int(values.max())
    return f"{low}" if low == high else f"{low} to {high}"
