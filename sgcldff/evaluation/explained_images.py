"""The test images that Figure 2 shows, chosen by rule and not by eye, and what is measured of each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sgcldff.evaluation.predictions import classes_of, decode_png
from sgcldff.method import UNKNOWN, whole_cell
from sgcldff.metrics import attention, segmentation
from sgcldff.metrics.cells import cells_of, pieces
from sgcldff.tables.definitions import CELL_SHARE
from sgcldff.tables.explained import EXPLAINED, RULES

_KEYS = {"trained_on": "dataset", "method": "method", "seed": "seed"}


def choose(predictions: pd.DataFrame) -> pd.DataFrame:
    """A row for each of RULES: the columns of EXPLAINED up to `iou`, and the masks of the image (PNG).

    predictions: of one fit on its own test subset, as `read_predictions` gives them. An image without a true class is
    never wrong; one without a defined IoU meets no rule of the IoU. Of equals the first is taken.
    """
    frame = _described(predictions)
    median = frame["iou"].median()
    known = frame[frame["iou"].notna()].sort_values("iou", kind="stable")
    misnamed = frame[frame["label"].notna() & (frame["predicted"] != frame["label"]) & frame["probability"].notna()]
    ranked = {  # rule -> the images that meet it, the one to be shown first
        "typical": known.loc[(known["iou"] - median).abs().sort_values(kind="stable").index],
        "worst": known,
        "wrong": misnamed.sort_values("probability", ascending=False, kind="stable"),
        "border": known[known["touches_border"] == 1],
        "cells": known[known["n_cells"] > 1],
    }
    shown, rows = set(), []
    about = {name: frame[column].iloc[0] for column, name in _KEYS.items()}
    for rule in RULES:
        meeting = ranked[rule]
        row = about | {"rule": rule, "found": len(meeting), "tested": len(frame), "image_id": ""}
        left = meeting[~meeting["image_id"].isin(shown)]
        if len(left):
            first = left.iloc[0]
            shown.add(first["image_id"])
            row |= {name: first[name] for name in (*_OF_AN_IMAGE, "mask", "truth")}
        rows.append(row)
    columns = [*EXPLAINED.columns[:7], *_OF_AN_IMAGE[1:], "mask", "truth"]
    return pd.DataFrame(rows).reindex(columns=columns).astype({"mask": object, "truth": object})


_OF_AN_IMAGE = ("image_id", "label", "predicted", "probability", "label_probability", "iou")


def _described(predictions: pd.DataFrame) -> pd.DataFrame:
    """The predictions with the columns that the rules ask for."""
    classes = classes_of(predictions)
    probabilities = predictions[[f"p_{name}" for name in classes]].to_numpy(float)
    place = {name: index for index, name in enumerate(classes)}
    own = [
        probabilities[row, place[label]] if label in place else np.nan for row, label in enumerate(predictions["label"])
    ]
    frame = predictions.assign(
        predicted=np.take(classes, probabilities.argmax(axis=1)),
        probability=probabilities.max(axis=1),
        label_probability=own,
        iou=np.nan,
        touches_border=0,
        n_cells=0,
    )
    for row, (mask, truth) in enumerate(zip(predictions["mask"], predictions["truth"], strict=True)):
        codes = decode_png(truth)
        cells = cells_of(codes, CELL_SHARE)
        index = frame.index[row]
        frame.loc[index, ["touches_border", "n_cells"]] = [int(cells.touches_border), cells.n_cells]
        if mask is not None:
            counts = segmentation.pixel_counts((decode_png(mask) > 0)[None], codes[None])
            frame.loc[index, "iou"] = segmentation.iou(counts)[0]
    return frame


def mask_facts(mask: np.ndarray, codes: np.ndarray) -> dict[str, float]:
    """The columns true_area to cells_met of EXPLAINED for one image.

    mask: bool [H, W], predicted; codes: uint8 [H, W], the truth in the codes of `sgcldff.method`. Unknown pixels do not
    count. A share of nothing is NaN.
    """
    cell, mask = whole_cell(codes), mask & (codes != UNKNOWN)
    seen = cells_of(codes, CELL_SHARE)
    both, predicted = int((mask & cell).sum()), int(mask.sum())
    stray = sum(int(piece.sum()) for piece in pieces(mask, 0) if not (piece & cell).any())
    return {
        "true_area": seen.area,
        "mask_area": predicted,
        "covered": both / seen.area if seen.area else np.nan,
        "spilled": 1 - both / predicted if predicted else np.nan,
        "stray": stray / predicted if predicted else np.nan,
        "touches_border": int(seen.touches_border),
        "n_cells": seen.n_cells,
        "cells_met": sum(bool(2 * (mask & piece).sum() >= piece.sum()) for piece in pieces(cell, CELL_SHARE)),
    }


def map_facts(maps: Mapping[str, np.ndarray], codes: np.ndarray) -> dict[str, np.ndarray]:
    """Shares of each map in each region, float64 [M]; maps: name in EXPLAINED -> float [M, H, W]; codes: [M, H, W]."""
    every = {**maps, "area": np.ones(codes.shape)}
    return {
        f"{name}_{region}": values
        for name, each in every.items()
        for region, values in attention.shares(each, codes).items()
    }
