"""What every method of hand features does, whatever its segmentation, on drawn smears."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from baselines.grabcut import NucleusGrabCut
from baselines.handcrafted.classifier import DEFAULT_INVERSE_PENALTY
from baselines.kmeans import LabKMeans
from baselines.otsu import MultiOtsu
from baselines.thresholding import NucleusSeeded
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN, Run, Samples

METHODS = (MultiOtsu, LabKMeans, NucleusSeeded, NucleusGrabCut)
SIZE = 96
CLASSES = ("neutrophil", "lymphocyte")


def overlap(predicted, truth):
    return np.count_nonzero(predicted & truth) / np.count_nonzero(predicted | truth)


@pytest.fixture(scope="module", params=METHODS)
def fitted(request, drawn_samples):
    method = request.param(CLASSES, SIZE)
    assert method.fit(drawn_samples(6, seed=1), drawn_samples(2, seed=2), Run(seed=0)) == []
    return method


def test_fit_tells_drawn_classes_apart_and_segments_them(fitted, drawn_samples):
    test = drawn_samples(8, seed=3)
    prediction = fitted.predict(test.without_truth())
    assert prediction.probabilities.shape == (8, 2) and prediction.probabilities.dtype == np.float64
    np.testing.assert_allclose(prediction.probabilities.sum(axis=1), 1.0)
    assert (prediction.probabilities.argmax(axis=1) == test.labels).all()
    assert prediction.masks.dtype == bool
    assert np.mean([overlap(p, t > 0) for p, t in zip(prediction.masks, test.masks, strict=True)]) > 0.85


def test_a_restored_method_predicts_the_same_bytes(fitted, drawn_samples):
    test = drawn_samples(4, seed=4).without_truth()
    state = fitted.state()
    assert all(isinstance(array, np.ndarray) and array.dtype == np.float64 for array in state.values())
    restored = type(fitted)(CLASSES, SIZE)
    restored.restore(state)
    first, second = fitted.predict(test), restored.predict(test)
    assert first.probabilities.tobytes() == second.probabilities.tobytes()
    assert first.masks.tobytes() == second.masks.tobytes()


def test_two_fits_are_the_same(fitted, drawn_samples):
    again = type(fitted)(CLASSES, SIZE)
    again.fit(drawn_samples(6, seed=1), drawn_samples(2, seed=2), Run(seed=0))
    assert all(np.array_equal(array, again.state()[name]) for name, array in fitted.state().items())


def test_an_image_is_segmented_alike_alone_and_among_others(fitted, drawn_samples):
    test = drawn_samples(4, seed=4).without_truth()
    last = Samples(test.image_ids[3:], test.images[3:], test.labels[3:], test.masks[3:])
    assert np.array_equal(fitted.predict(last).masks, fitted.predict(test).masks[3:])


@pytest.mark.parametrize("level", [0, 128, 230])
def test_a_blank_image_gets_an_empty_mask_and_the_class_frequencies(level, fitted):
    blank = np.clip(np.random.default_rng(level).normal(level, 2, (1, SIZE, SIZE, 3)), 0, 255).astype(np.uint8)
    label, mask = np.zeros(1, dtype=np.int64), np.zeros((1, SIZE, SIZE), dtype=np.uint8)
    prediction = fitted.predict(Samples(["blank"], blank, label, mask).without_truth())
    assert not prediction.masks.any()
    np.testing.assert_allclose(prediction.probabilities, [[0.5, 0.5]])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [0, 200])
def test_an_image_of_one_colour_has_no_cell_at_any_setting(method, value):
    method = method(CLASSES, SIZE)
    prepared = method.prepare(np.full((SIZE, SIZE, 3), value, dtype=np.uint8))
    assert not any(method.segment(prepared, *setting).any() for setting in method.settings)


@pytest.mark.parametrize("method", METHODS)
def test_cells_are_numbered_and_the_larger_is_the_first(method, draw):
    image, mask = draw([(22, 24, 12, 1), (70, 68, 16, 1)])
    method = method(CLASSES, SIZE)
    cells = method.segment(method.prepare(image), *best_setting(method, image, mask))
    assert cells.dtype == np.int32 and sorted(np.unique(cells)) == [0, 1, 2]
    assert cells[68, 70] == 1 and cells[24, 22] == 2


def best_setting(method, image, mask):
    prepared = method.prepare(image)
    return max(method.settings, key=lambda setting: overlap(method.segment(prepared, *setting) > 0, mask > 0))


def test_opencv_takes_no_more_threads_than_it_is_given(drawn_samples):
    train = drawn_samples(4)
    NucleusSeeded(CLASSES, SIZE).fit(train, train, Run(seed=0, threads=2))
    assert cv2.getNumThreads() == 2
    NucleusSeeded(CLASSES, SIZE).place("cpu", 1)
    assert cv2.getNumThreads() == 1


def test_class_frequencies_are_those_of_the_training_labels(drawn_samples):
    train = drawn_samples(5, seed=5)
    method = NucleusSeeded(CLASSES, SIZE)
    method.fit(train, drawn_samples(4, seed=6), Run(seed=0))
    np.testing.assert_allclose(method.state()["frequencies"], [3 / 5, 2 / 5])


def chosen(train):
    method = NucleusSeeded(CLASSES, SIZE)
    method.fit(train, train, Run(seed=0))
    return tuple(method.state()["setting"])


def test_the_setting_is_the_first_where_no_mask_is_known(drawn_samples):
    train = drawn_samples(4, seed=7)
    assert chosen(replace(train, masks=np.full_like(train.masks, UNKNOWN))) == NucleusSeeded.settings[0]


def test_unknown_pixels_do_not_change_the_setting(drawn_samples):
    train = drawn_samples(4, seed=7)
    hidden = train.masks.copy()
    hidden[:, :, :10] = UNKNOWN
    assert chosen(replace(train, masks=hidden)) == chosen(train)


def test_a_validation_subset_without_nuclei_takes_the_default_penalty(drawn_samples):
    train, validation = drawn_samples(6, seed=8), drawn_samples(2, seed=9)
    method = NucleusSeeded(CLASSES, SIZE)
    method.fit(train, replace(validation, images=np.full_like(validation.images, 230)), Run(seed=0))
    assert method.state()["classifier.inverse_penalty"] == DEFAULT_INVERSE_PENALTY


def test_no_nucleus_in_the_training_subset_is_an_input_error(drawn_samples):
    train = drawn_samples(2)
    blank = replace(train, images=np.full_like(train.images, 230))
    with pytest.raises(InputError, match="training subset"):
        NucleusSeeded(CLASSES, SIZE).fit(blank, train, Run(seed=0))


@pytest.mark.parametrize("use", ["predict", "state"])
def test_a_method_that_was_not_fitted_says_so(use, drawn_samples):
    method = NucleusSeeded(CLASSES, SIZE)
    with pytest.raises(RuntimeError, match="NucleusSeeded .* after fit or restore"):
        getattr(method, use)(*[drawn_samples(1)] * (use == "predict"))
