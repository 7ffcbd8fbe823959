from __future__ import annotations

import numpy as np
import pytest
from prepared import dataset_files

from sgcldff.data.dataset_files import load_samples, read_index
from sgcldff.errors import InputError

CLASSES = ("neutrophil", "lymphocyte")


def test_all_images_come_in_the_order_of_the_index(prepare_folder):
    out = prepare_folder()
    samples = load_samples(dataset_files(out), CLASSES)
    assert samples.image_ids == read_index(out / "index.csv")["image_id"].tolist()
    assert samples.labels.tolist() == [0, 0, 0, 1, 1, 1] and samples.labels.dtype == np.int64
    assert np.array_equal(samples.images, np.load(out / "images.npy"))
    assert np.array_equal(samples.masks, np.load(out / "masks.npy"))


def test_chosen_images_come_in_the_order_of_the_index_too(prepare_folder):
    out = prepare_folder()
    samples = load_samples(dataset_files(out), CLASSES, ["round-2", "lobed-1"])
    assert samples.image_ids == ["lobed-1", "round-2"] and samples.labels.tolist() == [0, 1]
    assert np.array_equal(samples.images, np.load(out / "images.npy")[[0, 4]])
    assert type(samples.images) is np.ndarray or not isinstance(samples.images.base, np.memmap)


def test_an_image_that_is_not_there_is_named(prepare_folder):
    with pytest.raises(InputError, match="does not hold the image gone"):
        load_samples(dataset_files(prepare_folder()), CLASSES, ["round-2", "gone"])


def test_a_class_outside_the_experiment_is_named(prepare_folder):
    with pytest.raises(InputError, match="has the class lymphocyte"):
        load_samples(dataset_files(prepare_folder()), ("neutrophil",))


def test_a_dataset_that_is_not_prepared_is_named(tmp_path):
    with pytest.raises(InputError, match=r"index\.csv is missing"):
        load_samples(dataset_files(tmp_path), CLASSES)
