"""cells.csv: what the true mask of each tested image shows; area in pixels, touches_border 0 or 1."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

CELLS = Contract(("dataset", "image_id", "touches_border", "area", "n_cells"), text=("dataset", "image_id"))
