"""k-means in Lab: clusters in a fixed order, whatever ran before."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from baselines.kmeans import LabKMeans, rank_clusters

# Nucleus, cytoplasm, red cell, plasma.
COLOURS = np.array([(96, 44, 136), (206, 178, 212), (226, 178, 172), (246, 228, 226)], dtype=np.uint8)


def to_lab(image):
    return cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)


def test_clusters_go_from_nucleus_over_cytoplasm_and_red_cells_to_plasma():
    stripes = np.repeat(np.repeat(COLOURS[None], 8, axis=1), 8, axis=0)
    ranks = rank_clusters(to_lab(stripes), 1.0, 4)
    assert ranks.shape == (8, 32)
    assert [int(ranks[0, column]) for column in (4, 12, 20, 28)] == [0, 1, 2, 3]


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_a_nucleus_has_its_own_cluster_however_much_plasma_there_is(share):
    generator = np.random.default_rng(0)
    counts = (np.array([share, share, share, 1 - 3 * share]) * 3600).astype(int)
    pixels = np.repeat(COLOURS, counts, axis=0) + generator.normal(0, 3, (counts.sum(), 3))
    ranks = rank_clusters(to_lab(np.clip(pixels, 0, 255)[None]), 1.0, 3)[0]
    assert (ranks[: counts[0]] == 0).all() and (ranks[counts[0] :] > 0).all()


def test_clusters_do_not_depend_on_the_random_numbers_drawn_before(draw):
    lab = to_lab(draw([(48, 48, 20, 3)])[0])
    cv2.setRNGSeed(5)
    first = rank_clusters(lab, 0.5, 6)
    cv2.randu(np.zeros(7), 0, 1)
    assert np.array_equal(first, rank_clusters(lab, 0.5, 6))


def test_an_image_is_clustered_once_for_all_settings_that_share_it(draw):
    _, ranks_of = LabKMeans(("a",), 96).prepare(draw([(48, 48, 20, 3)])[0])
    assert ranks_of(0.5, 4) is ranks_of(0.5, 4)
    assert ranks_of(0.5, 4) is not ranks_of(1.0, 4)


def test_a_lower_weight_of_lightness_joins_what_differs_in_light_alone():
    grey = np.array([40, 70, 100], dtype=np.float32)
    lab = np.array([[(light, hue, 0) for light in grey for hue in (0, 25)]], dtype=np.float32)
    by_light, by_hue = (rank_clusters(np.repeat(lab, 4, axis=0), weight, 2)[0] for weight in (1.0, 0.1))
    assert by_light[0] == by_light[1] and by_light[0] != by_light[-1]
    assert (by_hue[::2] == by_hue[0]).all() and by_hue[0] != by_hue[1]
