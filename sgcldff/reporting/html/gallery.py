"""The gallery: test images with their masks and maps, to be browsed by dataset, class and failure."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import matplotlib
import numpy as np
import pandas as pd
from PIL import Image

from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.explanations import HEADINGS, MAPS, PREDICTED, TRUE
from sgcldff.reporting.html.text import enlargeable
from sgcldff.reporting.titles import Titles
from sgcldff.tables.explained import RULES

SIDE = 256  # pixels: smaller images are drawn larger, so that an outline is thinner than what it surrounds
POOR = 0.5  # an IoU below it is listed as a failure of the mask
OUTCOMES = {  # what can be looked for -> its words
    "right": "class named right",
    "wrong": "class named wrong",
    "poor": f"mask poor (IoU below {POOR})",
    "border": "cell touches the border",
    "cells": "more than one cell",
}


@dataclass(frozen=True)
class Shown:
    """One image; rule: why it was chosen; words: how its class was named; analysis: what was measured of it.

    outcomes: of OUTCOMES; panels: name -> picture that enlarges, as HTML.
    """

    dataset: str
    label: str
    image_id: str
    rule: str
    words: str
    analysis: str
    outcomes: tuple[str, ...]
    panels: Mapping[str, str]


def gallery(titles: Titles, facts: pd.DataFrame, maps: Mapping[str, Mapping[str, np.ndarray]]) -> list[Shown]:
    """Every explained image that is here.

    facts: EXPLAINED `with_analysis`; maps: as `read_explanations` gives them, by dataset.
    """
    return [
        _shown(titles, row, maps[row.dataset]) for row in facts.itertuples() if row.image_id and row.dataset in maps
    ]


def _shown(titles: Titles, row: Any, arrays: Mapping[str, np.ndarray]) -> Shown:
    place = int(np.flatnonzero(arrays["rule"] == row.rule)[0])
    image = _large(arrays["image"][place])
    panels = {"image": image, "outlines": _outlined(image, arrays["cell"][place], arrays["mask"][place])}
    for name, column in MAPS.items():
        if name in arrays:
            panels[HEADINGS[column - 1]] = _under(image, arrays[name][place])
    found = {
        "right": row.predicted == row.label,
        "wrong": bool(row.label) and row.predicted != row.label,
        "poor": row.iou < POOR,
        "border": row.touches_border == 1,
        "cells": row.n_cells > 1,
    }
    named = "right" if found["right"] else row.predicted
    label = row.label or "class unknown"
    about = f"{titles.dataset(row.dataset)}, {row.image_id}, {label}"
    return Shown(
        dataset=titles.dataset(row.dataset),
        label=label,
        image_id=row.image_id,
        rule=RULES[row.rule],
        words=f"named {named} ({md.number(row.probability, 2)}); IoU {md.number(row.iou, 2)}",
        analysis=row.analysis,
        outcomes=tuple(name for name, holds in found.items() if holds),
        panels={name: enlargeable(_data_uri(panel), f"{about}: {name}") for name, panel in panels.items()},
    )


def _large(image: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3] with a shorter side of at least SIDE."""
    factor = max(1, math.ceil(SIDE / min(image.shape[:2])))
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)


def _outlined(image: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The annotated cell and the predicted one; both bool [h, w]."""
    drawn = image.copy()
    for cell, colour in ((truth, TRUE), (mask, PREDICTED)):
        wide = cv2.resize(cell.astype(np.uint8), image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        outlines, _ = cv2.findContours(wide, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        red_green_blue = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
        # The dark casing parts the outline from every colour of a smear.
        cv2.drawContours(drawn, outlines, -1, (0, 0, 0), thickness=5)
        cv2.drawContours(drawn, outlines, -1, red_green_blue, thickness=3)
    return drawn


def _under(image: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """A map in [0, 1], float [h, w], laid over the image as the figure of the explanations lays it."""
    wide = cv2.resize(shares.astype(np.float32), image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    colours = matplotlib.colormaps["inferno"](np.clip(wide, 0, 1))[..., :3] * 255
    return np.uint8(np.rint(0.6 * colours + 0.4 * image))


def _data_uri(image: np.ndarray) -> str:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")
