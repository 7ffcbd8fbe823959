"""results/explanations/*.csv: the images that Figure 2 shows of one fit, a row a rule, with what was measured of each.

found: test images that meet the rule, of `tested`; without one, or where all of them stand in rows above, image_id and
everything after it are empty. probability: of the class named; label_probability: of the true class. Areas in pixels of
what is annotated; covered: share of the true cell that the mask covers; spilled: share of the mask outside it, stray:
that in pieces of their own which meet no cell. n_cells: pieces of the truth, cells_met: those of which the mask covers
at least half. The shares of A, S and Grad-CAM are of their sums, the area's those of a uniform map.
"""

from __future__ import annotations

from sgcldff.tables.contract import Contract

# Rule -> what it takes, in the order in which they choose: no image is shown twice.
RULES = {
    "typical": "IoU nearest the median",
    "worst": "lowest IoU",
    "wrong": "highest probability of a wrong class",
    "border": "lowest IoU of a cell at the border",
    "cells": "lowest IoU of more than one cell",
}
REGIONS = ("cell", "nucleus", "outside")
MAPS = ("prior", "saliency", "cam")  # A, S and Grad-CAM
EXPLAINED = Contract(
    (
        *("dataset", "method", "seed", "rule", "found", "tested", "image_id", "label", "predicted"),
        *("probability", "label_probability", "iou", "true_area", "mask_area", "covered", "spilled", "stray"),
        *("touches_border", "n_cells", "cells_met"),
        *(f"{name}_{region}" for name in (*MAPS, "area") for region in REGIONS),
    ),
    text=("dataset", "method", "rule", "image_id", "label", "predicted"),
)
