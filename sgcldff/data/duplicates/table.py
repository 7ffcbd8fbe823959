"""The table of images that show the same: the search for duplicates writes it, and fits and tests read it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from sgcldff.data.dataset_files import read_text_table

COLUMNS = ("first", "second", "kind")


def read_duplicates(file: Path) -> pd.DataFrame:
    """The pairs of a table of duplicates: first, second (image_ids) and kind (`same pixels` or `overlap`), all text.

    Raises InputError where it is missing or damaged.
    """
    return read_text_table(file, COLUMNS, "find the duplicates")


def shared_images(file: Path, dataset: str, groups: pd.Series, others: Collection[str] | None = None) -> set[str]:
    """The images of one of two datasets that show the same as one of the other, and whatever stands in their groups.

    file: the table of the two, called by both names; groups: of `dataset`, as `read_groups` gives them; others: the
    images of the other dataset that count (None: all of them).
    """
    pairs = read_duplicates(file)
    own, other = ("first", "second") if file.stem.startswith(f"{dataset}--") else ("second", "first")
    shared = pairs[own] if others is None else pairs.loc[pairs[other].isin(list(others)), own]
    return set(groups.index[groups.isin(set(groups.reindex(shared)))])
