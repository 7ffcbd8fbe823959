"""strata.csv: scores of the test images of each kind, means over seeds, fractions; n_images: of the kind in a seed."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

# What divides the images -> its strata, in the order of the tables.
STRATA_OF = {
    "border": ("whole", "at the border"),
    "area": ("small", "medium", "large"),
    "cells": ("one cell", "several cells"),
}
STRATA = Contract(
    (
        *("trained_on", "tested_on", "method", "divided_by", "stratum", "limits", "metric"),
        *("n_seeds", "mean", "sd", "n_images"),
    ),
    text=("trained_on", "tested_on", "method", "divided_by", "stratum", "limits", "metric"),
)
