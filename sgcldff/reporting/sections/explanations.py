"""What was measured of the images that Figure 2 shows, a sentence or two for each, from these numbers alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.explanations import no_image
from sgcldff.reporting.titles import Titles
from sgcldff.tables.explained import EXPLAINED, RULES
from sgcldff.tables.read import read_table

MAPS = {"saliency": "S", "cam": "Grad-CAM"}


def read_explained(files: Mapping[str, Path]) -> pd.DataFrame:
    """EXPLAINED of all datasets; files: by dataset. Raises InputError where one is missing or damaged."""
    tables = [read_table(file, EXPLAINED) for file in files.values()]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(EXPLAINED.columns))


def with_analysis(facts: pd.DataFrame) -> pd.DataFrame:
    """facts: EXPLAINED; with a column `analysis`."""
    return facts.assign(analysis=[analysis(row) for row in facts.itertuples()])


def explanations_section(titles: Titles, reference: str, facts: pd.DataFrame, table_file: str) -> str:
    """facts: EXPLAINED of all datasets `with_analysis`; table_file: where all of it stands. "" where there is none."""
    if facts.empty:
        return ""
    lines = []
    for row in facts.itertuples():
        shown = bool(row.image_id)
        named = f"{row.label} → {row.predicted} ({md.number(row.probability, 2)})" if shown else md.MISSING
        image = row.image_id if shown else md.MISSING
        cells = [titles.dataset(row.dataset), RULES[row.rule], image, named, md.number(row.iou, 2), row.analysis]
        lines.append(cells)
    header = ["Dataset", "Chosen for", "Image", "True → named (probability)", "IoU", "Measured"]
    blocks = [
        "## Figure 2: what it looks at",
        "One image a rule and dataset, from the test subset of the first seed whose weights are at hand. None is "
        "shown twice, and of equals the first is taken. *The border* is that of the image or of what is annotated. "
        "In brackets stands the share of a uniform map, which is that of the area: a map with no less outside the "
        f"cell does not point at it. Every measure stands in `{table_file}`.",
        titles.caption(f"{titles.method(reference)}, the images of Figure 2"),
        md.table(header, lines, text_columns=len(header)),
    ]
    return "\n\n".join(blocks)


def analysis(row: Any) -> str:
    """Sentences about one row of EXPLAINED."""
    if not row.image_id:
        text = no_image(row)
        return f"{text[0].upper()}{text[1:]}."
    parts = [_class(row), _mask(row), _pieces(row), _border(row), _maps(row)]
    return " ".join(part for part in parts if part)


def _class(row: Any) -> str:
    if not row.label:
        return ""
    if row.label == row.predicted:
        return f"Named rightly, with {md.number(row.probability, 2)}."
    own = md.number(row.label_probability, 2)
    return f"Named {row.predicted} with {md.number(row.probability, 2)}, {row.label} got {own}."


def _mask(row: Any) -> str:
    if not row.true_area:
        return "No cell is annotated." if row.true_area == 0 else ""
    if not row.mask_area:
        return "No mask is predicted."
    ratio = row.mask_area / row.true_area
    return (
        f"The mask has {md.number(ratio, 2)} times the area of the annotated cell, covers {row.covered:.0%} of it, and "
        f"lies outside it with {row.spilled:.0%} of its own."
    )


def _pieces(row: Any) -> str:
    said = []
    if row.n_cells > 1:
        said.append(f"Of {row.n_cells:.0f} annotated cells it covers {row.cells_met:.0f} by half or more.")
    if row.stray > 0:
        said.append(f"{row.stray:.0%} of it lies in pieces of their own that meet no annotated cell.")
    return " ".join(said)


def _border(row: Any) -> str:
    return "The cell touches the border." if row.touches_border == 1 else ""


def _maps(row: Any) -> str:
    """Where S and Grad-CAM lie, beside a uniform map."""
    if math.isnan(row.area_outside):
        return ""
    said = []
    for name, title in MAPS.items():
        outside = getattr(row, f"{name}_outside")
        if math.isnan(outside):
            said.append(f"{title} is empty or was not made")
        else:
            said.append(f"{outside:.0%} of {title}")
    text = f"Outside the cell: {', '.join(said)} (a uniform map: {row.area_outside:.0%})."
    # NaN is in no comparison.
    idle = [title for name, title in MAPS.items() if getattr(row, f"{name}_outside") >= row.area_outside]
    verb = "point" if len(idle) > 1 else "points"
    return f"{text} {' and '.join(idle)} {verb} at the cell no more than that." if idle else text
