"""The prediction file is written whole, read back as written, and refuses what no method should give."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sgcldff.errors import InputError
from sgcldff.evaluation.predictions import classes_of, decode_png, encode_png, read_predictions, write_predictions
from sgcldff.method import HIDDEN, Prediction, Samples

CLASSES = ["neutrophil", "lymphocyte", "monocyte", "eosinophil"]


@pytest.fixture
def truth() -> Samples:
    generator = np.random.default_rng(1)
    return Samples(
        image_ids=["a", "b", "c"],
        images=generator.integers(0, 256, (3, 8, 8, 3), dtype=np.uint8),
        labels=np.array([0, 1, 3]),
        masks=generator.choice(np.array([0, 1, 2, 255], np.uint8), (3, 8, 8)),
    )


@pytest.fixture
def prediction() -> Prediction:
    generator = np.random.default_rng(2)
    probabilities = generator.dirichlet(np.ones(4), 3)
    return Prediction(probabilities, generator.random((3, 8, 8)) < 0.5)


def write(path: Path, truth: Samples, prediction: Prediction, method: str = "unetpp") -> Path:
    write_predictions(
        path,
        trained_on="jtsc",
        tested_on="bccd",
        method=method,
        seed=3,
        classes=CLASSES,
        truth=truth,
        prediction=prediction,
    )
    return path


@pytest.fixture
def written(tmp_path, truth, prediction) -> Path:
    return write(tmp_path / "seed-3" / "bccd.parquet", truth, prediction)


def test_what_is_read_is_what_was_written(written, truth, prediction):
    frame = read_predictions(written)
    keys = frame[["trained_on", "tested_on", "method", "seed"]].drop_duplicates()
    assert keys.values.tolist() == [["jtsc", "bccd", "unetpp", 3]]
    assert frame["image_id"].tolist() == ["a", "b", "c"]
    assert frame["label"].tolist() == ["neutrophil", "lymphocyte", "eosinophil"]
    np.testing.assert_array_equal(frame[[f"p_{name}" for name in CLASSES]], prediction.probabilities)
    np.testing.assert_array_equal([decode_png(mask) for mask in frame["mask"]], prediction.masks * 255)
    np.testing.assert_array_equal([decode_png(mask) for mask in frame["truth"]], truth.masks)


def test_the_columns_and_types_are_those_of_the_contract(written):
    schema = pq.read_schema(written)
    assert {name: str(schema.field(name).type) for name in schema.names} == {
        "trained_on": "string",
        "tested_on": "string",
        "method": "string",
        "seed": "int64",
        "image_id": "string",
        "label": "string",
        **{f"p_{name}": "double" for name in CLASSES},
        "mask": "binary",
        "truth": "binary",
    }


def test_the_classes_are_read_in_their_order(written):
    assert classes_of(read_predictions(written)) == CLASSES


def test_a_method_that_does_not_classify_has_nan_probabilities(tmp_path, truth, prediction):
    frame = read_predictions(write(tmp_path / "x.parquet", truth, replace(prediction, probabilities=None)))
    assert frame[[f"p_{name}" for name in CLASSES]].isna().all(axis=None)


def test_a_method_that_does_not_segment_has_null_masks(tmp_path, truth, prediction):
    frame = read_predictions(write(tmp_path / "x.parquet", truth, replace(prediction, masks=None)))
    assert frame["mask"].isna().all()
    assert frame["truth"].notna().all()


def test_the_same_prediction_gives_the_same_bytes(tmp_path, written, truth, prediction):
    again = write(tmp_path / "again.parquet", truth, prediction)
    assert again.read_bytes() == written.read_bytes()


def test_a_killed_writer_leaves_the_finished_file_as_it_was(written, truth, prediction, monkeypatch):
    before = written.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write(written, truth, replace(prediction, masks=~prediction.masks))
    assert written.read_bytes() == before


def test_single_precision_probabilities_are_accepted(tmp_path, truth):
    logits = np.random.default_rng(0).normal(0, 5, (3, 4)).astype(np.float32)
    softmax = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True, dtype=np.float32)
    read_predictions(write(tmp_path / "x.parquet", truth, Prediction(softmax, None)))


@pytest.mark.parametrize(
    ("probabilities", "fault"),
    [
        (np.full((2, 4), 0.25), "shape"),
        (np.full((3, 3), 1 / 3), "shape"),
        (np.array([[1, 0, 0, 0]] * 2 + [[np.nan] * 4]), "finite"),
        (np.array([[1, 0, 0, 0]] * 2 + [[np.inf, 0, 0, 0]]), "finite"),
        (np.full((3, 4), 0.3), "sum to one"),
        (np.array([[1.2, -0.2, 0, 0]] * 3), "between 0 and 1"),
    ],
)
def test_wrong_probabilities_are_refused_in_the_name_of_the_method(tmp_path, truth, prediction, probabilities, fault):
    with pytest.raises(InputError, match=f"unetpp.*{fault}"):
        write(tmp_path / "x.parquet", truth, replace(prediction, probabilities=probabilities))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "masks", [np.zeros((2, 8, 8), bool), np.zeros((3, 8, 9), bool), np.zeros((3, 8, 8)), np.zeros((3, 1, 8, 8), bool)]
)
def test_wrong_masks_are_refused_in_the_name_of_the_method(tmp_path, truth, prediction, masks):
    with pytest.raises(InputError, match="unetpp.*masks of shape"):
        write(tmp_path / "x.parquet", truth, replace(prediction, masks=masks))


def test_a_fit_that_was_taught_nothing_it_could_show_has_an_empty_prediction(tmp_path, truth, prediction):
    path = write(tmp_path / "bccd.parquet", truth, Prediction(None, None))
    frame = read_predictions(path)
    assert frame["mask"].isna().all() and frame[[f"p_{name}" for name in CLASSES]].isna().all(axis=None)


def test_a_hidden_label_is_null(tmp_path, truth, prediction):
    labels = truth.labels.copy()
    labels[0] = HIDDEN
    frame = read_predictions(write(tmp_path / "bccd.parquet", replace(truth, labels=labels), prediction))
    assert frame["label"].isna().tolist() == [True] + [False] * (len(labels) - 1)


def test_a_missing_file_is_named_with_the_remedy(tmp_path):
    with pytest.raises(InputError, match=r"absent\.parquet is missing: run its method"):
        read_predictions(tmp_path / "absent.parquet")


def test_a_truncated_file_is_named_with_the_remedy(written):
    written.write_bytes(written.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"bccd\.parquet cannot be read .*: delete it and run"):
        read_predictions(written)


def test_a_file_that_is_no_parquet_is_named_with_the_remedy(tmp_path):
    path = tmp_path / "bccd.parquet"
    path.write_text("image_id,label\n")
    with pytest.raises(InputError, match=r"bccd\.parquet cannot be read .*: delete it and run"):
        read_predictions(path)


def test_a_flipped_byte_in_a_page_is_found(written):
    data = bytearray(written.read_bytes())
    data[data.index(b"IDAT") + 10] ^= 0xFF
    written.write_bytes(data)
    with pytest.raises(InputError, match=r"bccd\.parquet cannot be read .*: delete it and run"):
        read_predictions(written)


def set_value(column: str, row: int, value: object):
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = [value if at == row else old for at, old in enumerate(frame[column])]
        return frame

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda frame: frame.drop(columns="truth"), "lacks the columns truth"),
        (lambda frame: frame.drop(columns=[f"p_{name}" for name in CLASSES]), "lacks the columns p_<class>"),
        (lambda frame: frame.iloc[:0], "holds no image"),
        (set_value("seed", 1, 4), "more than one run"),
        (lambda frame: frame.assign(seed="three"), "cannot be read"),
        (set_value("image_id", 2, "a"), "the image a twice"),
        (set_value("label", 1, "basophil"), "the label basophil, which is none of its classes"),
        (set_value("truth", 0, None), "without a truth mask"),
        (set_value("mask", 0, None), "some of its images only"),
        (set_value("p_monocyte", 0, float("nan")), "probabilities that are not finite"),
    ],
)
def test_a_file_with_wrong_rows_is_named_with_the_fault_and_the_remedy(written, change, fault):
    frame = change(pq.read_table(written).to_pandas())
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), written)
    with pytest.raises(InputError, match=rf"bccd\.parquet .*{fault}.*: delete it and run"):
        read_predictions(written)


def test_mask_codes_survive_the_png():
    codes = np.array([[0, 1], [2, 255]], np.uint8)
    np.testing.assert_array_equal(decode_png(encode_png(codes)), codes)


@pytest.mark.parametrize("data", [b"", b"not an image", encode_png(np.zeros((2, 2, 3), np.uint8))])
def test_bytes_that_hold_no_mask_are_refused(data):
    with pytest.raises(ValueError, match="PNG"):
        decode_png(data)
