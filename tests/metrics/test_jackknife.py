from __future__ import annotations

import numpy as np
import pytest

from sgcldff.metrics.classification import macro, precision_recall_f1
from sgcldff.metrics.jackknife import pseudo_values
from sgcldff.metrics.ranking import one_vs_rest_auc

SHARES = [0.55, 0.25, 0.12, 0.08]


def drawn(seed, images=40, decimals=2):
    """Truth and probabilities, rounded so that some are tied."""
    random = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(4), np.arange(4), random.choice(4, size=images - 8, p=SHARES)])
    logits = random.normal(size=(images, 4))
    logits[np.arange(images), truth] += 1
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return truth, probabilities.round(decimals)


def scores(truth, probabilities):
    """The four macro scores of some images."""
    predicted = probabilities.argmax(axis=1)
    scores = dict(zip(("precision", "recall", "f1"), precision_recall_f1(truth, predicted, 4), strict=True))
    return {name: macro(values) for name, values in (scores | {"auc": one_vs_rest_auc(truth, probabilities)}).items()}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("metric", ["precision", "recall", "f1", "auc"])
def test_a_pseudo_value_is_what_the_score_loses_without_the_image(seed, metric):
    truth, probabilities = drawn(seed)
    n, whole = len(truth), scores(truth, probabilities)[metric]
    each = np.arange(n)
    left = np.array([scores(truth[each != i], probabilities[each != i])[metric] for i in each])
    assert pseudo_values(truth, probabilities)[metric] == pytest.approx(whole + (n - 1) * (left.mean() - left))


@pytest.mark.parametrize("metric", ["precision", "recall", "f1", "auc"])
def test_the_mean_over_the_images_is_the_score(metric):
    truth, probabilities = drawn(5, images=90)
    assert pseudo_values(truth, probabilities)[metric].mean() == pytest.approx(scores(truth, probabilities)[metric])


def test_the_spread_of_a_difference_of_two_aucs_is_that_of_delong():
    """DeLong, DeLong and Clarke-Pearson (1988), their equations for two classifiers on the same images."""
    random = np.random.default_rng(2)
    m, n = 14, 25
    truth = np.repeat([1, 0], [m, n])
    both = [np.clip(0.3 * truth + random.uniform(0, 0.7, m + n), 0, 1).round(2) for _ in range(2)]
    components = []
    for score in both:
        wins = (score[:m, None] > score[None, m:]) + 0.5 * (score[:m, None] == score[None, m:])
        components.append((wins.mean(axis=1), wins.mean(axis=0)))
    positive, negative = (np.subtract(*side) for side in zip(*components, strict=True))
    difference = np.subtract(*(pseudo_values(truth, np.column_stack([1 - score, score]))["auc"] for score in both))
    # DeLong divides the two sums of squares by m (m - 1) and n (n - 1), the jackknife by (m - 1)^2 and (n - 1)^2.
    delong = positive.var(ddof=1) / m * m / (m - 1) + negative.var(ddof=1) / n * n / (n - 1)
    jackknife = difference.var(ddof=1) / (m + n)
    assert jackknife == pytest.approx(delong * (m + n - 1) / (m + n))


def test_a_score_that_no_image_changes_has_no_spread():
    truth = np.repeat(np.arange(4), 5)
    values = pseudo_values(truth, np.eye(4)[truth])
    assert all(column == pytest.approx(np.ones(20)) for column in values.values())


def test_without_the_only_image_of_a_class_the_macro_score_runs_over_the_others():
    truth, probabilities = drawn(3)
    keep = (truth != 3) | (np.cumsum(truth == 3) == 1)
    truth, probabilities = truth[keep], probabilities[keep]
    values = pseudo_values(truth, probabilities)
    lone = int(np.flatnonzero(truth == 3)[0])
    others = np.delete(np.arange(len(truth)), lone)
    assert np.isfinite(values["auc"]).all()
    left = scores(truth[others], probabilities[others])["auc"]
    whole, n = scores(truth, probabilities)["auc"], len(truth)
    assert values["auc"][lone] - values["auc"][0] == pytest.approx(
        (n - 1) * (scores(truth[1:], probabilities[1:])["auc"] - left), abs=1e-9
    )
    assert values["auc"].mean() == pytest.approx(whole)


def test_images_of_one_class_have_no_auc():
    truth, probabilities = drawn(1)
    alone = truth == 0
    values = pseudo_values(truth[alone], probabilities[alone])
    assert np.isnan(values["auc"]).all() and np.isfinite(values["f1"]).all()
