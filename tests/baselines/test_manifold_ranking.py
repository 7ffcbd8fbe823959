"""Superpixels, their graph, the ranking against hand computations, and the method on drawn smears."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from baselines.handcrafted.ranking import SMOOTHNESS, STEEPNESS, rank_saliency, ranking_matrix, stretch
from baselines.handcrafted.superpixels import border_sides, closed_loop_graph, connect, slic
from baselines.manifold_ranking import HIGH_SHARES, ManifoldRanking, average
from sgcldff.method import Run, Samples

PLASMA, CYTOPLASM, NUCLEUS = (246, 228, 226), (190, 160, 210), (96, 44, 136)


def smear(x, y, radius=15):
    image = np.full((64, 64, 3), PLASMA, dtype=np.uint8)
    mask = np.zeros((64, 64), dtype=np.uint8)
    cv2.circle(image, (x, y), radius, CYTOPLASM, -1)
    cv2.circle(mask, (x, y), radius, 1, -1)
    cv2.circle(image, (x, y), round(0.6 * radius), NUCLEUS, -1)
    noise = np.random.default_rng(0).normal(0, 2, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8), mask


def samples(count):
    images, masks = zip(*(smear(30 + index, 33, 13 + 2 * (index % 2)) for index in range(count)), strict=True)
    names = [str(index) for index in range(count)]
    return Samples(names, np.stack(images), np.arange(count) % 2, np.stack(masks))


@pytest.fixture(scope="module")
def fitted():
    method = ManifoldRanking(("a", "b"), 64, weights="none")
    method.fit(samples(4), samples(2), Run(seed=0))
    return method


def lab_of(image):
    return cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)


def test_superpixels_are_connected_numbered_without_gaps_and_as_many_as_asked():
    superpixels = slic(lab_of(smear(32, 32)[0]), 100)
    count = superpixels.max() + 1
    assert 70 <= count <= 140 and np.array_equal(np.unique(superpixels), np.arange(count))
    for number in range(count):
        assert cv2.connectedComponents((superpixels == number).astype(np.uint8), connectivity=4)[0] == 2


def test_superpixels_keep_to_the_edge_of_a_cell():
    image, mask = smear(32, 32)
    superpixels = slic(lab_of(image), 100)
    pure = [abs(mask[superpixels == number].mean() - 0.5) > 0.4 for number in range(superpixels.max() + 1)]
    assert np.mean(pure) > 0.9


def test_a_small_component_is_given_to_its_neighbour():
    labels = np.zeros((6, 6), dtype=np.int64)
    labels[:, 3:], labels[2, 2] = 1, 7
    connected = connect(labels, 4)
    assert connected.max() == 1 and connected[2, 2] in (connected[2, 1], connected[2, 3])


def test_the_graph_links_neighbours_their_neighbours_and_the_whole_border():
    superpixels = np.arange(36).reshape(6, 6)
    linked = closed_loop_graph(superpixels)
    assert np.array_equal(linked, linked.T) and not linked.diagonal().any()
    assert linked[14, 15] and linked[14, 16] and linked[14, 21] and not linked[14, 22]
    assert linked[0, 35] and linked[2, 33]
    assert [side.tolist() for side in border_sides(superpixels)][0] == [0, 1, 2, 3, 4, 5]


def test_the_ranking_matrix_is_the_closed_form_of_the_source():
    distance = np.array([[0, 0.1, 0.5], [0.1, 0, 0.2], [0.5, 0.2, 0]])
    linked = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    near, far = np.exp(-STEEPNESS * 0.1), np.exp(-STEEPNESS * 0.2)
    system = np.array(
        [
            [near, -SMOOTHNESS * near, 0],
            [-SMOOTHNESS * near, near + far, -SMOOTHNESS * far],
            [0, -SMOOTHNESS * far, far],
        ]
    )
    matrix = ranking_matrix(linked, distance)
    assert (matrix.diagonal() == 0).all()
    expected = np.linalg.solve(system, np.array([1.0, 0, 0]))
    np.testing.assert_allclose(matrix[1:, 0], expected[1:])


def test_what_differs_from_the_border_is_salient():
    superpixels = np.arange(49).reshape(7, 7)
    value = np.zeros(49)
    inside = [16, 17, 18, 23, 24, 25, 30, 31, 32]
    value[inside] = 1.0
    distance = np.abs(value[:, None] - value)
    saliency = rank_saliency(superpixels, [distance, distance], [0.5, 0.5])
    assert saliency[inside].min() > 0.5 > np.delete(saliency, inside).max()


def test_a_share_of_nought_leaves_a_distance_out():
    superpixels = np.arange(49).reshape(7, 7)
    low, high = (np.random.default_rng(seed).random((49, 49)) for seed in (0, 1))
    low, high = low + low.T, high + high.T
    alone = rank_saliency(superpixels, [low], [1.0])
    assert np.array_equal(rank_saliency(superpixels, [low, high], [1.0, 0.0]), alone)
    assert not np.array_equal(rank_saliency(superpixels, [low, high], [0.5, 0.5]), alone)


def test_stretching_a_constant_gives_zeros():
    assert not stretch(np.full(3, 5.0)).any()


def test_a_map_is_averaged_over_each_superpixel():
    superpixels = np.array([[0, 0], [1, 1]])
    values = np.array([[[1.0], [3]], [[5], [7]]])
    np.testing.assert_array_equal(average(values, superpixels), [[2.0], [6.0]])


def test_high_level_maps_come_from_the_strides_4_and_16_at_the_size_of_the_image(fitted):
    maps = fitted.stage_maps(smear(32, 32)[0])
    assert [each.shape for each in maps] == [(64, 64, 24), (64, 64, 112)]


def test_the_high_level_changes_the_saliency(fitted):
    saliency = fitted.prepare(smear(32, 32)[0]).saliency
    assert not np.allclose(saliency[HIGH_SHARES[0]], saliency[HIGH_SHARES[1]])


def test_the_cell_is_found_and_the_prediction_is_that_of_a_restored_method(fitted):
    test = samples(3)
    restored = ManifoldRanking(("a", "b"), 64, weights="none")
    restored.restore(fitted.state())
    first, second = (each.predict(test.without_truth()) for each in (fitted, restored))
    assert first.masks.tobytes() == second.masks.tobytes()
    assert first.probabilities.tobytes() == second.probabilities.tobytes()
    truth = test.masks > 0
    assert np.count_nonzero(first.masks & truth) / np.count_nonzero(first.masks | truth) > 0.7


def test_a_blank_image_has_no_cell(fitted):
    blank = np.full((64, 64, 3), 230, dtype=np.uint8)
    assert not fitted.segment(fitted.prepare(blank), *fitted.settings[0]).any()


def test_a_nucleus_is_cell_even_where_nothing_is_salient(fitted):
    prepared = fitted.prepare(smear(32, 32)[0])
    cells = fitted.segment(prepared, HIGH_SHARES[0], 1000.0)
    assert (cells[prepared.nuclei > 0] == 1).all()


def test_parameters_are_those_of_the_network_and_of_the_classifier(fitted):
    classifier = sum(array.size for name, array in fitted.state().items() if not name.startswith("network."))
    assert fitted.parameters() == classifier + sum(each.numel() for each in fitted.network.parameters())
