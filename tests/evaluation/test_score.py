"""Scores are recomputed from prediction files alone, with what is undefined left undefined."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sgcldff.config.stages.score import ScoreSettings
from sgcldff.errors import InputError
from sgcldff.evaluation.predictions import read_predictions, write_predictions
from sgcldff.evaluation.score import score, score_files, score_run
from sgcldff.method import HIDDEN, UNKNOWN, Prediction, Samples

CLASSES = ["neutrophil", "lymphocyte", "monocyte"]

# One row of four pixels an image: half right, wholly right, both empty, empty truth with a cell, wholly unknown.
TRUTH = [[1, 2, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [UNKNOWN] * 4]
PREDICTED = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [1, 1, 1, 1]]
LABELS = [0, 1, 0, 1, 1]
PROBABILITIES = [[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1]]


def write(
    path: Path,
    *,
    tested_on: str = "bccd",
    method: str = "full",
    seed: int = 0,
    classes: list[str] = CLASSES,
    labels: list[int] = LABELS,
    segments=True,
    classifies=True,
) -> Path:
    truth = Samples(
        image_ids=list("vwxyz"),
        images=np.zeros((5, 1, 4, 3), np.uint8),
        labels=np.array(labels),
        masks=np.array(TRUTH, np.uint8)[:, None],
    )
    prediction = Prediction(
        np.array(PROBABILITIES) if classifies else None, np.array(PREDICTED, bool)[:, None] if segments else None
    )
    write_predictions(
        path,
        trained_on="jtsc",
        tested_on=tested_on,
        method=method,
        seed=seed,
        classes=classes,
        truth=truth,
        prediction=prediction,
    )
    return path


@pytest.fixture
def scored(tmp_path):
    return score_run(read_predictions(write(tmp_path / "x.parquet")))


def values(images, metric: str) -> dict[str, float]:
    rows = images[images["metric"] == metric]
    return dict(zip(rows["image_id"], rows["value"], strict=True))


def test_segmentation_scores_of_a_run_by_hand(scored):
    _, run = scored
    assert run["iou"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert run["dice"] == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert run["pixel_accuracy"] == pytest.approx((0.75 + 1 + 1 + 0.75) / 4)
    assert run["pooled_iou"] == pytest.approx(2 / 4)
    assert run["mean_iou"] == pytest.approx((2 / 4 + 12 / 14) / 2)


def test_images_without_a_class_count_for_the_masks_alone(tmp_path):
    images, run = score_run(read_predictions(write(tmp_path / "x.parquet", labels=[0, HIDDEN, 0, HIDDEN, 1])))
    whole, run_of_all = score_run(read_predictions(write(tmp_path / "y.parquet")))
    assert values(images, "iou") == pytest.approx(values(whole, "iou"), nan_ok=True)
    assert run["iou"] == run_of_all["iou"] and set(values(images, "correct")) == {"v", "x", "z"}
    assert run["accuracy"] == pytest.approx(2 / 3) and run["n_labelled"] == 3 and run["n_images"] == 5


def test_a_run_without_a_single_class_has_no_classification_score(tmp_path):
    images, run = score_run(read_predictions(write(tmp_path / "x.parquet", labels=[HIDDEN] * 5)))
    assert set(images["metric"]) == {"iou", "dice", "pixel_accuracy"}
    assert np.isnan([run[metric] for metric in ("accuracy", "f1", "auc")]).all() and run["n_labelled"] == 0


def test_a_fit_that_shows_nothing_has_a_run_without_scores(tmp_path):
    images, run = score_run(read_predictions(write(tmp_path / "x.parquet", segments=False, classifies=False)))
    assert images.empty and np.isnan(run["iou"]) and np.isnan(run["accuracy"])
    assert run["n_annotated"] == 4 and run["n_labelled"] == 5 and run["n_masks"] == 0


def test_images_and_their_special_cases_are_counted(scored):
    _, run = scored
    counted = {name: value for name, value in run.items() if name.startswith("n_")}
    assert counted == {
        "n_images": 5,
        "n_labelled": 5,
        "n_annotated": 4,
        "n_masks": 4,
        "n_undefined": 1,
        "n_empty_truth": 1,
        "n_without_distance": 2,
        "n_absent_classes": 1,
        "n_neutrophil": 2,
        "n_lymphocyte": 3,
        "n_monocyte": 0,
    }


def test_classification_scores_of_a_run_by_hand(scored):
    _, run = scored
    assert run["accuracy"] == 4 / 5
    assert run["precision"] == pytest.approx((1 + 3 / 4) / 2)
    assert run["recall"] == pytest.approx((1 / 2 + 1) / 2)
    assert run["f1"] == pytest.approx((2 / 3 + 6 / 7) / 2)
    # Neutrophil .7 and .3 against .2, .1, .2: every pair in order. Lymphocyte .7, .8, .7 against .2, .6: likewise.
    assert run["auc"] == 1


def test_outlines_of_a_run_by_hand(scored):
    _, run = scored
    # Cells of one and two pixels on a line: every pixel is boundary, and none is further than one from the other's.
    assert run["boundary_f1"] == run["nsd"] == pytest.approx((1 + 1 + 0) / 3)
    assert run["hd95"] == pytest.approx((np.percentile([0, 1], 95) + 0) / 2)


def test_probabilities_of_a_run_by_hand(scored):
    _, run = scored
    assert run["specificity"] == pytest.approx((1 + 1 / 2) / 2)
    assert run["average_precision"] == pytest.approx((1 + 1) / 2)
    wrong = np.array([[0.3, 0.2, 0.1], [0.2, 0.3, 0.1], [0.7, 0.6, 0.1], [0.1, 0.2, 0.1], [0.2, 0.3, 0.1]])
    assert run["brier"] == pytest.approx((wrong**2).sum(axis=1).mean())
    # Confidences .7, .7, .7 are right; .6, in another bin, is wrong; .8 is right.
    assert run["ece"] == pytest.approx((3 * 0.3 + 0.6 + 0.2) / 5)


def test_confusions_count_the_images_of_each_true_and_predicted_class(tmp_path):
    confusion = score_files([write(tmp_path / "x.parquet")]).confusion
    found = confusion.set_index(["truth", "predicted"])["count"]
    assert len(found) == 9 and found[found > 0].to_dict() == {
        ("neutrophil", "neutrophil"): 1,
        ("neutrophil", "lymphocyte"): 1,
        ("lymphocyte", "lymphocyte"): 3,
    }
    assert confusion[["trained_on", "tested_on", "method", "seed"]].drop_duplicates().values.tolist() == [
        ["jtsc", "bccd", "full", 0]
    ]


@pytest.mark.parametrize("changes", [{"classifies": False}, {"labels": [HIDDEN] * 5}, {"tested_on": "bccd@hue@1"}])
def test_what_has_no_classes_and_what_is_stain_shifted_has_no_confusions(tmp_path, changes):
    assert score_files([write(tmp_path / "x.parquet", **changes)]).confusion.empty


def test_an_image_shows_its_cells_once_for_all_runs_and_stains(tmp_path):
    names = ("bccd", "bccd@hue@1", "jtsc")
    files = [write(tmp_path / f"{name}.parquet", tested_on=name, segments=False) for name in names]
    cells = score_files(files).cells
    assert cells["dataset"].tolist() == ["bccd"] * 4 + ["jtsc"] * 4
    assert cells["image_id"].tolist() == list("vwxy") * 2  # z has no truth mask
    assert cells["area"].tolist() == [2, 1, 0, 0] * 2


def test_each_class_has_its_scores_and_an_absent_one_has_none(scored):
    _, run = scored
    assert run["precision_lymphocyte"] == 3 / 4
    assert run["recall_neutrophil"] == 1 / 2
    assert run["f1_neutrophil"] == pytest.approx(2 / 3)
    assert run["auc_lymphocyte"] == 1
    absent = [run[f"{metric}_monocyte"] for metric in ("precision", "recall", "f1", "auc", "iou")]
    assert np.isnan(absent).all()


def test_iou_of_a_class_is_the_mean_over_the_images_with_that_label(scored):
    _, run = scored
    assert run["iou_neutrophil"] == 0.5
    assert run["iou_lymphocyte"] == 0.5


def test_an_image_has_a_row_for_each_metric_that_applies_to_it(scored):
    images, _ = scored
    assert values(images, "correct") == {"v": 1, "w": 1, "x": 0, "y": 1, "z": 1}
    assert values(images, "pixel_accuracy") == {"v": 0.75, "w": 1, "x": 1, "y": 0.75}
    assert values(images, "iou") == pytest.approx({"v": 0.5, "w": 1, "x": np.nan, "y": 0}, nan_ok=True)
    assert values(images, "dice") == pytest.approx({"v": 2 / 3, "w": 1, "x": np.nan, "y": 0}, nan_ok=True)


def test_means_of_the_image_scores_are_the_scores_of_the_run(scored):
    images, run = scored
    means = images.groupby("metric")["value"].mean()
    assert means["iou"] == pytest.approx(run["iou"])
    assert means["correct"] == pytest.approx(run["accuracy"])
    for metric in ("precision", "recall", "f1"):
        assert means[metric] == pytest.approx(run[metric])


def test_a_method_that_does_not_segment_has_no_segmentation_scores(tmp_path):
    images, run = score_run(read_predictions(write(tmp_path / "x.parquet", segments=False)))
    assert set(images["metric"]) == {"correct", "precision", "recall", "f1", "auc"}
    assert run["n_masks"] == 0
    assert np.isnan([run[name] for name in ("iou", "dice", "pooled_iou", "mean_iou", "iou_neutrophil")]).all()
    assert run["accuracy"] == 4 / 5


def test_a_method_that_does_not_classify_has_no_classification_scores(tmp_path):
    images, run = score_run(read_predictions(write(tmp_path / "x.parquet", classifies=False)))
    assert set(images["metric"]) == {"iou", "dice", "pixel_accuracy"}
    assert np.isnan([run[name] for name in ("accuracy", "precision", "recall", "f1", "auc", "f1_neutrophil")]).all()
    assert run["n_neutrophil"] == 2
    assert run["iou"] == pytest.approx(0.5)


def test_files_are_scored_into_the_columns_of_the_contract(tmp_path):
    scores, runs, *_ = score_files([write(tmp_path / "x.parquet")])
    keys = ["trained_on", "tested_on", "method", "seed"]
    assert list(scores.columns) == [*keys, "image_id", "label", "metric", "value"]
    of_a_class = ("n", "precision", "recall", "f1", "auc", "average_precision", "iou")
    per_class = [f"{metric}_{c}" for c in CLASSES for metric in of_a_class]
    counts = ["n_images", "n_labelled", "n_annotated", "n_masks", "n_undefined", "n_empty_truth", "n_without_distance"]
    metrics = ["accuracy", "precision", "recall", "f1", "auc", "specificity", "average_precision", "brier", "ece"]
    metrics += ["iou", "pooled_iou", "mean_iou", "dice", "pixel_accuracy", "boundary_f1", "nsd", "hd95"]
    assert list(runs.columns) == [*keys, *counts, "n_absent_classes", *metrics, *per_class]


def test_the_scores_of_a_method_are_four_files(tmp_path):
    file, runs, scores = (
        write(tmp_path / "x.parquet"),
        tmp_path / "new" / "runs.csv",
        tmp_path / "new" / "scores.parquet",
    )
    confusion, cells = tmp_path / "confusion.csv", tmp_path / "cells.csv"
    score([file], [], ScoreSettings(axes={"hue": [0.5, 1]}, tests={}), runs, scores, confusion, cells)
    expected = score_files([file])
    pd.testing.assert_frame_equal(pd.read_parquet(scores), expected.scores)
    written = [out.read_text() for out in (runs, confusion, cells)]
    assert written == [table.to_csv(index=False) for table in (expected.runs, expected.confusion, expected.cells)]


def test_the_area_under_a_curve_stands_below_the_runs(tmp_path):
    names = ("bccd", "bccd@hue@0.5", "bccd@hue@1")
    files = [write(tmp_path / f"{name}.parquet", tested_on=name) for name in names]
    outputs = [tmp_path / name for name in ("runs.csv", "scores.parquet", "confusion.csv", "cells.csv")]
    score(files, [], ScoreSettings(axes={"hue": [0.5, 1]}, tests={}), *outputs)
    runs = pd.read_csv(tmp_path / "runs.csv")
    assert runs["tested_on"].tolist() == [*names, "bccd@hue"]
    assert runs["f1"].iloc[-1] == pytest.approx(runs["f1"].iloc[0])


def test_runs_are_sorted_by_number_of_the_seed_whatever_the_order_of_the_files(tmp_path):
    paths = [write(tmp_path / f"{seed}.parquet", seed=seed) for seed in (10, 2, 1)]
    scores, runs, *_ = score_files(paths)
    assert runs["seed"].tolist() == [1, 2, 10]
    assert scores["seed"].drop_duplicates().tolist() == [1, 2, 10]


def test_counts_stay_whole_numbers_beside_runs_with_other_classes(tmp_path):
    other = write(tmp_path / "b.parquet", seed=1, classes=["blast", "healthy", "monocyte"])
    runs = score_files([write(tmp_path / "a.parquet"), other]).runs
    runs.to_csv(tmp_path / "runs.csv", index=False)
    assert runs["n_blast"].isna().tolist() == [True, False]
    assert ".0," not in (tmp_path / "runs.csv").read_text().replace("1.0,", "").replace("0.0,", "")


def test_the_same_run_in_two_files_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"b\.parquet and .*a\.parquet hold predictions of the same run"):
        score_files([write(tmp_path / "a.parquet"), write(tmp_path / "b.parquet")])


def test_no_file_to_score_is_an_input_error():
    with pytest.raises(InputError, match="no prediction file"):
        score_files([])


@pytest.mark.parametrize("data", [b"damaged", b""])
def test_a_mask_that_cannot_be_decoded_names_its_image_and_run(tmp_path, data):
    frame = read_predictions(write(tmp_path / "x.parquet"))
    frame["mask"] = [data, *frame["mask"].iloc[1:]]
    with pytest.raises(InputError, match="image v .*trained_on jtsc, tested_on bccd, method full, seed 0"):
        score_run(frame)


def test_scoring_imports_no_torch():
    code = "import sys, sgcldff.evaluation.score, baselines.controls; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
