"""Test one fit: on its own datasets' test subsets, plain and stain-shifted, and on every image of each other dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sgcldff.data.dataset_files import load_samples, read_groups
from sgcldff.data.duplicates.table import shared_images
from sgcldff.data.split import read_subsets
from sgcldff.data.stain_shift import shift_stain
from sgcldff.errors import InputError
from sgcldff.evaluation.cost import Meter
from sgcldff.evaluation.predictions import write_predictions
from sgcldff.layout import Layout
from sgcldff.method import Method, Samples
from sgcldff.training.fit import load_fit
from sgcldff.variants import parse_variant


def predict_with_fit(settings: Mapping[str, Any], fit: Path, results: Path, threads: int) -> None:
    """Write a prediction file for each entry of `settings["tested_on"]`, and what the predictions cost.

    settings: trained_on (a dataset or pool), members (its datasets), tested_on (names of datasets, plain or stain-shifted),
    perturbations (axis -> kind, strongest), labels (tested_on -> `foreign_labels` of the plan), method, seed, classes,
    device. A method is shown no truth, the oracle excepted. Masks of a method that learns them are no predictions where
    its training subset had none.
    """
    layout = Layout(results)
    method, record = load_fit(fit)
    method.place(settings["device"], threads)
    taught = record["used"]["train_masks"] > 0 or method.segments_untaught or method.sees_truth
    meter: Meter | None = None
    for tested_on in settings["tested_on"]:
        truth = _images(settings, layout, tested_on)
        shown = _shown(settings, method, truth, tested_on)
        meter = meter or Meter(method, shown.first(1))
        prediction = meter.predict(shown)
        if prediction.probabilities is None and prediction.masks is None:
            raise InputError(
                f"The method {settings['method']} gave neither probabilities nor masks: correct its `predict`."
            )
        write_predictions(
            layout.prediction(settings["trained_on"], settings["method"], settings["seed"], tested_on),
            trained_on=settings["trained_on"],
            tested_on=tested_on,
            method=settings["method"],
            seed=settings["seed"],
            classes=settings["classes"],
            truth=truth,
            prediction=prediction if taught else replace(prediction, masks=None),
        )
    cost = layout.cost(settings["trained_on"], settings["method"], settings["seed"])
    who = {key: settings[key] for key in ("trained_on", "method", "seed")}
    cost.write_text(json.dumps(who | meter.account() | {"threads": threads}, indent=1) + "\n", encoding="utf-8")


def _images(settings: Mapping[str, Any], layout: Layout, tested_on: str) -> Samples:
    """The test subset where the fit was trained on another part of the dataset; else all that it cannot have seen."""
    dataset, members = parse_variant(tested_on)[0], settings["members"]
    prepared = layout.prepared(dataset)
    if dataset in members:
        chosen = read_subsets(layout.split(dataset, settings["seed"]))["test"]
    else:
        overlaps = [layout.overlaps(dataset, member) for member in members]
        groups = read_groups(prepared)
        known = {image for file in overlaps for image in shared_images(file, dataset, groups)}
        chosen = [image for image in groups.index if image not in known]
        if not chosen:
            raise InputError(
                f"Every image of {prepared} shows the same as one of {', '.join(members)}, which the fit has: leave "
                f"the pair [{settings['trained_on']}, {dataset}] out of the scenarios."
            )
    return load_samples(prepared, settings["classes"], chosen, settings["labels"][tested_on])


def _shown(settings: Mapping[str, Any], method: Method, truth: Samples, tested_on: str) -> Samples:
    """What the method is shown of these images: no truth, and another stain where the name says so."""
    shown = truth if method.sees_truth else truth.without_truth()
    _, axis, level = parse_variant(tested_on)
    if axis is None:
        return shown
    stain = settings["perturbations"][axis]
    images = shift_stain(shown.images, shown.image_ids, stain["kind"], stain["strongest"], level)
    return replace(shown, images=images)
