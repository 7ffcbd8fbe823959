"""Saliency by ranking on a graph of superpixels: Yang et al. 2013 (CVPR, "graph-based manifold ranking")."""

from __future__ import annotations

import numpy as np

from baselines.handcrafted.superpixels import border_sides, closed_loop_graph

SMOOTHNESS = 0.99  # alpha of Yang 2013: how much the ranking follows the graph against the queries
STEEPNESS = 10.0  # 1 / sigma^2 of the edge weights, for distances stretched to 0..1 (sigma^2 = 0.1 in Yang 2013)


def ranking_matrix(linked: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """(D - alpha W)^-1 without its diagonal, float64 [S, S]: times a query it ranks all superpixels (equation 3).

    linked: bool [S, S], symmetric; distance: [S, S]. W = exp(-distance / sigma^2) on the links, D its row sums. The
    diagonal is left out, so that a query does not vouch for itself.
    """
    weights = np.where(linked, np.exp(-STEEPNESS * distance), 0.0)
    inverse = np.linalg.inv(np.diag(weights.sum(axis=1)) - SMOOTHNESS * weights)
    np.fill_diagonal(inverse, 0.0)
    return inverse


def rank_saliency(superpixels: np.ndarray, distances: list[np.ndarray], shares: list[float]) -> np.ndarray:
    """Saliency of each superpixel, float64 [S] in 0..1.

    superpixels: int64 [H, W]; distances: float [S, S] each, of one kind of features, stretched to 0..1 over the links;
    shares: their weights in the sum. First each side of the border is the query, and what is ranked low by all four is
    salient; then what is salient above the mean is the query.
    """
    linked = closed_loop_graph(superpixels)
    mixed = np.zeros(linked.shape)
    for distance, share in zip(distances, shares, strict=True):
        least, most = distance[linked].min(), distance[linked].max()
        mixed += share * (distance - least) / max(most - least, 1e-12)
    matrix = ranking_matrix(linked, mixed)
    salient = np.ones(len(matrix))
    for side in border_sides(superpixels):
        salient *= 1.0 - stretch(matrix[:, side].sum(axis=1))
    salient = stretch(salient)
    return stretch(matrix @ (salient >= salient.mean()))


def stretch(values: np.ndarray) -> np.ndarray:
    """Brought to 0..1; constant ones give zeros."""
    return (values - values.min()) / max(values.max() - values.min(), 1e-12)
