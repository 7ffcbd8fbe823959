"""Test one fit: on the test part of its own dataset, and on every picture of each other dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sgcldff.data.prepared import load_samples
from sgcldff.data.split import read_parts
from sgcldff.evaluation.cost import Meter
from sgcldff.evaluation.predictions import write_predictions
from sgcldff.layout import Layout
from sgcldff.training.fit import load_fit


def test_fit(settings: Mapping[str, Any], fit: Path, split: Path, results: Path, threads: int) -> None:
    """Write a prediction file for each dataset in `settings["tested_on"]`, and what the predictions cost.

    settings: trained_on, tested_on (dataset names), method, seed, classes, device. A fit has never seen a picture of
    another dataset, so all of them are tested. A method is shown no truth, the oracle excepted.
    """
    layout = Layout(results)
    method, _ = load_fit(fit)
    method.place(settings["device"], threads)
    parts = read_parts(split)
    meter: Meter | None = None
    for tested_on in settings["tested_on"]:
        chosen = parts["test"] if tested_on == settings["trained_on"] else None
        truth = load_samples(layout.prepared(tested_on), settings["classes"], chosen)
        shown = truth if method.sees_truth else truth.without_truth()
        meter = meter or Meter(method, shown.first(1))
        write_predictions(
            layout.prediction(settings["trained_on"], settings["method"], settings["seed"], tested_on),
            trained_on=settings["trained_on"],
            tested_on=tested_on,
            method=settings["method"],
            seed=settings["seed"],
            classes=settings["classes"],
            truth=truth,
            prediction=meter.predict(shown),
        )
    cost = layout.cost(settings["trained_on"], settings["method"], settings["seed"])
    who = {key: settings[key] for key in ("trained_on", "method", "seed")}
    cost.write_text(json.dumps(who | meter.account() | {"threads": threads}, indent=1) + "\n", encoding="utf-8")
