"""What the true masks of the tested images show, each image once whatever the number of its predictions."""

from __future__ import annotations

import pandas as pd

from sgcldff.evaluation.predictions import decode_png
from sgcldff.method import UNKNOWN
from sgcldff.metrics.cells import cells_of
from sgcldff.tables.cells import CELLS
from sgcldff.tables.definitions import CELL_SHARE
from sgcldff.variants import parse_variant


class SeenCells:
    """Gathers the rows CELLS from the predictions of many runs; an image without a truth mask has none."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], tuple[int, int, int] | None] = {}

    def add(self, frame: pd.DataFrame) -> None:
        """frame: as `read_predictions` gives it, with masks that can be decoded (`score_run` says which cannot)."""
        dataset = parse_variant(frame["tested_on"].iloc[0])[0]  # what perturbs an image changes nothing in its mask
        for image_id, truth in zip(frame["image_id"], frame["truth"], strict=True):
            if (dataset, image_id) not in self._rows:
                codes = decode_png(truth)
                shown = None if (codes == UNKNOWN).all() else cells_of(codes, CELL_SHARE)
                self._rows[dataset, image_id] = shown and (int(shown.touches_border), shown.area, shown.n_cells)

    def rows(self) -> pd.DataFrame:
        """Sorted by dataset and image."""
        found = [(*image, *cells) for image, cells in sorted(self._rows.items()) if cells]
        return pd.DataFrame(found, columns=list(CELLS.columns))
