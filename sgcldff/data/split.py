"""Divide a prepared dataset into training, validation and test subset, again for each seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sgcldff.config.stages.split import SplitSettings
from sgcldff.data.subsets import SUBSETS
from sgcldff.errors import InputError

DRAWS = 1000  # at most, until every class is in every subset
STREAM = 0x5B117  # sets the draws of the split apart from all else that is seeded with the same number


def split(index: pd.DataFrame, seed: int, settings: SplitSettings, source: str = "index.csv") -> pd.DataFrame:
    """The subset of every image: columns image_id and subset, in the order of `index`.

    index: columns image_id, label, group; settings: shares of the images of each class, and `grouped`, of which False
    draws every image by itself, whatever its group: that serves nothing but to show how much a split made after
    augmentation inflates scores; source: what an error calls the dataset. Stratified by class; a group is never
    divided, and one that holds several classes is drawn with the rarest of them. Every class is in each subset: where
    groups of several classes leave one out, all are drawn again. The same images give the same subsets, in any order.
    Raises InputError where a class is in fewer groups than there are subsets, or DRAWS draws leave a class out of one.
    """
    fractions = (settings.train, settings.validation, settings.test)
    rng = np.random.default_rng([seed, STREAM])
    group = index["group"] if settings.grouped else index["image_id"]
    ordered = index.assign(group=group).sort_values("image_id")
    frequency = ordered["label"].value_counts()
    rarity = {label: (count, label) for label, count in frequency.items()}
    groups = ordered.groupby("group").agg(
        name=("image_id", "first"),
        label=("label", lambda labels: min(labels, key=rarity.__getitem__)),
        size=("image_id", "size"),
    )
    for label, count in ordered.groupby("label")["group"].nunique().items():
        if count < len(SUBSETS):
            raise InputError(
                f"{source} has {count} independent images of the class {label} (overlapping ones, and those of one "
                f"group, count as one) and a split needs {len(SUBSETS)}: add images of it, or leave the class out in "
                "the configuration."
            )
    groups = groups.assign(label=_strata(groups["label"]))
    for _ in range(DRAWS):
        subset = group.map(_draw(groups, fractions, rng))
        if (pd.crosstab(index["label"], subset).reindex(columns=SUBSETS, fill_value=0) > 0).all(axis=None):
            return pd.DataFrame({"image_id": index["image_id"], "subset": subset})
    raise InputError(
        f"{source} has groups of several classes, and none of {DRAWS} draws brought every class into every subset: "
        "make smaller groups, or leave the rarest class out in the configuration."
    )


def _strata(labels: pd.Series) -> pd.Series:
    """Within what groups are drawn: their class, but classes with too few groups to divide are drawn together."""
    few = labels.map(labels.value_counts()) < len(SUBSETS)
    joined = "" if few.sum() >= len(SUBSETS) or few.all() else labels[~few].min()
    return labels.where(~few, joined)


def _draw(groups: pd.DataFrame, fractions: tuple[float, float, float], rng: np.random.Generator) -> dict[str, str]:
    """The subset of each group; groups: columns name, label and size."""
    subset_of: dict[str, str] = {}
    for _, own in groups.sort_values("name").groupby("label"):
        drawn = own.iloc[rng.permutation(len(own))]
        subset_of |= dict(zip(drawn.index, _fill(drawn["size"].tolist(), fractions), strict=True))
    return subset_of


def _fill(sizes: list[int], fractions: tuple[float, float, float]) -> list[str]:
    """The subset of each group in turn: test is filled first, then validation, and the rest is for training."""
    total = sum(sizes)
    subsets: list[str] = []
    for subset, fraction, reserved in ((SUBSETS[2], fractions[2], 2), (SUBSETS[1], fractions[1], 1)):
        held = 0
        while len(sizes) - len(subsets) > reserved:
            size = sizes[len(subsets)]
            # A group goes in while that brings the subset nearer to its share.
            if held and held + size / 2 > fraction * total:
                break
            held += size
            subsets.append(subset)
    return subsets + [SUBSETS[0]] * (len(sizes) - len(subsets))
