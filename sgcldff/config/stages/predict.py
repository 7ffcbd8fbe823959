"""The settings of the stage `predict`."""

from __future__ import annotations

from typing import Literal

from sgcldff.config.perturbation import Perturbation
from sgcldff.config.typed import Typed


class PredictSettings(Typed):
    """The tests of one fit.

    trained_on: a dataset or pool; members: its datasets; tested_on: names of datasets, plain or perturbed, in the
    order of the prediction files; datasets: those that they are made of, in the order of the prepared files; axes: how
    they are perturbed, by name; labels: tested on -> what its source calls an image -> class in the label space of the
    fit, None where that is the dataset's own; at_test: what is done to the
    fit, or to the images that it is shown.
    """

    trained_on: str
    members: tuple[str, ...]
    tested_on: tuple[str, ...]
    datasets: tuple[str, ...]
    axes: dict[str, Perturbation]
    labels: dict[str, dict[str, str | None] | None]
    method: str
    at_test: Literal["reinhard", "adabn"] | None
    seed: int
    classes: tuple[str, ...]
    device: Literal["auto", "cuda", "cpu"]
