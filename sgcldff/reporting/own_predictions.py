"""The page to look through a person's own predictions: one file, with small pictures in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from sgcldff.tables.files import whole_file


def write_page(rows: Iterable[Any], classes: Sequence[str], model: str, file: Path) -> None:
    """Write the page row by row, so that it may be of any length.

    rows: with file, predicted, confidence, probabilities, cell_area, nucleus_free_area, overlay and thumbnail
    (`OwnRow`); model: what predicted, in a few words.
    """
    environment = Environment(
        loader=PackageLoader("sgcldff.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["address"] = lambda path: quote(os.fsencode(path))
    stream = environment.get_template("own_predictions.html").stream(rows=rows, classes=classes, model=model)
    with whole_file(file) as part, part.open("w", encoding="utf-8") as opened:
        opened.writelines(stream)
