"""spreads.csv: how much more the IoU of a method varies than the reference's, over images and over datasets."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

OVER_IMAGES, OVER_DATASETS = "images", "datasets"  # what an SD is taken over, within a seed

# sd, reference_sd: fractions; ratio, its interval and its bounds: the method's SD over the reference's.
SPREADS = Contract(
    (
        *("scenario", "over", "method", "n", "sd", "reference_sd", "ratio", "ci_low", "ci_high"),
        *("lower_bound", "upper_bound", "p", "basis", "note"),
    ),
    text=("scenario", "over", "method", "basis", "note"),
)
