"""Measures of attention over the seeds: means, and what a method has more or less than another, its control or chance.

Every seed measures its fit on test images of its own split, so that intervals are those for redrawn splits
(resampled.py). Everything is in the unit of the metric: fractions, correlations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.statistics.comparison import compare
from sgcldff.statistics.paired_test import is_constant
from sgcldff.statistics.resampled import corrected_test
from sgcldff.statistics.student import TTest
from sgcldff.tables.attention import (
    AREAS,
    ATTENTION,
    ATTENTION_METRICS,
    OF_AREA,
    RANDOM,
    TRAINED,
    WITH_RANDOM_WEIGHTS,
    area_of,
)
from sgcldff.tables.comparisons import REDRAWN

Key = tuple[str, str, str, str]  # dataset ("": the mean over them), method, weights, metric
_KEYS = ["dataset", "method", "weights", "metric"]
_BOUNDS = ("ci_low", "ci_high", "lower_bound", "upper_bound")


def attention_over_seeds(images: pd.DataFrame, reference: str, test_train_ratio: float) -> pd.DataFrame:
    """The table ATTENTION, on the mean over the datasets ("") and on each.

    images: IMAGES_ATTENDED of every fit. A seed's value is the mean over its images that have one, and that over the
    datasets the mean of theirs; a dataset on which no method has a metric (no masks) takes no part in it. Differences:
    the reference minus every other method, each method minus itself with random weights, and each share minus the
    area, image by image. What lacks a seed of its dataset (a fit that failed) is described over the others, without an
    interval.

    >>> from sgcldff.tables.attention import IMAGES_ATTENDED
    >>> rows = [("full", 0, 0.2), ("full", 1, 0.3), ("other", 0, 0.3), ("other", 1, 0.6)]
    >>> images = pd.DataFrame(rows, columns=["method", "seed", "prior_distance"])
    >>> images = images.assign(dataset="a", weights="trained").reindex(columns=IMAGES_ATTENDED.columns)
    >>> table = attention_over_seeds(images, "full", test_train_ratio=0.25)
    >>> table.loc[table["dataset"] == "", ["method", "against", "mean"]].round(3).values.tolist()
    [['full', '', 0.25], ['full', 'other', -0.2], ['other', '', 0.45]]
    """
    values = _by_seed(images)
    seeds = {name: sorted(of["seed"].unique()) for name, of in images.groupby("dataset")} | {
        "": sorted(images["seed"].unique())
    }
    order = {metric: position for position, metric in enumerate(ATTENTION_METRICS)}
    keys = sorted((key for key in values if key[3] in order), key=lambda key: (*key[:3], order[key[3]]))
    rows = []
    for key in keys:
        own = values[key]
        about = dict(zip(_KEYS, key, strict=True)) | {"n_images": own["images"].mean()}
        missing = [str(seed) for seed in seeds[key[0]] if seed not in own.index]
        note = f"undefined for seed {', '.join(missing)}: no interval" if missing else ""
        rows.append(about | {"against": ""} | _mean(own["value"], note, test_train_ratio))
        for against, other in _others(values, key, reference):
            rows.append(
                about | {"against": against} | _difference(own["value"], other["value"], note, test_train_ratio)
            )
    return pd.DataFrame(rows, columns=list(ATTENTION.columns))


def _by_seed(images: pd.DataFrame) -> dict[Key, pd.DataFrame]:
    """Columns value and images by seed; beside each share `<share> area`, over the images that have the share."""
    areas = {
        f"{metric} {OF_AREA}": images[area].where(images[metric].notna())
        for metric in ATTENTION_METRICS
        if (area := area_of(metric))
    }
    names = [*_KEYS[:3], "seed"]
    long = images.assign(**areas).melt(names, [*ATTENTION_METRICS, *areas], "metric").dropna(subset="value")
    each = long.astype({"value": float}).groupby([*_KEYS, "seed"])["value"].agg(value="mean", images="size")
    together = each.groupby([*_KEYS[1:], "seed"]).agg(
        value=("value", "mean"), images=("images", "sum"), datasets=("value", "size")
    )
    needed = each.reset_index().groupby("metric")["dataset"].nunique()
    complete = together["datasets"] == together.index.get_level_values("metric").map(needed)
    average = pd.concat({"": together.loc[complete, ["value", "images"]]}, names=["dataset"])
    return {key: rows.droplevel(_KEYS) for key, rows in pd.concat([average, each]).groupby(_KEYS)}


def _others(values: Mapping[Key, pd.DataFrame], key: Key, reference: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """What a mean is compared with, and its values by seed, where it has any seed in common."""
    dataset, method, weights, metric = key
    if metric in AREAS:
        return
    others: dict[str, Key] = {}
    if weights == TRAINED and method == reference:
        methods = sorted({name for _, name, *_ in values} - {method})
        others |= {name: (dataset, name, weights, metric) for name in methods}
    if weights == TRAINED:
        others[WITH_RANDOM_WEIGHTS] = (dataset, method, RANDOM, metric)
    others[OF_AREA] = (dataset, method, weights, f"{metric} {OF_AREA}")
    for against, other in others.items():
        if other in values and len(values[key].index.intersection(values[other].index)):
            yield against, values[other]


def _mean(own: pd.Series, note: str, ratio: float) -> dict[str, Any]:
    sd = own.std(ddof=1)
    if not note and len(own) > 1 and is_constant(own.to_numpy(), np.zeros(len(own))):
        note = "the same in every seed: no interval"
    return _row(own, sd, TTest() if note else corrected_test(own.mean(), sd, len(own), ratio), note)


def _difference(own: pd.Series, other: pd.Series, note: str, ratio: float) -> dict[str, Any]:
    both = own.index.intersection(other.index)
    if not note and len(both) < len(own):
        note = f"undefined for seed {', '.join(map(str, own.index.difference(both)))}: no interval"
    compared = compare(own[both], other[both], test_train_ratio=ratio)
    test = TTest() if note else compared.deciding
    return _row(own[both] - other[both], compared.plain.sd, test, note or compared.note)


def _row(values: pd.Series, sd: float, test: TTest, note: str) -> dict[str, Any]:
    bounds = {name: getattr(test, name) for name in _BOUNDS}
    return {"n_seeds": len(values), "mean": values.mean(), "sd": sd, **bounds, "basis": REDRAWN, "note": note}
