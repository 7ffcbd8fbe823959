"""cost.json, what the predictions of one fit cost, and its mean over the fits of a method."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.errors import InputError

COST_KEYS = (
    *("trained_on", "method", "seed", "parameters", "multiply_adds", "memory_bytes", "latency_ms", "images"),
    *("seconds", "device"),
)
# A row a method; latency_ms, memory_bytes: of one image by itself; predict_milliseconds: of an image in batches.
_OF_ONE_IMAGE = ("parameters", "multiply_adds", "memory_bytes", "latency_ms")
METHOD_COSTS = ("method", *_OF_ONE_IMAGE, "predict_milliseconds", "device")


def read_cost(path: Path) -> dict[str, Any]:
    """The cost.json of one fit's predictions; failed, code: None where it does not say. InputError where it is none."""
    try:
        cost = json.loads(path.read_text(encoding="utf-8"))
        return {key: cost[key] for key in COST_KEYS} | {key: cost.get(key) for key in ("failed", "code")}
    except FileNotFoundError as error:
        raise InputError(f"The file {path} does not exist: run the test that writes it first.") from error
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError(
            f"The file {path} is no cost of a fit ({error!r}): delete it and test its fit again."
        ) from error


def fit_of_cost(path: Path) -> tuple[str, str, int]:
    """The fit (trained_on, method, seed) that a cost.json is of; InputError where it is none."""
    cost = read_cost(path)
    return cost["trained_on"], cost["method"], int(cost["seed"])


def cost_of_methods(costs: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """METHOD_COSTS of every method with predictions, from their cost.json; NaN where nothing was measured.

    What failed is left out. Means over the fits of a method, of the latency the median; predict_milliseconds: all
    seconds over all images; device: all that were used.

    >>> cost = {"method": "unet", "parameters": 7, "multiply_adds": 5, "memory_bytes": 64, "device": "CPU"}
    >>> costs = [cost | {"latency_ms": each, "images": 10, "seconds": 0.1} for each in (1.0, 2.0, 9.0)]
    >>> cost_of_methods(costs)[["method", "latency_ms", "predict_milliseconds"]].round(3).values.tolist()
    [['unet', 2.0, 10.0]]
    """
    tested = pd.DataFrame([cost for cost in costs if not cost.get("failed")], columns=list(COST_KEYS))
    rows = []
    for method, spent in tested.groupby("method", sort=False):
        numbers = {name: pd.to_numeric(spent[name]) for name in _OF_ONE_IMAGE}
        images = spent["images"].sum()
        rows.append(
            {"method": method}
            | {name: column.mean() for name, column in numbers.items()}
            | {
                "latency_ms": numbers["latency_ms"].median(),
                "predict_milliseconds": 1000 * spent["seconds"].sum() / images if images else float("nan"),
                "device": ", ".join(sorted(set(spent["device"]))),
            }
        )
    return pd.DataFrame(rows, columns=list(METHOD_COSTS))
