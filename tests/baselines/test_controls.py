"""The controls score at the two ends of every metric, through the same files as every method."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from baselines.controls import Chance, Oracle, centred_disc
from sgcldff.errors import InputError
from sgcldff.evaluation.predictions import write_predictions
from sgcldff.evaluation.score import score_files
from sgcldff.method import CYTOPLASM, HIDDEN, NUCLEUS, UNKNOWN, Method, Prediction, Run, Samples, build
from sgcldff.tables.runs import DESCRIBED, LOWER_IS_BETTER
from sgcldff.tables.runs import METRICS as COMPARED

CLASSES = ["neutrophil", "lymphocyte", "monocyte", "eosinophil"]
SIZE = 32
METRICS = [name for name in (*COMPARED, *DESCRIBED) if name not in LOWER_IS_BETTER]


def smears(labels: list[int], radius: float = 8) -> Samples:
    """A cell with a nucleus in each image, off the middle by a few pixels."""
    generator = np.random.default_rng(5)
    rows, columns = np.mgrid[:SIZE, :SIZE]
    masks = np.zeros((len(labels), SIZE, SIZE), np.uint8)
    for mask in masks:
        row, column = generator.integers(12, 20, 2)
        distance = np.hypot(rows - row, columns - column)
        mask[distance <= radius] = CYTOPLASM
        mask[distance <= radius / 2] = NUCLEUS
    images = generator.integers(0, 256, (len(labels), SIZE, SIZE, 3), dtype=np.uint8)
    return Samples([f"image {index}" for index in range(len(labels))], images, np.array(labels), masks)


def fitted(method_class: type[Method], train: Samples) -> Method:
    method = method_class(CLASSES, SIZE)
    assert method.fit(train, train, Run(seed=0)) == []
    return method


def scores_of(tmp_path: Path, test: Samples, prediction: Prediction) -> pd.Series:
    path = tmp_path / "x.parquet"
    keys = {"trained_on": "jtsc", "tested_on": "jtsc", "method": "control", "seed": 0}
    write_predictions(path, **keys, classes=CLASSES, truth=test, prediction=prediction)
    return score_files([path]).runs.iloc[0]


TRAIN = smears([1, 0, 0, 0, 2, 1, 3, 0])
TEST = smears([0, 0, 1, 2, 3, 0])


@pytest.mark.parametrize("labels", [[0, 0, 1, 2, 3, 0], [0, 2, 2, 0]])
def test_the_oracle_scores_1_in_every_metric(tmp_path, labels):
    test = smears(labels)
    run = scores_of(tmp_path, test, fitted(Oracle, TRAIN).predict(test))
    assert run[METRICS].tolist() == [1.0] * len(METRICS)
    assert run[list(LOWER_IS_BETTER)].tolist() == [0.0] * len(LOWER_IS_BETTER)
    present = [CLASSES[label] for label in sorted(set(labels))]
    per_class = [run[f"{metric}_{name}"] for name in present for metric in ("precision", "recall", "f1", "auc", "iou")]
    assert per_class == [1.0] * len(per_class)


def test_the_oracle_scores_1_beside_unknown_pixels_and_images_without_a_mask(tmp_path):
    test = smears([0, 1, 2, 3])
    test.masks[0, 10:20] = UNKNOWN
    test.masks[1] = UNKNOWN
    run = scores_of(tmp_path, test, fitted(Oracle, TRAIN).predict(test))
    assert run["n_masks"] == 3
    assert run[METRICS].tolist() == [1.0] * len(METRICS)
    assert run[list(LOWER_IS_BETTER)].tolist() == [0.0] * len(LOWER_IS_BETTER)


def test_where_nothing_is_known_the_oracle_says_nothing_that_could_be_scored():
    prediction = Oracle(CLASSES, SIZE).predict(TEST.without_truth())
    assert prediction.masks is None and (prediction.probabilities == 1 / len(CLASSES)).all()


def test_the_oracle_does_not_segment_where_no_image_has_a_mask():
    test = smears([0, 1])
    test.masks[:] = UNKNOWN
    assert Oracle(CLASSES, SIZE).predict(test).masks is None


def test_the_oracle_alone_sees_the_truth():
    assert Oracle.sees_truth
    assert not Chance.sees_truth


def test_chance_scores_at_the_lower_end(tmp_path):
    run = scores_of(tmp_path, TEST, fitted(Chance, TRAIN).predict(TEST.without_truth()))
    assert run["accuracy"] == 3 / 6
    assert run["auc"] == 0.5
    assert run["recall"] == 1 / 4
    assert run["f1"] == pytest.approx((2 / 3) / 4)
    assert run["iou"] < 0.9 and run["hd95"] > 0
    assert run["specificity"] == 3 / 4 and run["average_precision"] == pytest.approx((1 / 2 + 3 / 6) / 4)


def test_chance_predicts_the_majority_class_with_the_training_frequencies():
    prediction = fitted(Chance, TRAIN).predict(TEST.without_truth())
    np.testing.assert_array_equal(prediction.probabilities, [[4 / 8, 2 / 8, 1 / 8, 1 / 8]] * 6)
    assert (prediction.probabilities.argmax(axis=1) == 0).all()


def test_chance_gives_a_class_without_training_images_the_probability_0():
    probabilities = fitted(Chance, smears([2, 2, 1])).predict(TEST).probabilities
    np.testing.assert_allclose(probabilities[0], [0, 1 / 3, 2 / 3, 0])


def test_the_disc_of_chance_has_the_mean_cell_area_of_the_training_masks():
    train = smears([0, 1, 2, 3])
    train.masks[0] = smears([0], radius=4).masks[0]
    train.masks[3] = UNKNOWN
    expected = np.mean([np.isin(mask, [CYTOPLASM, NUCLEUS]).sum() for mask in train.masks[:3]])
    masks = fitted(Chance, train).predict(TEST).masks
    assert masks.shape == (6, SIZE, SIZE)
    assert masks.dtype == bool
    assert masks[0].sum() == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize("shape", [(32, 32), (33, 33), (20, 31)])
def test_the_disc_is_centred_and_of_the_area_asked_for(shape):
    disc = centred_disc(shape, 150)
    assert disc.sum() == pytest.approx(150, rel=0.08)
    np.testing.assert_array_equal(disc, disc[::-1, ::-1])


def test_chance_looks_at_no_image():
    method = fitted(Chance, TRAIN)
    other = Samples(TEST.image_ids, 255 - TEST.images, np.full(6, HIDDEN), np.full_like(TEST.masks, UNKNOWN))
    np.testing.assert_array_equal(method.predict(TEST).masks, method.predict(other).masks)


def test_chance_without_training_masks_does_not_segment():
    train = smears([0, 1])
    train.masks[:] = UNKNOWN
    assert fitted(Chance, train).predict(TEST).masks is None


def test_chance_needs_training_labels():
    with pytest.raises(InputError, match="training subset has no labelled image"):
        fitted(Chance, TRAIN.without_truth())


@pytest.mark.parametrize("method_class", [Oracle, Chance])
def test_a_restored_control_predicts_the_same(method_class):
    method = fitted(method_class, TRAIN)
    restored = method_class(CLASSES, SIZE)
    restored.restore(method.state())
    first, second = method.predict(TEST), restored.predict(TEST)
    np.testing.assert_array_equal(first.probabilities, second.probabilities)
    np.testing.assert_array_equal(first.masks, second.masks)


@pytest.mark.parametrize("name", ["Oracle", "Chance"])
def test_the_controls_are_built_by_name_without_arguments(name):
    assert build(f"baselines.controls.{name}", CLASSES, SIZE, {}).classes == tuple(CLASSES)
