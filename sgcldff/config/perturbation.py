"""An axis along which test images are perturbed (`sgcldff.data.perturbations`)."""

from __future__ import annotations

from typing import Literal

from sgcldff.config.typed import Typed


class Perturbation(Typed):
    """strongest: at level 1, in the unit of its kind.

    Degrees of hue; the factor of a concentration or resolution; SD of a blur in pixels of an image of 224, and of noise
    in grey levels; the share of light that is lost; the JPEG quality.
    """

    kind: Literal["hue", "concentration", "blur", "noise", "illumination", "resolution", "jpeg"]
    strongest: float
