"""What each method costs: parameters, multiply-adds, memory, times, and where its recipe differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.titles import Titles
from sgcldff.tables.costs import METHOD_COSTS, cost_of_methods

COLUMNS = (
    *("method", "title", "role", "weights", "learning_rate", "parameters", "multiply_adds", "memory_bytes"),
    *("n_fits", "fit_seconds", "epochs", "latency_ms", "predict_milliseconds", "device"),
)
OF_SEVERAL = "**The fits ran on {machines} machines. Their times cannot be compared**: [which ran where](run.md)."
# The argument `weights` of a method -> what the table says.
PRETRAINED = {"package": "yes", "hub": "yes", "file": "yes", "none": "no"}


def cost_rows(
    methods: Sequence[ReportedMethod], fits: Sequence[Mapping[str, Any]], costs: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    """A row a method with any fit: means over its fits (datasets and seeds); NaN where nothing was measured.

    fits: the fit.json of each fit; costs: their cost.json, read as `cost_of_methods` does. What failed is left out.
    fit_seconds leaves out fits that were killed and went on, whose clock has only their last leg.
    """
    fitted = pd.DataFrame(
        [_fit(fit) for fit in fits if not fit.get("failed")], columns=["method", "learning_rate", "seconds", "epochs"]
    )
    tested = cost_of_methods(costs).set_index("method")
    nothing = dict.fromkeys(METHOD_COSTS[1:], float("nan")) | {"device": ""}
    rows = []
    for method in methods:
        own = fitted[fitted["method"] == method.key]
        if own.empty and method.key not in tested.index:
            continue
        # What trains no epoch has no learning rate either.
        trains = bool((own["epochs"] > 0).any())
        spent = tested.loc[method.key].to_dict() if method.key in tested.index else nothing
        rows.append(
            spent
            | {
                "method": method.key,
                "title": method.title,
                "role": method.role,
                "weights": PRETRAINED.get(method.weights, ""),
                "learning_rate": own["learning_rate"].mean() if trains else float("nan"),
                "n_fits": len(own),
                "fit_seconds": own["seconds"].mean(),
                "epochs": own["epochs"].mean() if trains else float("nan"),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _fit(fit: Mapping[str, Any]) -> dict[str, Any]:
    asked, used = fit.get("asked", {}), fit.get("used", {})
    own = (asked.get("arguments") or {}).get("learning_rate")
    return {
        "method": asked.get("method"),
        "learning_rate": own if own is not None else (asked.get("training") or {}).get("learning_rate", float("nan")),
        "seconds": float("nan") if fit.get("resumed") else fit.get("seconds", float("nan")),
        "epochs": used.get("epochs", float("nan")),
    }


def costs_section(titles: Titles, rows: pd.DataFrame, size: int, machines: int) -> str:
    """The section of the document.

    rows: as `cost_rows` gives them; size: pixels along a side of the images; machines: how many the fits ran on.
    """
    lines = [
        [
            row.title,
            row.weights or md.MISSING,
            md.MISSING if md.is_missing(row.learning_rate) else f"{row.learning_rate:g}",
            md.number(row.parameters / 1e6, 3),
            md.number(row.multiply_adds / 1e9, 3),
            md.number(row.memory_bytes / 1e6, 1),
            md.number(row.latency_ms, 2),
            md.number(row.predict_milliseconds, 2),
            md.number(row.fit_seconds / 60, 2),
            md.number(row.epochs, 1),
            row.device or md.MISSING,
        ]
        for row in rows.itertuples()
    ]
    headers = [
        *("Method", "Pretrained", "Learning rate", "Parameters (M)", "Multiply–adds (G)"),
        *("Memory (MB)", "Latency (ms)", "In batches (ms)", "Fit (min)", "Epochs", "Device"),
    ]
    return "\n\n".join(
        [
            "## What each method costs",
            "Splits, prepared images, augmentation, batches, optimiser, schedule and stopping rule are the same for "
            "every network. A learning rate of its source's shows here. What a method does to the images or adds to "
            "the losses stands at the head of its file.",
            titles.caption(f"Cost of each method, images of {size}×{size}, mean over its fits"),
            md.table(headers, lines, text_columns=2),
            "*Parameters* are all weights of a network, frozen ones too, or what else a method stores of its "
            "training. *Multiply–adds* are those that torch runs to predict one image, with a dash where nothing of "
            "a method runs in torch. *Memory* is that of torch's tensors while one image is predicted: weights, and "
            "what is alive at the peak. *Latency* is the time of one image by itself, from pixels to class and mask, "
            "the median of repeated predictions after a warm-up. *In batches* is the mean over all images that were "
            "tested. Times are wall times on the device named, measured during this run, beside its other jobs. A fit "
            "that was killed and went on is left out of the mean.",
            *([OF_SEVERAL.format(machines=machines)] if machines > 1 else []),
        ]
    )
