"""The subsets that a split has, and its file as it is read."""

from __future__ import annotations

from pathlib import Path

from sgcldff.data.dataset_files import read_text_table

SUBSETS = ("train", "validation", "test")


def read_subsets(file: Path) -> dict[str, list[str]]:
    """The names of the images in each of SUBSETS; InputError where the file is missing or damaged."""
    table = read_text_table(file, ("image_id", "subset"), "split the dataset")
    return {subset: table.loc[table["subset"] == subset, "image_id"].tolist() for subset in SUBSETS}
