"""The scores of a bundle beside one's own: of fits whose predictions were never here.

A folder of results holds them in `joined/<name of the bundle>/`: the tables of the bundle as they are, and
`measured.csv`, which says of which fits they are used, and `axes.json`, how strongly its test images were perturbed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from sgcldff.tables.contract import Contract

# tests: what the fit was tested on, parted by spaces; cost_sha256: of the cost.json that came along. Once the fit is
# tested here, there is another.
MEASURED = Contract(
    ("trained_on", "method", "seed", "tests", "cost_sha256"), text=("trained_on", "method", "tests", "cost_sha256")
)
FIT = MEASURED.columns[:3]  # what names a fit
TABLES = {"runs": "runs.csv", "scores": "scores.parquet", "confusion": "confusion.csv", "cells": "cells.csv"}


AXES = "axes.json"  # axis of perturbation -> its kind and its strongest change


def other_axis(file: Path, axes: Mapping[str, Mapping[str, object]]) -> str:
    """The first axis that an axes.json has otherwise than `axes` does, in words; "" where those of both agree.

    A variant of an image is called by its axis and level, and what level 1 is stands nowhere else.
    """
    known = json.loads(file.read_text(encoding="utf-8"))
    for name in known.keys() & axes.keys():
        for key, value in known[name].items():
            if axes[name][key] != value:
                return f"perturbations.{name}.{key} is {axes[name][key]} and was {value}"
    return ""


def measured_fits(file: Path) -> Iterator[tuple[tuple[str, str, int], set[str]]]:
    """The fits of a measured.csv and their tests, by the standard library: the graph asks at each start."""
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield (row["trained_on"], row["method"], int(row["seed"])), set(row["tests"].split())
