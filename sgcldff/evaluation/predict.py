"""Predict with one fit: the test subsets of its own datasets, and all images of each other dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sgcldff.config.stages.predict import PredictSettings
from sgcldff.data.dataset_files import DatasetFiles, load_samples, read_groups
from sgcldff.data.duplicates.table import shared_images
from sgcldff.data.perturbations import perturb
from sgcldff.data.reinhard import reinhard
from sgcldff.data.subsets import read_subsets
from sgcldff.errors import InputError
from sgcldff.evaluation.cost import Meter
from sgcldff.evaluation.predictions import write_predictions
from sgcldff.method import Method, Prediction, Samples
from sgcldff.tables.files import write_text
from sgcldff.training.fingerprint import code_digest
from sgcldff.training.fit import failure, failure_of, load_fit
from sgcldff.variants import parse_variant


@dataclass(frozen=True)
class PredictFiles:
    """What the tested images are read from.

    datasets: in the order of `PredictSettings.datasets`; splits: of the fit's seed, a file for each of these datasets
    that the fit was trained on, in the same order; overlaps: `<a>--<b>.csv` (names sorted), the images shared by
    each other dataset and each one that the fit was trained on, in any order.
    """

    datasets: Sequence[DatasetFiles]
    splits: Sequence[Path] = ()
    overlaps: Sequence[Path] = ()


def predict_with_fit(
    settings: PredictSettings,
    weights: Path,
    record: Path,
    tested: PredictFiles,
    out: Sequence[Path],
    cost: Path,
    threads: int,
    keep_going: bool = False,
    code: Sequence[Path] = (),
) -> None:
    """Write a prediction file for each name of `settings.tested_on`, and what the predictions cost.

    weights, record: of the fit; out: prediction files, in the order of `tested_on`; cost: JSON; code: the files of code
    that decide the predictions, of which it holds the digest. A method is shown no truth, the oracle excepted. Masks of
    a method that learns them are no predictions where its training subset had none. A fit that failed has prediction
    files without predictions, and so has one whose predictions anything stops where it is to keep going.
    Raises InputError where a file is missing or damaged, where the method predicts nothing, and where no image of a
    dataset is left to test.
    """
    files = _by_dataset(settings, tested)
    failed = failure_of(record)
    if not failed:
        try:
            account = _predicted(settings, weights, record, files, out, threads)
        except Exception as error:
            if not keep_going:
                raise
            failed = failure(error)
    if failed:
        for tested_on, file in zip(settings.tested_on, out, strict=True):
            _write(settings, file, tested_on, _images(settings, files, tested_on), Prediction(None, None))
        account = {"parameters": None, "multiply_adds": None, "memory_bytes": None, "latency_ms": None}
        account |= {"images": 0, "seconds": 0.0, "device": None}
    fit = {"trained_on": settings.trained_on, "method": settings.method, "seed": settings.seed, "failed": failed}
    write_text(json.dumps(fit | account | {"threads": threads, "code": code_digest(code)}, indent=1) + "\n", cost)


def _predicted(
    settings: PredictSettings, weights: Path, record: Path, files: _ByDataset, out: Sequence[Path], threads: int
) -> dict[str, Any]:
    """Write every prediction file; what they cost."""
    method, _, used = load_fit(weights, record)
    method.place(settings.device, threads)
    taught = segments(method, used)
    meter: Meter | None = None
    for tested_on, file in zip(settings.tested_on, out, strict=True):
        truth = _images(settings, files, tested_on)
        shown = _shown(settings, method, truth, tested_on)
        if settings.at_test == "reinhard":
            shown = replace(shown, images=reinhard(shown.images, np.array(used["train_lab"])))
        meter = meter or Meter(method, shown.first(1))
        adapted = method.adapted(shown.images) if settings.at_test == "adabn" else None
        prediction = meter.predict(shown, adapted)
        if prediction.probabilities is None and prediction.masks is None:
            raise InputError(
                f"The method {settings.method} gave neither probabilities nor masks: correct its `predict`."
            )
        _write(settings, file, tested_on, truth, prediction if taught else replace(prediction, masks=None))
    return meter.account()


def segments(method: Method, used: Mapping[str, Any]) -> bool:
    """Whether the masks of a fit are predictions; used: of its record. One that was shown no mask gives none."""
    return used["train_masks"] > 0 or method.segments_untaught or method.sees_truth


def _write(settings: PredictSettings, file: Path, tested_on: str, truth: Samples, prediction: Prediction) -> None:
    write_predictions(
        file,
        trained_on=settings.trained_on,
        tested_on=tested_on,
        method=settings.method,
        seed=settings.seed,
        classes=settings.classes,
        truth=truth,
        prediction=prediction,
    )


@dataclass(frozen=True)
class _ByDataset:
    """datasets, splits: by the dataset's name; overlaps: by the file's."""

    datasets: dict[str, DatasetFiles]
    splits: dict[str, Path]
    overlaps: dict[str, Path]


def _by_dataset(settings: PredictSettings, tested: PredictFiles) -> _ByDataset:
    trained_on = [dataset for dataset in settings.datasets if dataset in settings.members]
    return _ByDataset(
        dict(zip(settings.datasets, tested.datasets, strict=True)),
        dict(zip(trained_on, tested.splits, strict=True)),
        {file.name: file for file in tested.overlaps},
    )


def _images(settings: PredictSettings, files: _ByDataset, tested_on: str) -> Samples:
    """The test subset where the fit was trained on the same dataset; else all images that it cannot have seen."""
    dataset = parse_variant(tested_on)[0]
    tested = files.datasets[dataset]
    if dataset in settings.members:
        image_ids = read_subsets(files.splits[dataset])["test"]
    else:
        groups = read_groups(tested.index)
        seen: set[str] = set()
        for member in settings.members:
            overlaps = files.overlaps[f"{'--'.join(sorted((dataset, member)))}.csv"]
            seen |= shared_images(overlaps, dataset, groups)
        image_ids = [image_id for image_id in groups.index if image_id not in seen]
        if not image_ids:
            raise InputError(
                f"Every image of {tested.index} shows the same as one of {', '.join(settings.members)}, which the fit "
                f"has: leave the pair [{settings.trained_on}, {dataset}] out of the scenarios."
            )
    return load_samples(tested, settings.classes, image_ids, settings.labels[tested_on])


def _shown(settings: PredictSettings, method: Method, truth: Samples, tested_on: str) -> Samples:
    """What the method is shown of these images: no truth, and perturbed images where the name says so."""
    shown = truth if method.sees_truth else truth.without_truth()
    _, name, level = parse_variant(tested_on)
    if name is None:
        return shown
    axis = settings.axes[name]
    return replace(shown, images=perturb(shown.images, shown.image_ids, axis.kind, axis.strongest, level))
