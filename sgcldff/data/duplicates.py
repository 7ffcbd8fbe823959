"""Which pictures are the same, within a dataset and between two: the table of pairs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from sgcldff.data.keypoints import read_store
from sgcldff.data.overlaps import overlaps_between
from sgcldff.data.prepared import read_index, read_text_table
from sgcldff.data.room import needs_room
from sgcldff.data.tables import write_table

COLUMNS = ("first", "second", "kind")
VOTES = 200_000
"""Bytes of disk a picture, about, while duplicates are sought."""


def find_shared(first: Path, second: Path, out: Path) -> None:
    """Write the pairs of pictures that two prepared datasets share; InputError for a damaged one or a full disk."""
    index, other = read_index(first), read_index(second)
    out.parent.mkdir(parents=True, exist_ok=True)
    with needs_room(out.parent, VOTES * (len(index) + len(other))):
        pairs = overlaps_between(
            read_store(first / "keypoints"),
            index["sha256"].tolist(),
            read_store(second / "keypoints"),
            other["sha256"].tolist(),
            out.with_suffix(".votes"),
        )
        named = {"first": pairs["first"].map(index["image_id"]), "second": pairs["second"].map(other["image_id"])}
        write_table(pairs.assign(**named), out)


def read_duplicates(file: Path) -> pd.DataFrame:
    """The pairs of a table of duplicates: first, second (image_ids) and kind (`same pixels` or `overlap`), all text.

    Raises InputError where it is missing or damaged.
    """
    return read_text_table(file, COLUMNS, "find the duplicates")


def shared_pictures(file: Path, dataset: str, groups: pd.Series, others: Collection[str] | None = None) -> set[str]:
    """The pictures of one of two datasets that show the same as one of the other, and whatever stands in their groups.

    file: the table of the two, called by both names; groups: of `dataset`, as `read_groups` gives them; others: the
    pictures of the other dataset that count (None: all of them).
    """
    pairs = read_duplicates(file)
    own, other = ("first", "second") if file.stem.startswith(f"{dataset}--") else ("second", "first")
    found = pairs[own] if others is None else pairs.loc[pairs[other].isin(list(others)), own]
    return set(groups.index[groups.isin(set(groups.reindex(found)))])
