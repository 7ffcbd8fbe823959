"""cells.csv: what the true mask of each tested image shows; area in pixels, touches_border 0 or 1."""

from __future__ import annotations

import pandas as pd

from sgcldff.tables.contract import Contract

CELLS = Contract(("dataset", "image_id", "touches_border", "area", "n_cells"), text=("dataset", "image_id"))


def each_image_once(cells: pd.DataFrame) -> pd.DataFrame:
    """The rows CELLS of several methods, sorted by dataset and image."""
    return cells.drop_duplicates(["dataset", "image_id"]).sort_values(["dataset", "image_id"])
