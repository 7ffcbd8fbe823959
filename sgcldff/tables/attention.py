"""What attention comes to: results/attention/*.csv, a row an image, and attention.csv of the statistics."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

TRAINED, RANDOM = "trained", "random"  # the weights that were measured: of the fit, or drawn anew (the control)

# Of S: mean |S - A| and its correlation with A (both as the alignment loss sees them), SD over the image, shares of its
# sum, the pointing game. Of Grad-CAM: the same shares and game, rank correlation with S, deletion, insertion. The areas
# are the shares that a uniform map would have.
OF_SALIENCY = (
    *("prior_distance", "prior_correlation", "saliency_sd"),
    *("saliency_cell", "saliency_nucleus", "saliency_outside", "saliency_pointing"),
)
OF_GRAD_CAM = ("cam_cell", "cam_nucleus", "cam_outside", "cam_pointing", "agreement", "deletion", "insertion")
AREAS = ("area_cell", "area_nucleus", "area_outside")
ATTENTION_METRICS = (*OF_SALIENCY, *OF_GRAD_CAM, *AREAS)
LOWER_IS_BETTER = ("prior_distance", "saliency_outside", "cam_outside", "deletion")

IMAGES_ATTENDED = Contract(
    ("dataset", "method", "seed", "weights", "image_id", *ATTENTION_METRICS),
    text=("dataset", "method", "weights", "image_id"),
)

# `against`: "" for a mean, else what it is the mean difference to, seed by seed: another method with the same weights,
# the same method with random weights, or for the share of a region its area.
WITH_RANDOM_WEIGHTS, OF_AREA = "random_weights", "area"
ATTENTION = Contract(
    (
        *("dataset", "method", "weights", "metric", "against", "n_seeds", "n_images", "mean", "sd"),
        *("ci_low", "ci_high", "lower_bound", "upper_bound", "basis", "note"),
    ),
    text=("dataset", "method", "weights", "metric", "against", "basis", "note"),
)


def area_of(metric: str) -> str | None:
    """The area beside the share of a region: that of `cam_cell` is `area_cell`; None of what is no such share."""
    area = f"area_{metric.removeprefix('saliency_').removeprefix('cam_')}"
    return area if area in AREAS and metric != area else None
