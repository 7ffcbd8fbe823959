"""What each method costs: parameters, multiply-adds, time to fit and to predict, and where its recipe differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.reporting import markdown as md
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.titles import Titles

COLUMNS = (
    *("method", "title", "role", "weights", "learning_rate", "parameters", "multiply_adds"),
    *("n_fits", "fit_seconds", "epochs", "predict_milliseconds", "device"),
)
KEYS = ("trained_on", "method", "seed", "parameters", "multiply_adds", "images", "seconds", "device")  # of a cost.json
PRETRAINED = {
    "package": "yes",
    "hub": "yes",
    "file": "yes",
    "none": "no",
}  # the argument `weights` of a method -> what the table says


def read_cost(path: Path) -> dict[str, Any]:
    """The cost.json of one fit's predictions; InputError where it is missing or is none."""
    try:
        cost = json.loads(path.read_text(encoding="utf-8"))
        return {key: cost[key] for key in KEYS} | {"failed": cost.get("failed")}
    except FileNotFoundError as error:
        raise InputError(f"The file {path} does not exist: run the test that writes it first.") from error
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError(
            f"The file {path} is no cost of a fit ({error!r}): delete it and test its fit again."
        ) from error


def cost_rows(
    methods: Sequence[ReportedMethod], fits: Sequence[Mapping[str, Any]], costs: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    """A row a method with any fit: means over its fits (datasets and seeds); NaN where nothing was measured.

    fits: the fit.json of each fit; costs: their cost.json. What failed is left out. fit_seconds leaves out fits that
    were killed and went on, whose clock has only their last leg; predict_milliseconds: all its predictions, divided by
    their images.
    """
    fitted = pd.DataFrame(
        [_fit(fit) for fit in fits if not fit.get("failed")], columns=["method", "learning_rate", "seconds", "epochs"]
    )
    tested = pd.DataFrame([cost for cost in costs if not cost.get("failed")], columns=list(KEYS))
    rows = []
    for method in methods:
        own, spent = fitted[fitted["method"] == method.key], tested[tested["method"] == method.key]
        if own.empty and spent.empty:
            continue
        # What trains no epoch has no learning rate either.
        trains = bool((own["epochs"] > 0).any())
        images = spent["images"].sum()
        rows.append(
            {
                "method": method.key,
                "title": method.title,
                "role": method.role,
                "weights": PRETRAINED.get(method.weights, ""),
                "learning_rate": own["learning_rate"].mean() if trains else float("nan"),
                "parameters": spent["parameters"].mean(),
                "multiply_adds": pd.to_numeric(spent["multiply_adds"]).mean(),
                "n_fits": len(own),
                "fit_seconds": own["seconds"].mean(),
                "epochs": own["epochs"].mean() if trains else float("nan"),
                "predict_milliseconds": 1000 * spent["seconds"].sum() / images if images else float("nan"),
                "device": ", ".join(sorted(set(spent["device"]))),
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


def costs_section(titles: Titles, rows: pd.DataFrame, size: int) -> str:
    """The section of the document. rows: as `cost_rows` gives them; size: pixels along a side of the images."""
    lines = [
        [
            row.title,
            row.weights or md.MISSING,
            md.MISSING if md.is_missing(row.learning_rate) else f"{row.learning_rate:g}",
            md.number(row.parameters / 1e6, 3),
            md.number(row.multiply_adds / 1e9, 3),
            md.number(row.fit_seconds / 60, 2),
            md.number(row.epochs, 1),
            md.number(row.predict_milliseconds, 2),
            row.device or md.MISSING,
        ]
        for row in rows.itertuples()
    ]
    headers = [
        *("Method", "Pretrained", "Learning rate", "Parameters (M)", "Multiply–adds (G)"),
        *("Fit (min)", "Epochs", "Predict (ms)", "Device"),
    ]
    return "\n\n".join(
        [
            "## What each method costs",
            "Splits, prepared images, augmentation, batches, optimiser, schedule and stopping rule are the same for "
            "every network; a learning rate of its source's shows here, and what a method does to the images or adds "
            "to the losses stands in its docstring.",
            titles.caption(f"Cost of each method, images of {size}×{size}; mean over its fits"),
            md.table(headers, lines, text_columns=2),
            "*Parameters* are all weights of a network, frozen ones too, or what else a method stores of its training. "
            "*Multiply–adds* are those that torch runs to predict one image; a dash where nothing of a method runs "
            "in torch. *Fit* and *predict* (an image, in batches) are wall times measured during this run, beside "
            "its other jobs; a fit that was killed and went on is left out of the mean.",
        ]
    )
