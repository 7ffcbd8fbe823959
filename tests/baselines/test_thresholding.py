"""The nucleus-seeded baseline on drawn smears: purple nuclei in pale cells on a pinkish ground."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest

from baselines.handcrafted.cell import find_seeds, grow_cells
from baselines.handcrafted.classifier import DEFAULT_INVERSE_PENALTY, LinearClassifier
from baselines.handcrafted.features import FEATURES, describe, local_binary_patterns
from baselines.handcrafted.leukocyte import find_leukocyte
from baselines.handcrafted.nucleus import label_nuclei, segment_nuclei
from baselines.thresholding import NucleusSeeded
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN, Run, Samples

SIZE = 96
CLASSES = ("neutrophil", "lymphocyte")
PURPLE = {
    "plasma": (246, 228, 226),
    "red cell": (226, 178, 172),
    "cytoplasm": (206, 178, 212),
    "nucleus": (96, 44, 136),
}
YELLOW = {
    "plasma": (246, 226, 120),
    "red cell": (228, 190, 110),
    "cytoplasm": (212, 184, 112),
    "nucleus": (112, 36, 60),
}


def draw(cells, stain=PURPLE, size=SIZE, seed=0):
    """A picture and its mask codes; cells: (x, y, radius of the cell, number of lobes)."""
    generator = np.random.default_rng(seed)
    image = np.full((size, size, 3), stain["plasma"], dtype=np.uint8)
    mask = np.full((size, size), BACKGROUND, dtype=np.uint8)
    for x, y in generator.integers(0, size, (4, 2)):
        if all(np.hypot(x - cell[0], y - cell[1]) > cell[2] + 9 for cell in cells):
            cv2.circle(image, (int(x), int(y)), 7, stain["red cell"], -1)
    for x, y, radius, lobes in cells:
        cv2.circle(image, (x, y), radius, stain["cytoplasm"], -1)
        cv2.circle(mask, (x, y), radius, CYTOPLASM, -1)
        for lobe in range(lobes):
            angle = 2 * np.pi * lobe / lobes
            away = 0.0 if lobes == 1 else 0.5 * radius
            centre = (round(x + away * np.cos(angle)), round(y + away * np.sin(angle)))
            reach = round(radius * (0.7 if lobes == 1 else 0.33))
            cv2.circle(image, centre, reach, stain["nucleus"], -1)
            cv2.circle(mask, centre, reach, NUCLEUS, -1)
    noisy = cv2.GaussianBlur(image, (3, 3), 0) + generator.normal(0, 3, image.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), mask


def drawn_samples(count, seed=0, **arguments):
    """Neutrophils (three lobes) and lymphocytes (one), in turn."""
    generator = np.random.default_rng(seed)
    pictures, labels = [], []
    for index in range(count):
        x, y = (int(value) for value in generator.integers(38, 58, 2))
        radius, label = int(generator.integers(15, 20)), index % 2
        pictures.append(draw([(x, y, radius, 1 if label else 3)], seed=seed * 1000 + index, **arguments))
        labels.append(label)
    images, masks = (np.stack(part) for part in zip(*pictures, strict=True))
    return Samples([str(index) for index in range(count)], images, np.array(labels, dtype=np.int64), masks)


def overlap(predicted, truth):
    return np.count_nonzero(predicted & truth) / np.count_nonzero(predicted | truth)


# Drawn nuclei have a sharper edge than real ones, which a narrower rim does not pass.
REACH = (0.2, 1.1)


def grown(image):
    return grow_cells(image, find_seeds(image), *REACH)


@pytest.fixture(scope="module")
def fitted():
    method = NucleusSeeded(CLASSES, SIZE)
    assert method.fit(drawn_samples(16, seed=1), drawn_samples(6, seed=2), Run(seed=0)) == []
    return method


@pytest.mark.parametrize("stain", [PURPLE, YELLOW], ids=["purple", "yellow"])
def test_nucleus_and_cell_are_found_in_either_stain(stain):
    image, mask = draw([(48, 48, 24, 3)], stain)
    assert overlap(segment_nuclei(image), mask == NUCLEUS) > 0.85
    assert overlap(grown(image) > 0, mask != BACKGROUND) > 0.85


def test_a_small_cell_away_from_the_middle_is_found():
    image, mask = draw([(20, 72, 10, 1)])
    assert overlap(grown(image) > 0, mask != BACKGROUND) > 0.75


def test_a_cell_cut_by_the_border_reaches_the_border():
    image, mask = draw([(4, 48, 18, 1)])
    cell = grown(image) > 0
    assert overlap(cell, mask != BACKGROUND) > 0.85
    assert cell[44:52, 0].all()


def test_lobes_of_one_nucleus_are_one_cell():
    image, _ = draw([(48, 48, 20, 3)])
    nuclei = segment_nuclei(image)
    assert cv2.connectedComponents(nuclei.astype(np.uint8))[0] - 1 == 3
    assert label_nuclei(nuclei).max() == 1


def test_two_cells_are_two_and_the_largest_nucleus_is_the_first():
    image, mask = draw([(22, 24, 12, 1), (70, 68, 16, 1)])
    cells = grown(image)
    assert sorted(np.unique(cells)) == [0, 1, 2]
    assert cells[68, 70] == 1 and cells[24, 22] == 2
    assert overlap(cells > 0, mask != BACKGROUND) > 0.8


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_picture_has_no_nucleus_and_no_cell(level):
    image = np.full((SIZE, SIZE, 3), level, dtype=np.uint8)
    assert not segment_nuclei(image).any()
    assert not grown(image).any()


def test_noise_on_plasma_and_red_cells_is_no_nucleus():
    image, _ = draw([])
    assert not segment_nuclei(image).any()


def test_a_nucleus_that_fills_most_of_the_picture_gives_finite_features():
    image, _ = draw([(48, 48, 56, 1)])
    cells = grown(image)
    assert (cells > 0).mean() > 0.7
    assert np.isfinite(describe(image, find_leukocyte(image, cells))).all()


def test_features_count_lobes_and_measure_the_share_of_the_nucleus():
    def named(lobes):
        image, mask = draw([(48, 48, 26, lobes)])
        values = describe(image, find_leukocyte(image, grown(image)))
        return dict(zip(FEATURES, values, strict=True)), np.mean(mask[mask > 0] == NUCLEUS)

    (three, share_of_three), (one, share_of_one) = named(3), named(1)
    assert (three["nucleus_lobes"], one["nucleus_lobes"]) == (3, 1)
    assert three["nucleus_share"] == pytest.approx(share_of_three, abs=0.06)
    assert one["nucleus_share"] == pytest.approx(share_of_one, abs=0.06)
    assert three["nucleus_solidity"] < one["nucleus_solidity"]


def test_dimmer_light_changes_the_features_little():
    image, _ = draw([(48, 48, 18, 3)])
    leukocyte = find_leukocyte(image, grown(image))
    bright, dim = (describe(picture, leukocyte) for picture in (image, (image * 0.8).astype(np.uint8)))
    colour = [index for index, name in enumerate(FEATURES) if "pattern" not in name]
    np.testing.assert_allclose(bright[colour], dim[colour], atol=0.06)


def test_local_binary_patterns_of_a_flat_channel_are_all_eight_neighbours():
    assert (local_binary_patterns(np.full((5, 5), 7, dtype=np.uint8)) == 8).all()


def test_fit_tells_drawn_classes_apart_and_segments_them(fitted):
    test = drawn_samples(8, seed=3)
    prediction = fitted.predict(test.without_truth())
    assert prediction.probabilities.shape == (8, 2) and prediction.probabilities.dtype == np.float64
    np.testing.assert_allclose(prediction.probabilities.sum(axis=1), 1.0)
    assert (prediction.probabilities.argmax(axis=1) == test.labels).all()
    assert prediction.masks.dtype == bool
    assert np.mean([overlap(p, t > 0) for p, t in zip(prediction.masks, test.masks, strict=True)]) > 0.85


def test_a_restored_method_predicts_the_same_bytes(fitted):
    test = drawn_samples(4, seed=4).without_truth()
    state = fitted.state()
    assert all(isinstance(array, np.ndarray) and array.dtype == np.float64 for array in state.values())
    restored = NucleusSeeded(CLASSES, SIZE)
    restored.restore(state)
    first, second = fitted.predict(test), restored.predict(test)
    assert first.probabilities.tobytes() == second.probabilities.tobytes()
    assert first.masks.tobytes() == second.masks.tobytes()


def test_two_fits_are_the_same(fitted):
    again = NucleusSeeded(CLASSES, SIZE)
    again.fit(drawn_samples(16, seed=1), drawn_samples(6, seed=2), Run(seed=0))
    assert all(np.array_equal(array, again.state()[name]) for name, array in fitted.state().items())


def test_a_picture_without_a_nucleus_gets_an_empty_mask_and_the_class_frequencies():
    train = drawn_samples(15, seed=5)
    method = NucleusSeeded(CLASSES, SIZE)
    method.fit(train, drawn_samples(4, seed=6), Run(seed=0))
    blank = np.full((1, SIZE, SIZE, 3), 230, dtype=np.uint8)
    prediction = method.predict(Samples(["blank"], blank, train.labels[:1], train.masks[:1]).without_truth())
    assert not prediction.masks.any()
    np.testing.assert_allclose(prediction.probabilities, [[8 / 15, 7 / 15]])


def chosen(train):
    method = NucleusSeeded(CLASSES, SIZE)
    method.fit(train, train, Run(seed=0))
    return tuple(method.state()["setting"])


def test_the_setting_is_the_first_where_no_mask_is_known():
    train = drawn_samples(4, seed=7)
    assert chosen(replace(train, masks=np.full_like(train.masks, UNKNOWN))) == NucleusSeeded.settings[0]


def test_unknown_pixels_do_not_change_the_setting():
    train = drawn_samples(4, seed=7)
    hidden = train.masks.copy()
    hidden[:, :, :10] = UNKNOWN
    assert chosen(replace(train, masks=hidden)) == chosen(train)


def test_a_validation_part_without_nuclei_takes_the_default_penalty():
    train, validation = drawn_samples(6, seed=8), drawn_samples(2, seed=9)
    method = NucleusSeeded(CLASSES, SIZE)
    method.fit(train, replace(validation, images=np.full_like(validation.images, 230)), Run(seed=0))
    assert method.state()["classifier.inverse_penalty"] == DEFAULT_INVERSE_PENALTY


def test_the_leukocyte_is_the_cell_with_the_largest_nucleus_and_not_the_largest_cell():
    image, _ = draw([(22, 24, 12, 1), (70, 68, 16, 1)])
    cells = np.zeros((SIZE, SIZE), dtype=np.int32)
    cv2.circle(cells, (22, 24), 20, 1, -1)
    cv2.circle(cells, (70, 68), 16, 2, -1)
    leukocyte = find_leukocyte(image, cells)
    assert np.array_equal(leukocyte.cell, cells == 2)
    assert leukocyte.nucleus[68, 70] and not leukocyte.nucleus[24, 22]
    assert find_leukocyte(image, np.zeros_like(cells)) is None


def test_no_nucleus_in_the_training_part_is_an_input_error():
    train = drawn_samples(2)
    blank = replace(train, images=np.full_like(train.images, 230))
    with pytest.raises(InputError, match="training part"):
        NucleusSeeded(CLASSES, SIZE).fit(blank, train, Run(seed=0))


@pytest.mark.parametrize("use", ["predict", "state"])
def test_a_method_that_was_not_fitted_says_so(use):
    method = NucleusSeeded(CLASSES, SIZE)
    with pytest.raises(RuntimeError, match="NucleusSeeded .* after fit or restore"):
        getattr(method, use)(*[drawn_samples(1)] * (use == "predict"))


def test_a_class_absent_from_training_has_probability_zero():
    generator = np.random.default_rng(0)
    labels = np.repeat([0, 2], 10)
    features = generator.normal(size=(20, 3)) + labels[:, None]
    classifier = LinearClassifier.fit(features, labels, 3, 1.0)
    probabilities = classifier.probabilities(features)
    assert (probabilities[:, 1] == 0).all()
    assert np.mean(probabilities.argmax(axis=1) == labels) > 0.9


def test_a_single_class_in_training_is_certain():
    classifier = LinearClassifier.fit(np.ones((3, 2)), np.ones(3, dtype=np.int64), 2, 1.0)
    np.testing.assert_array_equal(classifier.probabilities(np.zeros((1, 2))), [[0.0, 1.0]])


def test_probabilities_are_those_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    generator = np.random.default_rng(1)
    labels = np.arange(60) % 3
    features = generator.normal(size=(60, 4)) + labels[:, None]
    classifier = LinearClassifier.fit(features, labels, 3, 0.3)
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    expected = LogisticRegression(C=0.3, class_weight="balanced", max_iter=5000).fit(scaled, labels)
    np.testing.assert_allclose(classifier.probabilities(features), expected.predict_proba(scaled), atol=1e-6)


def test_importing_the_method_imports_no_torch():
    code = "import sys, baselines.thresholding; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
