"""Divide a prepared dataset into training, validation and test part, anew for each seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sgcldff.data.prepared import read_text_table
from sgcldff.errors import InputError

PARTS = ("train", "validation", "test")
DRAWS = 1000
STREAM = 0x5B117
"""Sets the draws of the split apart from all else that is seeded with the same number."""


def read_parts(file: Path) -> dict[str, list[str]]:
    """The names of the pictures in each of PARTS; InputError where the file is missing or damaged."""
    table = read_text_table(file, ("image_id", "part"), "split the dataset")
    return {part: table.loc[table["part"] == part, "image_id"].tolist() for part in PARTS}


def split(
    index: pd.DataFrame,
    seed: int,
    fractions: tuple[float, float, float] = (0.7, 0.1, 0.2),
    source: str = "index.csv",
    grouped: bool = True,
) -> pd.DataFrame:
    """The part of every picture: columns image_id and part, in the order of `index`.

    index: columns image_id, label, group; fractions: of the pictures of each class, for PARTS in turn; source: what an
    error calls the dataset; grouped: False draws every picture by itself, whatever its group, which serves nothing but
    to show how much a split made after augmentation inflates scores. Stratified by class; a group is never divided, and
    one that holds several classes is drawn with the rarest of them. Every class is in each part: where groups of
    several classes leave one out, all are drawn again. The same pictures give the same parts, in any order.
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
        if count < len(PARTS):
            raise InputError(
                f"{source} has {count} independent pictures of the class {label} (overlapping ones, and those of one "
                f"group, count as one) and a split needs {len(PARTS)}: add pictures of it, or leave the class out in "
                "the configuration."
            )
    groups = groups.assign(label=_strata(groups["label"]))
    for _ in range(DRAWS):
        part = group.map(_draw(groups, fractions, rng))
        if (pd.crosstab(index["label"], part).reindex(columns=PARTS, fill_value=0) > 0).all(axis=None):
            return pd.DataFrame({"image_id": index["image_id"], "part": part})
    raise InputError(
        f"{source} has groups of several classes, and none of {DRAWS} draws brought every class into every part: make "
        "smaller groups, or leave the rarest class out in the configuration."
    )


def _strata(labels: pd.Series) -> pd.Series:
    """Within what groups are drawn: their class, but classes with too few groups to divide are drawn together."""
    few = labels.map(labels.value_counts()) < len(PARTS)
    joined = "" if few.sum() >= len(PARTS) or few.all() else labels[~few].min()
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
    for part, fraction, reserved in ((PARTS[2], fractions[2], 2), (PARTS[1], fractions[1], 1)):
        held = 0
        while len(sizes) - len(parts) > reserved:
            size = sizes[len(parts)]
            # A group goes in while that brings the part nearer to its share.
            if held and held + size / 2 > fraction * total:
                break
            held += size
            parts.append(part)
    return parts + [PARTS[0]] * (len(sizes) - len(parts))
