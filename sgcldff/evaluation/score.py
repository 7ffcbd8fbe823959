"""From prediction files to scores: a value an image and metric, and a row a run.

Units: `sgcldff.tables.runs`; what is undefined or was not predicted is NaN. Definitions: `sgcldff.metrics`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sgcldff.config.stages.score import ScoreSettings
from sgcldff.errors import InputError
from sgcldff.evaluation.cells import SeenCells
from sgcldff.evaluation.confusions import confusion_rows
from sgcldff.evaluation.predictions import classes_of, decode_png, read_predictions
from sgcldff.evaluation.stain_curves import area_rows
from sgcldff.method import HIDDEN, UNKNOWN
from sgcldff.metrics import calibration, classification, ranking, segmentation
from sgcldff.metrics.boundaries import boundary_scores
from sgcldff.metrics.confusion import confusion, specificity
from sgcldff.metrics.jackknife import pseudo_values
from sgcldff.metrics.segmentation import PixelCounts
from sgcldff.tables.cells import each_image_once
from sgcldff.tables.definitions import BOUNDARY_SHARE, CALIBRATION_BINS, SURFACE_PIXELS
from sgcldff.tables.files import whole_file, write_table
from sgcldff.tables.runs import BOUNDARY_METRICS, METRICS_OF_A_CLASS, RUN_KEYS

COUNTS = (
    *("n_images", "n_labelled", "n_annotated", "n_masks", "n_undefined", "n_empty_truth", "n_without_distance"),
    "n_absent_classes",
)
_CLASSIFICATION = (
    *("accuracy", "precision", "recall", "f1", "auc"),
    *("specificity", "average_precision", "brier", "ece"),
)
_SEGMENTATION = ("iou", "pooled_iou", "mean_iou", "dice", "pixel_accuracy", *BOUNDARY_METRICS)
_PER_IMAGE = ("iou", "dice", "pixel_accuracy")


class Scored(NamedTuple):
    """scores, runs: as `score_files` says; confusion, cells: the tables of these names (`sgcldff.tables`)."""

    scores: pd.DataFrame
    runs: pd.DataFrame
    confusion: pd.DataFrame
    cells: pd.DataFrame


def score(
    predictions: Sequence[Path],
    joined: Sequence[Mapping[str, pd.DataFrame]],
    settings: ScoreSettings,
    runs_out: Path,
    scores_out: Path,
    confusion_out: Path,
    cells_out: Path,
) -> None:
    """Score the prediction files of one method, and put the scores beside them that bundles brought of it.

    joined: as `joined_tables` gives them. runs_out: CSV, a row a run, and a row for the area under each curve along an
    axis of perturbation; scores_out: parquet, a row an image and metric; confusion_out, cells_out: CSV. Columns: see
    `score_files`.
    Raises InputError as `score_files` and `area_rows` do.
    """
    scored = _together(score_files(predictions) if predictions or not joined else None, joined)
    with whole_file(scores_out) as part:
        scored.scores.to_parquet(part, index=False)
    write_table(pd.concat([scored.runs, area_rows(scored.runs, settings.axes)]), runs_out)
    write_table(scored.confusion, confusion_out)
    write_table(scored.cells, cells_out)


def _together(own: Scored | None, joined: Sequence[Mapping[str, pd.DataFrame]]) -> Scored:
    """What was scored here and what was joined, in the order of one run of all."""
    if not joined:
        return own
    parts = ([own._asdict()] if own else []) + list(joined)
    tables = {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in Scored._fields}
    in_order = {
        name: tables[name].sort_values(list(RUN_KEYS), kind="stable") for name in ("scores", "runs", "confusion")
    }
    ordered = {name: table.reset_index(drop=True) for name, table in in_order.items()}
    return Scored(**ordered, cells=each_image_once(tables["cells"]))


def score_files(paths: Iterable[Path]) -> Scored:
    """The scores of every prediction file, sorted by run, with one file in memory at a time.

    scores: trained_on, tested_on, method, seed, image_id, label, metric, value; metric is iou, dice, pixel_accuracy,
    correct, or precision, recall, f1 or auc, of which an image has the pseudo-value (`jackknife`). runs: the run's
    keys, the counts, the run's scores, then those of each class (see `score_run`).
    Raises InputError for a file that cannot be read, for a run that stands in two files, and where there is no file.
    """
    scored: dict[tuple, tuple[Path, pd.DataFrame, dict[str, Any], pd.DataFrame]] = {}
    cells = SeenCells()
    for path in map(Path, paths):
        frame = read_predictions(path)
        images, run = score_run(frame)
        key = tuple(run[name] for name in RUN_KEYS)
        if key in scored:
            raise InputError(f"{path} and {scored[key][0]} hold predictions of the same run: delete one of the two.")
        scored[key] = (path, images, run, confusion_rows(frame))
        cells.add(frame)
    if not scored:
        raise InputError("There is no prediction file to score: run a method first.")
    ordered = [scored[key] for key in sorted(scored)]
    runs = pd.DataFrame([run for _, _, run, _ in ordered])
    return Scored(
        scores=pd.concat([images for _, images, _, _ in ordered], ignore_index=True),
        runs=with_whole_counts(runs),
        confusion=pd.concat([confused for *_, confused in ordered], ignore_index=True),
        cells=cells.rows(),
    )


def with_whole_counts(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs with other classes leave gaps; a count beside a gap is still a whole number."""
    return runs.astype(dict.fromkeys([column for column in runs if column.startswith("n_")], "Int64"))


def score_run(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The scores of one run, from the frame that `read_predictions` gives: (a row an image and metric, the run's row).

    An image whose truth mask is wholly unknown has no row for iou, dice and pixel_accuracy; one whose masks are both
    empty has NaN in iou and dice; one without a true class has no row for correct, precision, recall, f1 and auc. The
    run's iou, dice, pixel_accuracy, boundary_f1, nsd and hd95 are means over the images where they are defined;
    precision, recall, f1, auc, specificity and average_precision are macro averages. n_labelled: images with a true
    class, n_annotated with a truth mask, whatever the method predicts; n_masks: images with both a truth and a
    predicted mask; n_undefined of them have both masks empty, n_empty_truth an empty truth with a prediction,
    n_without_distance one of both empty or both, and no hd95; n_absent_classes: declared classes without an image. For
    each class c, n_c images, and iou_c is the mean over the images with that label.
    Raises InputError for a mask that cannot be decoded or compared.
    """
    classes = classes_of(frame)
    labelled = frame["label"].notna().to_numpy()
    number = {name: index for index, name in enumerate(classes)}
    truth = np.array([number.get(label, HIDDEN) for label in frame["label"]])
    run: dict[str, Any] = {name: frame[name].iloc[0] for name in RUN_KEYS}
    run["seed"] = int(run["seed"])
    run |= dict.fromkeys(COUNTS, 0) | dict.fromkeys((*_CLASSIFICATION, *_SEGMENTATION), np.nan)
    run["n_images"] = len(frame)
    run["n_labelled"] = int(labelled.sum())
    run["n_absent_classes"] = classification.n_absent(truth[labelled], len(classes))
    per_class = {name: np.full(len(classes), np.nan) for name in METRICS_OF_A_CLASS}
    rows: list[pd.DataFrame] = []

    annotated, counts, outlines = _compared_masks(frame)
    run["n_annotated"] = int(annotated.sum())
    if counts is not None:
        values = {metric: getattr(segmentation, metric)(counts) for metric in _PER_IMAGE}
        rows += [_rows(frame, metric, values[metric], counts.scored) for metric in _PER_IMAGE]
        run["n_masks"] = int(counts.scored.sum())
        run["n_undefined"] = int(counts.both_empty.sum())
        run["n_empty_truth"] = int(counts.empty_truth.sum())
        run |= {metric: _mean(values[metric]) for metric in _PER_IMAGE}
        run["pooled_iou"] = segmentation.pooled_iou(counts)
        run["mean_iou"] = segmentation.mean_iou(counts)
        run |= {metric: _mean(outlines[counts.scored, index]) for index, metric in enumerate(BOUNDARY_METRICS)}
        run["n_without_distance"] = int(np.isnan(outlines[counts.scored, BOUNDARY_METRICS.index("hd95")]).sum())
        per_class["iou"] = np.array([_mean(values["iou"][truth == index]) for index in range(len(classes))])

    probabilities = frame[[f"p_{name}" for name in classes]].to_numpy(float)
    if labelled.any() and not np.isnan(probabilities).all():
        known, probabilities = truth[labelled], probabilities[labelled]
        predicted = probabilities.argmax(axis=1)
        per_image = {"correct": (predicted == known).astype(float)} | pseudo_values(known, probabilities)
        own, everywhere = frame[labelled], np.ones(labelled.sum(), bool)
        rows += [_rows(own, metric, values, everywhere) for metric, values in per_image.items()]
        run["accuracy"] = classification.accuracy(known, predicted)
        scores = classification.precision_recall_f1(known, predicted, len(classes))
        per_class |= dict(zip(("precision", "recall", "f1"), scores, strict=True))
        per_class["auc"] = ranking.one_vs_rest_auc(known, probabilities)
        per_class["average_precision"] = ranking.average_precision(known, probabilities)
        averaged = ("precision", "recall", "f1", "auc", "average_precision")
        run |= {metric: classification.macro(per_class[metric]) for metric in averaged}
        run["specificity"] = classification.macro(specificity(confusion(known, predicted, len(classes))))
        run["brier"] = calibration.brier_score(known, probabilities)
        run["ece"] = calibration.calibration_error(known, probabilities, CALIBRATION_BINS)

    for index, name in enumerate(classes):
        run[f"n_{name}"] = int((truth == index).sum())
        run |= {f"{metric}_{name}": float(values[index]) for metric, values in per_class.items()}
    # Nothing to concatenate where neither masks nor classes can be scored.
    return pd.concat([_rows(frame[:0], "", np.empty(0), np.empty(0, bool)), *rows], ignore_index=True), run


def _compared_masks(frame: pd.DataFrame) -> tuple[np.ndarray, PixelCounts | None, np.ndarray]:
    """Which images have a truth mask, bool [N]; the counts of every image; BOUNDARY_METRICS of every image, [N, 3].

    Masks are decoded one at a time. The counts are None and the last is empty where the method does not segment.
    """
    segmented = frame["mask"].notna().all()
    annotated, counts, outlines = [], [], []
    for image_id, mask, truth in zip(frame["image_id"], frame["mask"], frame["truth"], strict=True):
        try:
            codes = decode_png(truth)
            annotated.append(bool((codes != UNKNOWN).any()))
            if segmented:
                predicted = decode_png(mask) > 0
                counts.append(segmentation.pixel_counts(predicted[None], codes[None]))
                outlines.append(boundary_scores(predicted, codes, BOUNDARY_SHARE, SURFACE_PIXELS))
        except ValueError as error:
            name = ", ".join(f"{key} {frame[key].iloc[0]}" for key in RUN_KEYS)
            raise InputError(
                f"The masks of image {image_id} in the predictions of {name} cannot be compared ({error}): "
                "delete that prediction file and run the method again."
            ) from error
    return np.array(annotated), segmentation.concatenate(counts) if segmented else None, np.array(outlines)


def _rows(frame: pd.DataFrame, metric: str, values: np.ndarray, scored: np.ndarray) -> pd.DataFrame:
    rows = frame.loc[scored, [*RUN_KEYS, "image_id", "label"]]
    return rows.assign(metric=metric, value=values[scored])


_mean = classification.macro
