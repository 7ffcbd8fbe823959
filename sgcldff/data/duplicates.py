"""Which pictures are the same, within a dataset and between two: the table of pairs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sgcldff.data.keypoints import read_store
from sgcldff.data.overlaps import overlaps_between
from sgcldff.data.prepared import read_index, read_text_table
from sgcldff.data.tables import write_table

COLUMNS = ("first", "second", "kind")


def find_shared(first: Path, second: Path, out: Path) -> None:
    """Write the pairs of pictures that two prepared datasets share; InputError where one of them is damaged."""
    index, other = read_index(first), read_index(second)
    out.parent.mkdir(parents=True, exist_ok=True)
    pairs = overlaps_between(
        read_store(first / "keypoints"),
        index["sha256"].tolist(),
        read_store(second / "keypoints"),
        other["sha256"].tolist(),
        out.parent,
    )
    named = {"first": pairs["first"].map(index["image_id"]), "second": pairs["second"].map(other["image_id"])}
    write_table(pairs.assign(**named), out)


def read_duplicates(file: Path) -> pd.DataFrame:
    """The pairs of a table of duplicates: first, second (image_ids) and kind (`same pixels` or `overlap`), all text.

    Raises InputError where it is missing or damaged.
    """
    return read_text_table(file, COLUMNS, "find the duplicates")


def shared_pictures(file: Path, dataset: str) -> set[str]:
    """The pictures of one of the two datasets that share something with the other's; `file` is called by both names."""
    first = file.stem.partition("--")[0]
    return set(read_duplicates(file)["first" if dataset == first else "second"])
