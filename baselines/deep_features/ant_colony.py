"""Feature selection by an ant colony: ants walk from feature to feature along pheromone, and the best mark their path.

The hyper-cube form of Blum and Dorigo 2004 ("The hyper-cube framework for ant colony optimization"): pheromone stays in
[0, 1] and moves towards the indicator of the best subsets; bounds (Stützle and Hoos 2000) keep every feature within
reach. Everything is drawn from one generator, so a seed gives one selection.
"""

from __future__ import annotations

import numpy as np

from baselines.deep_features.selection import correlations, relevance

ANTS = 20
ITERATIONS = 10
EVAPORATION = 0.2  # share of the pheromone that an iteration replaces
BOUNDS = (0.05, 0.95)  # of the pheromone
VISIBILITY = 2.0  # exponent of what an ant sees of a feature, against that of the pheromone, 1
RIDGE = 1.0  # of the least-squares classifier that judges a subset, in units of the mean squared feature vector


def walk(
    pheromone: np.ndarray, seen: np.ndarray, likeness: np.ndarray, count: int, generator: np.random.Generator
) -> np.ndarray:
    """The features that each of ANTS ants comes by in `count` steps: bool [ANTS, F].

    An ant goes to a feature that it has not been to with a probability in proportion to the pheromone there times, to
    the power of VISIBILITY, what it sees: the feature's relevance over its mean likeness to those on the ant's path.
    pheromone: float64 [F], above zero; seen: float64 [F], relevance, above zero; likeness: float64 [F, F] in [0, 1].
    """
    ants = np.arange(ANTS)
    taken = np.zeros((ANTS, len(pheromone)), dtype=bool)
    sums = np.zeros(taken.shape)
    trail = np.log(pheromone) + VISIBILITY * np.log(seen)
    for step in range(count):
        # The largest of the logarithms plus Gumbel noise is a draw in proportion to what they are logarithms of.
        keys = trail + generator.gumbel(size=taken.shape)
        if step:
            keys -= VISIBILITY * np.log(np.maximum(sums / step, 1e-3))
        keys[taken] = -np.inf
        chosen = keys.argmax(axis=1)
        taken[ants, chosen] = True
        sums += likeness[chosen]
    return taken


def quality(features: np.ndarray, labels: np.ndarray) -> float:
    """Minus the squared error of a ridge classifier when each image is left out in turn, the classes weighing alike.

    features: float64 [N, F], standardised; labels: int64 [N]; the targets are 1 for the class and -1 for the others.
    Leaving out needs no refit: the residual of an image that took part, divided by one less its leverage, is the
    residual of one that did not.
    """
    classes, targets = np.unique(labels, return_inverse=True)
    codes = 2.0 * np.eye(len(classes))[targets] - 1.0
    gram = features @ features.T
    gram *= len(gram) / max(np.trace(gram), 1e-12)
    gram += 1.0  # of a constant feature: the intercept
    smoother = np.linalg.solve(gram + RIDGE * np.eye(len(gram)), gram)
    errors = (((codes - smoother @ codes) / (1 - np.diag(smoother))[:, None]) ** 2).mean(axis=1)
    return -float(np.mean([errors[targets == each].mean() for each in range(len(classes))]))


def search(features: np.ndarray, labels: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """The best subset of `count` features that the colony finds: sorted int64 [count].

    features: float64 [V, N, F], V variants of N images; labels: int64 [N]. Relevance, the F statistic between the
    classes, and likeness, the absolute correlation, are taken over all variants, so that what augmentation blurs is not
    relevant. A subset is judged on the first variant: beside another of the same image, leaving one out means little.
    The best subset of all and the best of the iteration mark their trails.
    """
    table = features.reshape(-1, features.shape[2])
    scaled = correlations(table)
    likeness = np.abs(scaled.T @ scaled).clip(max=1.0)
    relevances = relevance(table, np.tile(labels, len(features)))
    seen = relevances / max(relevances.mean(), 1e-12) + 1e-3
    deviation = features[0].std(axis=0)
    standard = (features[0] - features[0].mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    pheromone = np.full(table.shape[1], 0.5)
    best, best_quality = np.zeros(table.shape[1], dtype=bool), -np.inf
    for _ in range(ITERATIONS):
        paths = walk(pheromone, seen, likeness, count, generator)
        qualities = [quality(standard[:, path], labels) for path in paths]
        leader = int(np.argmax(qualities))
        if qualities[leader] > best_quality:
            best, best_quality = paths[leader], qualities[leader]
        marked = (best.astype(np.float64) + paths[leader]) / 2
        pheromone = np.clip((1 - EVAPORATION) * pheromone + EVAPORATION * marked, *BOUNDS)
    return np.flatnonzero(best)
