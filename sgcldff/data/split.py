"""Divide a prepared dataset into training, validation and test subset, anew for each seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sgcldff.data.dataset_files import read_text_table
from sgcldff.errors import InputError

SUBSETS = ("train", "validation", "test")
DRAWS = 1000
STREAM = 0x5B117
"""Sets the draws of the split apart from all else that is seeded with the same number."""


def read_subsets(file: Path) -> dict[str, list[str]]:
    """The names of the images in each of SUBSETS; InputError where the file is missing or damaged."""
    table = read_text_table(file, ("image_id", "subset"), "split the dataset")
    return {part: table.loc[table["subset"] == part, "image_id"].tolist() for part in SUBSETS}


def split(
    index: pd.DataFrame,
    seed: int,
    fractions: tuple[float, float, float] = (0.7, 0.1, 0.2),
    source: str = "index.csv",
    grouped: bool = True,
) -> pd.DataFrame:
    """The part of every image: columns image_id and subset, in the order of `index`.

    index: columns image_id, label, group; fractions: of the images of each class, for SUBSETS in turn; source: what an
    error calls the dataset; grouped: False draws every image by itself, whatever its group, which serves nothing but
    to show how much a split made after augmentation inflates scores. Stratified by class; a group is never divided, and
    one that holds several classes is drawn with the rarest of them. Every class is in each part: where groups of
    several classes leave one out, all are drawn again. The same images give the same parts, in any order.
    Raises InputError where a class is in fewer groups than there are parts, or DRAWS draws leave a class out of a part.
    """
    rng = np.random.default_rng([seed, STREAM])
    group = index["group"] if grouped else index["image_id"]
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
        part = group.map(_draw(groups, fractions, rng))
        if (pd.crosstab(index["label"], part).reindex(columns=SUBSETS, fill_value=0) > 0).all(axis=None):
            return pd.DataFrame({"image_id": index["image_id"], "subset": part})
    raise InputError(
        f"{source} has groups of several classes, and none of {DRAWS} draws brought every class into every part: make "
        "smaller groups, or leave the rarest class out in the configuration."
    )


def _strata(labels: pd.Series) -> pd.Series:
    """Within what groups are drawn: their class, but classes with too few groups to divide are drawn together."""
    few = labels.map(labels.value_counts()) < len(SUBSETS)
    joined = "" if few.sum() >= len(SUBSETS) or few.all() else labels[~few].min()
    return labels.where(~few, joined)


def _draw(groups: pd.DataFrame, fractions: tuple[float, float, float], rng: np.random.Generator) -> dict[str, str]:
    """The part of each group; groups: columns name, label and size."""
    part_of_group: dict[str, str] = {}
    for _, own in groups.sort_values("name").groupby("label"):
        drawn = own.iloc[rng.permutation(len(own))]
        part_of_group |= dict(zip(drawn.index, _fill(drawn["size"].tolist(), fractions), strict=True))
    return part_of_group


def _fill(sizes: list[int], fractions: tuple[float, float, float]) -> list[str]:
    """The part of each group in turn: test is filled first, then validation, and the rest is for training."""
    total = sum(sizes)
    parts: list[str] = []
    for part, fraction, reserved in ((SUBSETS[2], fractions[2], 2), (SUBSETS[1], fractions[1], 1)):
        held = 0
        while len(sizes) - len(parts) > reserved:
            size = sizes[len(parts)]
            # A group goes in while that brings the part nearer to its share.
            if held and held + size / 2 > fraction * total:
                break
            held += size
            parts.append(part)
    return parts + [SUBSETS[0]] * (len(sizes) - len(parts))
