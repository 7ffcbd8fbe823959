"""The nucleus-seeded baseline on drawn smears: purple nuclei in pale cells on a pinkish ground."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest

from baselines.handcrafted.cell import find_seeds, grow_cells
from baselines.handcrafted.classifier import LinearClassifier
from baselines.handcrafted.features import FEATURES, describe, local_binary_patterns
from baselines.handcrafted.leukocyte import find_leukocyte
from baselines.handcrafted.nucleus import label_nuclei, segment_nuclei
from sgcldff.method import BACKGROUND, NUCLEUS

SIZE = 96
CLASSES = ("neutrophil", "lymphocyte")


def overlap(predicted, truth):
    return np.count_nonzero(predicted & truth) / np.count_nonzero(predicted | truth)


# Drawn nuclei have a sharper edge than real ones, which a narrower rim does not pass.
REACH = (0.2, 1.1)


def grown(image):
    return grow_cells(image, find_seeds(image), *REACH)


@pytest.mark.parametrize("stain", ["purple", "yellow"])
def test_nucleus_and_cell_are_found_in_either_stain(stain, draw):
    image, mask = draw([(48, 48, 24, 3)], stain)
    assert overlap(segment_nuclei(image), mask == NUCLEUS) > 0.85
    assert overlap(grown(image) > 0, mask != BACKGROUND) > 0.85


def test_a_small_cell_away_from_the_middle_is_found(draw):
    image, mask = draw([(20, 72, 10, 1)])
    assert overlap(grown(image) > 0, mask != BACKGROUND) > 0.75


def test_a_cell_cut_by_the_border_reaches_the_border(draw):
    image, mask = draw([(4, 48, 18, 1)])
    cell = grown(image) > 0
    assert overlap(cell, mask != BACKGROUND) > 0.85
    assert cell[44:52, 0].all()


def test_lobes_of_one_nucleus_are_one_cell(draw):
    image, _ = draw([(48, 48, 20, 3)])
    nuclei = segment_nuclei(image)
    assert cv2.connectedComponents(nuclei.astype(np.uint8))[0] - 1 == 3
    assert label_nuclei(nuclei).max() == 1


def test_two_cells_are_two_and_the_largest_nucleus_is_the_first(draw):
    image, mask = draw([(22, 24, 12, 1), (70, 68, 16, 1)])
    cells = grown(image)
    assert sorted(np.unique(cells)) == [0, 1, 2]
    assert cells[68, 70] == 1 and cells[24, 22] == 2
    assert overlap(cells > 0, mask != BACKGROUND) > 0.8


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_image_has_no_nucleus_and_no_cell(level):
    image = np.full((SIZE, SIZE, 3), level, dtype=np.uint8)
    assert not segment_nuclei(image).any()
    assert not grown(image).any()


def test_noise_on_plasma_and_red_cells_is_no_nucleus(draw):
    image, _ = draw([])
    assert not segment_nuclei(image).any()


def test_a_nucleus_that_fills_most_of_the_image_gives_finite_features(draw):
    image, _ = draw([(48, 48, 56, 1)])
    cells = grown(image)
    assert (cells > 0).mean() > 0.7
    assert np.isfinite(describe(image, find_leukocyte(image, cells))).all()


def test_features_count_lobes_and_measure_the_share_of_the_nucleus(draw):
    def named(lobes):
        image, mask = draw([(48, 48, 26, lobes)])
        values = describe(image, find_leukocyte(image, grown(image)))
        return dict(zip(FEATURES, values, strict=True)), np.mean(mask[mask > 0] == NUCLEUS)

    (three, share_of_three), (one, share_of_one) = named(3), named(1)
    assert (three["nucleus_lobes"], one["nucleus_lobes"]) == (3, 1)
    assert three["nucleus_share"] == pytest.approx(share_of_three, abs=0.06)
    assert one["nucleus_share"] == pytest.approx(share_of_one, abs=0.06)
    assert three["nucleus_solidity"] < one["nucleus_solidity"]


def test_dimmer_light_changes_the_features_little(draw):
    image, _ = draw([(48, 48, 18, 3)])
    leukocyte = find_leukocyte(image, grown(image))
    bright, dim = (describe(image, leukocyte) for image in (image, (image * 0.8).astype(np.uint8)))
    colour = [index for index, name in enumerate(FEATURES) if "pattern" not in name]
    np.testing.assert_allclose(bright[colour], dim[colour], atol=0.06)


def test_local_binary_patterns_of_a_flat_channel_are_all_eight_neighbours():
    assert (local_binary_patterns(np.full((5, 5), 7, dtype=np.uint8)) == 8).all()


def test_the_leukocyte_is_the_cell_with_the_largest_nucleus_and_not_the_largest_cell(draw):
    image, _ = draw([(22, 24, 12, 1), (70, 68, 16, 1)])
    cells = np.zeros((SIZE, SIZE), dtype=np.int32)
    cv2.circle(cells, (22, 24), 20, 1, -1)
    cv2.circle(cells, (70, 68), 16, 2, -1)
    leukocyte = find_leukocyte(image, cells)
    assert np.array_equal(leukocyte.cell, cells == 2)
    assert leukocyte.nucleus[68, 70] and not leukocyte.nucleus[24, 22]
    assert find_leukocyte(image, np.zeros_like(cells)) is None


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


def test_importing_the_methods_imports_no_torch():
    modules = ", ".join(f"baselines.{name}" for name in ("otsu", "kmeans", "thresholding", "grabcut"))
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
