"""Test one fit: on the test part of its own dataset, and on every picture of each other dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sgcldff.data.prepared import load_samples
from sgcldff.data.split import read_parts
from sgcldff.evaluation.predictions import write_predictions
from sgcldff.layout import Layout
from sgcldff.training.fit import load_fit


def test_fit(settings: Mapping[str, Any], fit: Path, split: Path, results: Path, threads: int) -> None:
    """Write a prediction file for each dataset in `settings["tested_on"]`.

    settings: trained_on, tested_on (dataset names), method, seed, classes, device. A fit has never seen a picture of
    another dataset, so all of them are tested. A method is shown no truth, the oracle excepted.
    """
    layout = Layout(results)
    method, _ = load_fit(fit)
    method.place(settings["device"], threads)
    parts = read_parts(split)
    for tested_on in settings["tested_on"]:
        chosen = parts["test"] if tested_on == settings["trained_on"] else None
        truth = load_samples(layout.prepared(tested_on), settings["classes"], chosen)
        write_predictions(
            layout.prediction(settings["trained_on"], settings["method"], settings["seed"], tested_on),
            trained_on=settings["trained_on"],
            tested_on=tested_on,
            method=settings["method"],
            seed=settings["seed"],
            classes=settings["classes"],
            truth=truth,
            prediction=method.predict(truth if method.sees_truth else truth.without_truth()),
        )
